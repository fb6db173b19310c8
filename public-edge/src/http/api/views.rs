//! Shapes that several resources share: a page, a named thing, a picture's id.

use catalog_core::browse::Page;
use catalog_core::model::{Credit, CreditRole};
use jiff::Timestamp;
use serde::Serialize;

/// `{items, next_cursor}`.
#[derive(Serialize)]
pub(super) struct PageView<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

impl<T, V: From<T>> From<Page<T>> for PageView<V> {
    fn from(page: Page<T>) -> Self {
        Self { items: views(page.items), next_cursor: page.next_cursor }
    }
}

/// An artist in a credit.
#[derive(Serialize)]
pub(super) struct CreditView {
    id: String,
    name: String,
}

/// A contributor.
#[derive(Serialize)]
pub(super) struct ContributorView {
    id: String,
    name: String,
    role: &'static str,
    instrument: Option<String>,
}

/// All who helped to make it, in order.
pub(super) fn contributors(credits: &[Credit]) -> Vec<ContributorView> {
    let view = |credit: &Credit| ContributorView {
        id: credit.artist_id.to_string(),
        name: credit.name.clone(),
        role: credit.role.name(),
        instrument: credit.instrument.clone(),
    };
    credits.iter().filter(|credit| credit.role.is_contributor()).map(view).collect()
}

/// The artists of one role, in order.
pub(super) fn credited(credits: &[Credit], role: CreditRole) -> Vec<CreditView> {
    let view = |credit: &Credit| CreditView { id: credit.artist_id.to_string(), name: credit.name.clone() };
    credits.iter().filter(|credit| credit.role == role).map(view).collect()
}

/// Views of many.
pub(super) fn views<T, V: From<T>>(items: Vec<T>) -> Vec<V> {
    items.into_iter().map(V::from).collect()
}

/// RFC 3339 in UTC; none for a time that no calendar has.
pub(super) fn time(unix_seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(unix_seconds).ok()
}
