//! What the store can do, in words.

use catalog_core::finding::in_words;

use crate::config::PublishConfig;
use crate::snapshot::store::{Abilities, Condition, Store, StoreError};

pub(super) fn check(config: &PublishConfig) -> Result<String, String> {
    let store = match Store::open(config) {
        Ok(store) => store,
        Err(StoreError::NotConfigured) => return Ok("publish.store is not set: nothing is published".to_owned()),
        Err(StoreError::Busy(lock)) => return Ok(format!("a publish is running, it holds {}", lock.display())),
        Err(error) => return Err(in_words(&error)),
    };
    let abilities = store.probe().map_err(|error| in_words(&error))?;
    describe(&abilities, config.single_writer)
        .map(|words| format!("{} {words}", store.name()))
        .map_err(|words| format!("{} {words}", store.name()))
}

fn describe(abilities: &Abilities, has_single_writer: bool) -> Result<String, String> {
    match &abilities.lists {
        Ok(true) => {}
        Ok(false) => return Err("doesn't list an object that it has: covers would be sent again and again".to_owned()),
        Err(problem) => return Err(format!("can't be listed: {problem}")),
    }
    let safety = match (abilities.shortcoming(), has_single_writer) {
        (None, _) if abilities.create == Condition::ByLock => "is locked while a publish runs".to_owned(),
        (None, _) => "keeps the conditions of conditional writes: several publishers can share it".to_owned(),
        (Some(shortcoming), true) => {
            format!("is safe for this one publisher alone, since {shortcoming}; publish.single_writer vouches for that")
        }
        (Some(shortcoming), false) => {
            return Err(format!(
                "is not safe: {shortcoming}. If this catalog alone is published there, set publish.single_writer = true"
            ));
        }
    };
    match &abilities.deletes {
        Ok(()) => Ok(format!("{safety}; it lists and deletes")),
        Err(problem) => {
            Ok(format!("{safety}; it lists, but doesn't delete ({problem}): `snapshots gc` can't clear up there"))
        }
    }
}
