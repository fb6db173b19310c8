//! Which stores several publishers may share.

use crate::snapshot::publish::tests::catalog::Catalog;
use crate::snapshot::publish::{PublishError, conditions};
use crate::snapshot::store::recording::{Fault, Recording};

#[test]
fn a_store_that_ignores_conditions_needs_the_owner_to_vouch() {
    let (catalog, store) = (Catalog::with_tracks(1), Recording::default());
    store.break_calls("put probe/", Fault::Heedless, usize::MAX);
    let error = conditions::assure(&store.open(), &catalog.library).expect_err("must be refused");
    assert!(matches!(&error, PublishError::Unconditional { .. }) && error.is_configuration(), "{error}");
    assert!(error.to_string().contains("publish.single_writer = true"), "{error}");
    conditions::assure(&store.open_alone(), &catalog.library).expect("the owner vouches");
    assert!(store.keys().is_empty(), "what was tried with is removed");
}

#[test]
fn a_store_that_keeps_conditions_is_tried_out_once() {
    let (catalog, store) = (Catalog::with_tracks(1), Recording::default());
    conditions::assure(&store.open(), &catalog.library).expect("safe");
    assert!(store.keys().is_empty(), "what was tried with is removed");
    assert!(!store.take_calls().is_empty());
    conditions::assure(&store.open(), &catalog.library).expect("safe");
    assert!(store.take_calls().is_empty(), "it is on record");
}

#[test]
fn a_store_that_refuses_conditional_writes_says_so() {
    let (catalog, store) = (Catalog::with_tracks(1), Recording::default());
    store.break_later_calls("put probe/", 2, Fault::Fail, 1);
    let error = conditions::assure(&store.open(), &catalog.library).expect_err("must be refused");
    assert!(error.to_string().contains("refuses conditional writes (replace"), "{error}");
    store.break_calls("put probe/", Fault::Forbid, 1);
    let error = conditions::assure(&store.open(), &catalog.library).expect_err("nothing can be written");
    assert!(matches!(error, PublishError::Store(_)), "{error}");
    assert!(store.keys().is_empty(), "what was tried with is removed");
}
