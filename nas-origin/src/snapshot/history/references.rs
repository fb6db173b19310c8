//! Which objects a snapshot's database names: as the catalog recorded it, or read from the database itself.

use std::collections::BTreeSet;
use std::path::Path;

use snapshot_format::{Manifest, keys};

use super::HistoryError;
use crate::library::publications::{self, Publication};
use crate::library::{Library, LibraryError};
use crate::snapshot::build::{BuildError, list_audio, list_covers};
use crate::snapshot::publish::{PublishError, WorkFolder};
use crate::snapshot::store::Store;
use crate::snapshot::unpack::unpack;

/// What the databases of a store name.
pub(in crate::snapshot) struct Names<'a> {
    pub(in crate::snapshot) store: &'a Store,
    pub(in crate::snapshot) library: &'a Library,
}

impl Names<'_> {
    /// What the snapshot's database names, and the database itself; a cover's key is its folder. The publish's lock is
    /// held.
    pub(in crate::snapshot) fn of(&self, manifest: &Manifest) -> Result<BTreeSet<String>, HistoryError> {
        match self.find_recorded(manifest)? {
            Some(named) => Ok(named),
            None => self.rebuild(manifest),
        }
    }

    /// Has each of them visited, without having all of them in memory where they are on record.
    pub(in crate::snapshot) fn each_of(
        &self,
        manifest: &Manifest,
        visit: &mut dyn FnMut(&str),
    ) -> Result<(), HistoryError> {
        let (store, database) = (self.store.name(), &manifest.database.sha256);
        let is_recorded =
            self.library.read(|connection| publications::visit_named(connection, store, database, visit))?;
        if !is_recorded {
            self.rebuild(manifest)?.iter().for_each(|key| visit(key));
        }
        Ok(())
    }

    /// What is on record of the snapshot's database.
    pub(in crate::snapshot) fn find_recorded(
        &self,
        manifest: &Manifest,
    ) -> Result<Option<BTreeSet<String>>, LibraryError> {
        let (store, database) = (self.store.name(), &manifest.database.sha256);
        self.library.read(|connection| publications::find_named(connection, store, database))
    }

    /// From the database, which is fetched; the catalog then has it on record.
    fn rebuild(&self, manifest: &Manifest) -> Result<BTreeSet<String>, HistoryError> {
        tracing::info!(snapshot = manifest.snapshot_id, "reading from its database what it names: it isn't on record");
        let work = WorkFolder::fresh(self.library.data_dir())?;
        let unpacked = unpack(self.store, &manifest.database, work.path());
        let snapshot_id = || manifest.snapshot_id.clone();
        let plain = unpacked.map_err(|source| HistoryError::Unpack { snapshot_id: snapshot_id(), source })?;
        let mut named = list_named(&plain).map_err(PublishError::from)?;
        named.insert(manifest.database.key.clone());
        let publication = Publication::found(self.store.name(), manifest);
        self.library.write(|tx| publications::record_past(tx, &publication, &named))?;
        Ok(named)
    }
}

/// The keys that a read database names: covers by their folder, and mirrored audio.
fn list_named(database: &Path) -> Result<BTreeSet<String>, BuildError> {
    let covers = list_covers(database)?.into_iter().map(|cover| keys::cover_folder(&cover.picture));
    Ok(covers.chain(list_audio(database)?).collect())
}

/// The key that a database names an object by: a cover's rendition by its folder.
pub(in crate::snapshot) fn named_as(key: &str) -> &str {
    match key.rfind('/') {
        Some(slash) if key.starts_with("covers/") => &key[..=slash],
        _ => key,
    }
}
