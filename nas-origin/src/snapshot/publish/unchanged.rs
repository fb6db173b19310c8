//! P1b: what a database would be built from, so that one that is live already need not be built to be recognised.

use rusqlite::Connection;
use snapshot_format::Sha256Hex;

use crate::library::publications::Origin;
use crate::library::{LibraryError, settings, sources};

/// The builder of this program, by `build.rs`: its code, the search text's, the schema, and the libraries' versions.
const BUILDER: &str = env!("SNAPSHOT_BUILDER");

/// All that the bytes of a database built now would come from. Nothing else enters them: no time of day, no setting that
/// is not in the catalog.
pub(super) fn origin(catalog: &Connection) -> Result<Origin, LibraryError> {
    let shown = Sha256Hex::of(sources::list_shown(catalog)?.join("\n").as_bytes());
    let builder = format!("{BUILDER}-sqlite-{}-settings-{}", rusqlite::version(), shown.short());
    Ok(Origin { change_mark: settings::change_mark(catalog)?, builder })
}
