//! P2: the catalog at one moment, as a database and all that goes with it.

use std::collections::BTreeSet;

use snapshot_format::{Manifest, keys};

use super::{PublishError, Run, WorkFolder, unchanged};
use crate::library::publications::Origin;
use crate::library::{LibraryError, settings};
use crate::snapshot::build::{self, BuiltDatabase, NamedCover};

/// A catalog at one moment, as a database.
pub(super) struct Build {
    pub(super) database: BuiltDatabase,
    pub(super) covers: Vec<NamedCover>,
    pub(super) audio: Vec<String>,
    pub(super) publisher_id: String,
    pub(super) origin: Origin,
}

impl Build {
    /// Every key that a manifest of it names; a cover's is its folder.
    pub(super) fn names(&self, manifest: &Manifest) -> BTreeSet<String> {
        let covers = self.covers.iter().map(|cover| keys::cover_folder(&cover.picture));
        let deltas = manifest.deltas.iter().map(|delta| delta.key.clone());
        covers.chain(self.audio.iter().cloned()).chain(deltas).chain([manifest.database.key.clone()]).collect()
    }
}

impl Run<'_> {
    /// P2: everything from one read transaction.
    pub(super) fn build(&self, work: &WorkFolder) -> Result<Build, PublishError> {
        let (database, publisher_id, origin) = self.job.library.read(|connection| {
            let snapshot = connection.unchecked_transaction().map_err(LibraryError::from)?;
            let database = build::build_from_catalog(&snapshot, &work.file("catalog_read.db"))?;
            Ok::<_, PublishError>((database, settings::publisher_id(&snapshot)?, unchanged::origin(&snapshot)?))
        })?;
        let covers = build::list_covers(&database.path)?;
        let audio = build::list_audio(&database.path)?;
        Ok(Build { database, covers, audio, publisher_id, origin })
    }
}
