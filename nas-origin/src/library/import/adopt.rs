//! A track that changes its source: its file was moved from one music folder into another.

use catalog_core::model::TrackId;
use rusqlite::named_params;

use super::{Batch, LibraryError};

/// Where its file lies now is told by the next change; until then it lies at no path that a file can have.
const ADOPT: &str = "UPDATE tracks SET source = :source, source_id = '/displaced/' || track_id WHERE track_id = :id";
const ADOPT_FILE: &str = "UPDATE track_files SET backend_id = :backend_id, locator = '/displaced/' || track_id
    WHERE track_id = :id AND is_primary";

const ADOPT_CUTS: &str = "UPDATE tracks SET source = :source, source_id = '/displaced/' || track_id
    WHERE track_id IN (SELECT track_id FROM track_cuts WHERE whole_id = :id)";

impl Batch<'_> {
    pub(super) fn adopt_track(&self, id: TrackId) -> Result<(), LibraryError> {
        let id = id.number();
        self.tx.prepare_cached(ADOPT)?.execute(named_params! { ":id": id, ":source": self.source.name })?;
        self.tx.prepare_cached(ADOPT_CUTS)?.execute(named_params! { ":id": id, ":source": self.source.name })?;
        let values = named_params! { ":id": id, ":backend_id": self.source.backend_id };
        self.tx.prepare_cached(ADOPT_FILE)?.execute(values)?;
        Ok(())
    }
}
