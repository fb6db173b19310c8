//! A store that takes conditional writes and ignores the conditions looks like one that keeps them, until two publishers
//! meet (SNAPSHOT.md section 4). So each store is tried out once, before the first publish to it.

use super::PublishError;
use crate::library::{Library, stores};
use crate::snapshot::store::Store;

/// Refuses a store in which publishers could overwrite each other, unless the owner vouches for a single one.
pub(in crate::snapshot) fn assure(store: &Store, library: &Library) -> Result<(), PublishError> {
    let is_alone = !store.relies_on_conditions();
    if is_alone || library.read(|connection| stores::keeps_conditions(connection, store.name()))? {
        return Ok(());
    }
    match store.probe()?.shortcoming() {
        Some(shortcoming) => Err(PublishError::Unconditional { store: store.name().to_owned(), shortcoming }),
        None => Ok(library.write(|tx| stores::note_keeps_conditions(tx, store.name()))?),
    }
}
