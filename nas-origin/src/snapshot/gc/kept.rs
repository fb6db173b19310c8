//! Which snapshots stay, and every key that they name.

use std::collections::{BTreeSet, HashSet};

use catalog_core::retention::{PublishedSnapshot, kept_databases};
use snapshot_format::{Manifest, keys};

use super::marks::Marks;
use super::retention;
use crate::library::stores;
use crate::snapshot::history::{Entry, HistoryError, Names, database_of, entries, manifests, named_as};
use crate::snapshot::publish::{PublishError, PublishJob};
use crate::snapshot::store::{Store, StoreError};

/// What stays.
pub(super) struct Kept {
    /// The beginnings of the kept databases' digests, as snapshots' ids have them.
    pub(super) databases: BTreeSet<String>,
    /// The sequence of the oldest manifest that stays.
    pub(super) oldest_sequence: u64,
    /// What the live snapshot names; covers by their folder, here and below.
    pub(super) live: Marks,
    /// What any kept snapshot names.
    named: Marks,
}

impl Kept {
    /// Reads the history. The publish's lock is held.
    pub(super) fn find(
        store: &Store,
        publish: &PublishJob<'_>,
        live: &Manifest,
        now: i64,
    ) -> Result<Self, HistoryError> {
        let (databases, history) = find_databases(store, publish, Some(live), now)?;
        let names = Names { store, library: publish.library };
        let mut live_marks = Marks::default();
        each_of_live(&names, live, &mut |key| live_marks.insert(key))?;
        let mut kept = Self {
            oldest_sequence: history.iter().map(|entry| entry.sequence).min().unwrap_or(live.sequence),
            named: live_marks.clone(),
            databases,
            live: live_marks,
        };
        let mut seen = HashSet::from([live.database.sha256.clone()]);
        for read in manifests(store, &history)? {
            let Some(manifest) = or_nothing(read, publish.force)? else { continue };
            keys_of(&manifest).for_each(|key| kept.named.insert(&key));
            if seen.insert(manifest.database.sha256.clone()) {
                or_nothing(names.each_of(&manifest, &mut |key| kept.named.insert(key)), publish.force)?;
            }
        }
        Ok(kept)
    }

    /// Whether an object stays because a kept snapshot has it.
    pub(super) fn names(&self, key: &str) -> bool {
        match keys::parse_history(key) {
            Some((_, snapshot_id)) => self.databases.contains(database_of(snapshot_id)),
            None => self.named.contains(named_as(key)),
        }
    }
}

/// One of the marked keys that a live snapshot names: the first of them.
pub(super) fn find_named(names: &Names<'_>, live: &Manifest, marked: &Marks) -> Result<Option<String>, HistoryError> {
    let mut first: Option<String> = None;
    each_of_live(names, live, &mut |key| {
        if marked.contains(key) && first.as_deref().is_none_or(|first| key < first) {
            first = Some(key.to_owned());
        }
    })?;
    Ok(first)
}

fn each_of_live(names: &Names<'_>, live: &Manifest, visit: &mut dyn FnMut(&str)) -> Result<(), HistoryError> {
    names.each_of(live, visit)?;
    keys_of(live).for_each(|key| visit(&key));
    Ok(())
}

/// The kept databases, and the entries of the history that have them, oldest first. A database that is gone from the
/// store is none that could be kept.
pub(super) fn find_databases(
    store: &Store,
    publish: &PublishJob<'_>,
    live: Option<&Manifest>,
    now: i64,
) -> Result<(BTreeSet<String>, Vec<Entry>), PublishError> {
    let mut there = BTreeSet::new();
    store.visit("blobs", |blob| {
        there.extend(keys::parse_blob(&blob.key).map(|database| database.short().to_owned()));
        Ok::<_, StoreError>(())
    })?;
    let pin = publish.library.read(|connection| stores::find_pin(connection, store.name()))?;
    let live = live.map(|live| live.database.sha256.short().to_owned());
    let always: BTreeSet<String> = live.into_iter().chain(pin.map(|pin| pin.database.short().to_owned())).collect();
    let mut history = entries(store)?;
    history.retain(|entry| there.contains(entry.database()));
    let published: Vec<PublishedSnapshot> = history.iter().map(published).collect();
    let databases = kept_databases(&published, &always, retention(publish.config), now);
    history.retain(|entry| databases.contains(entry.database()));
    Ok((databases, history))
}

fn published(entry: &Entry) -> PublishedSnapshot {
    let database = entry.database().to_owned();
    PublishedSnapshot { sequence: entry.sequence, database, written_at: entry.written_at }
}

/// What a manifest itself names.
fn keys_of(manifest: &Manifest) -> impl Iterator<Item = String> {
    let deltas = manifest.deltas.iter().map(|delta| delta.key.clone());
    let access = manifest.access.iter().map(|access| access.key.clone());
    deltas.chain(access).chain([manifest.database.key.clone()])
}

/// What was read of an old snapshot. A database that went meanwhile names nothing; what is damaged is an obstacle that
/// the owner may overrule, since nobody can be sent to it.
fn or_nothing<T: Default>(read: Result<T, HistoryError>, force: bool) -> Result<T, HistoryError> {
    match read {
        Err(error) if error.is_gone() || (force && error.is_damage()) => {
            tracing::warn!("left out: {error}");
            Ok(T::default())
        }
        read => read,
    }
}
