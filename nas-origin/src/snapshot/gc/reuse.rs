//! P5 beside a sweep: whether a publish may rely on an object that it finds in its place. A sweep on another machine
//! could take an old one that no kept snapshot names before the new manifest names it; such an object is written again,
//! which makes it young.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use catalog_core::retention::must_write_again;
use snapshot_format::{Manifest, keys};

use super::{kept, retention};
use crate::library::LibraryError;
use crate::library::publications;
use crate::snapshot::history::{Entry, named_as};
use crate::snapshot::publish::{PublishError, PublishJob};
use crate::snapshot::store::Store;

/// What is known of the objects that are there. The store is asked when the first one is met that was there before.
pub(in crate::snapshot) struct Reuse<'a> {
    store: &'a Store,
    publish: &'a PublishJob<'a>,
    live: Option<&'a Manifest>,
    found: Mutex<Option<Found>>,
}

struct Found {
    /// By the store's clock.
    now: i64,
    databases: BTreeSet<String>,
    /// What kept snapshots name, as far as it is on record. What isn't is written again, which does no harm.
    named: BTreeSet<String>,
}

impl<'a> Reuse<'a> {
    pub(in crate::snapshot) fn new(store: &'a Store, publish: &'a PublishJob<'a>, live: Option<&'a Manifest>) -> Self {
        Self { store, publish, live, found: Mutex::new(None) }
    }

    /// Whether an object that was written at `written_at` can stay as it is.
    pub(in crate::snapshot) fn is_safe(&self, key: &str, written_at: i64) -> Result<bool, PublishError> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let found = match &mut *found {
            Some(found) => found,
            empty => empty.insert(self.look()?),
        };
        let is_named = match keys::parse_blob(key) {
            Some(database) => found.databases.contains(database.short()),
            None => found.named.contains(named_as(key)),
        };
        Ok(!must_write_again(is_named, written_at, retention(self.publish.config), found.now))
    }

    fn look(&self) -> Result<Found, PublishError> {
        let now = self.store.now()?;
        let (databases, history) = kept::find_databases(self.store, self.publish, self.live, now)?;
        let store = self.store.name();
        let named = self.publish.library.read(|connection| {
            let mut named = BTreeSet::new();
            for Entry { sequence, snapshot_id, .. } in &history {
                named.extend(publications::find_named_at(connection, store, *sequence, snapshot_id)?);
            }
            Ok::<_, LibraryError>(named)
        })?;
        Ok(Found { now, databases, named })
    }
}
