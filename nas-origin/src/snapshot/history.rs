//! What a store's history says: the snapshots that were published and are still there. The store is asked, not the
//! catalog, so that it works after the catalog was lost.

mod error;
mod find;
mod list;
mod references;

use snapshot_format::{Manifest, keys};

pub use error::HistoryError;
pub(super) use find::{find, find_database};
pub use list::{SnapshotFacts, SnapshotList, SnapshotRow, list};
pub(super) use references::{Names, named_as};

use super::store::{Listed, Store, StoreError};

/// An entry of a store's history, by its key alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub(super) sequence: u64,
    pub(super) snapshot_id: String,
    /// Unix seconds by the store's clock.
    pub(super) written_at: i64,
}

impl Entry {
    /// `None` for what is no history entry.
    pub(super) fn from_listed(listed: &Listed) -> Option<Self> {
        let (sequence, snapshot_id) = keys::parse_history(&listed.key)?;
        Some(Self { sequence, snapshot_id: snapshot_id.to_owned(), written_at: listed.written_at })
    }

    pub(super) fn key(&self) -> String {
        keys::history(self.sequence, &self.snapshot_id)
    }

    /// The beginning of its database's digest, 16 hex: what a snapshot's id ends with.
    pub(super) fn database(&self) -> &str {
        database_of(&self.snapshot_id)
    }
}

/// The beginning of a database's digest, with which the snapshot's id ends.
pub(super) fn database_of(snapshot_id: &str) -> &str {
    snapshot_id.rsplit('-').next().unwrap_or_default()
}

/// The whole history, oldest first.
pub(super) fn entries(store: &Store) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    store.visit("history", |listed| {
        entries.extend(Entry::from_listed(&listed));
        Ok::<_, StoreError>(())
    })?;
    entries.sort_by_key(|entry| entry.sequence);
    Ok(entries)
}

/// The manifests of entries, in their order, each damaged or not; an entry that went meanwhile has none.
pub(super) fn manifests(
    store: &Store,
    entries: &[Entry],
) -> Result<Vec<Result<Option<Manifest>, HistoryError>>, StoreError> {
    let all = store.read_all_small(entries.iter().map(Entry::key).collect())?;
    let read = entries.iter().zip(all).map(|(entry, bytes)| bytes.map(|bytes| parse(entry, &bytes)).transpose());
    Ok(read.collect())
}

/// An entry's manifest, which has to be the one that its key names.
fn parse(entry: &Entry, bytes: &[u8]) -> Result<Manifest, HistoryError> {
    let damaged = |source| HistoryError::Damaged { key: entry.key(), source };
    let manifest = Manifest::from_bytes(bytes).map_err(|source| damaged(Some(source)))?;
    let is_named = manifest.sequence == entry.sequence && manifest.snapshot_id == entry.snapshot_id;
    if is_named { Ok(manifest) } else { Err(damaged(None)) }
}

#[cfg(test)]
mod tests;
