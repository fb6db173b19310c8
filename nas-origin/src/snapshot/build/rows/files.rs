//! The files of tracks, without anything that tells where they lie on the NAS.

use rusqlite::{Connection, named_params};

use super::Insert;
use crate::snapshot::build::BuildError;
use crate::snapshot::build::derive::Derived;
use crate::snapshot::build::input::{CatalogInput, FileOrder, FileRow, Skipped};
use crate::snapshot::build::values;

const INSERT_FILE: &str =
    "INSERT INTO catalog_track_files VALUES (:song_id, :location_id, :quality_label, :ext, :file_size_bytes,
    :backend_type, :backend_name, :locator, :public_url, 'active', :is_primary, :bit_rate_kbps)";

/// Writes the files of shown tracks and counts them. Most sources hold them track by track, and sorting a million rows is
/// worth avoiding: only when that turns out to be wrong everything is read again, sorted.
pub(super) fn write(
    input: &mut dyn CatalogInput,
    derived: &Derived,
    database: &Connection,
    skipped: &mut Skipped,
) -> Result<u64, BuildError> {
    let mut written = Files::default();
    written.write(FileOrder::AsStored, input, derived, database)?;
    if !written.is_in_order() {
        let at = |source| BuildError::Target { what: "files", source };
        database.execute("DELETE FROM catalog_track_files", []).map_err(at)?;
        written = Files::default();
        written.write(FileOrder::ByTrack, input, derived, database)?;
    }
    (0..written.without_track).for_each(|_| written.skipped.add("file without its song"));
    (0..written.behind).for_each(|_| written.skipped.add("file with the id of another"));
    skipped.add_all(written.skipped);
    Ok(written.count)
}

/// What one reading of the files came to.
#[derive(Default)]
struct Files {
    count: u64,
    skipped: Skipped,
    without_track: u64,
    /// Rows that did not come after the one before; they are not written.
    behind: u64,
    last: Option<(i64, i64)>,
}

impl Files {
    fn is_in_order(&self) -> bool {
        self.behind == 0
    }

    fn write(
        &mut self,
        order: FileOrder,
        input: &mut dyn CatalogInput,
        derived: &Derived,
        database: &Connection,
    ) -> Result<(), BuildError> {
        let mut insert = Insert::new(database, "files", INSERT_FILE)?;
        let mut skipped = Skipped::default();
        input.each_file(order, &mut skipped, &mut |file| {
            let key = Some((file.track_id, file.location_id));
            if derived.tracks.place_of(file.track_id).is_none() {
                self.without_track += 1;
            } else if key <= self.last {
                self.behind += 1;
            } else {
                self.last = key;
                self.count += 1;
                write_file(file, &mut insert)?;
            }
            Ok(())
        })?;
        self.skipped = skipped;
        Ok(())
    }
}

/// The key of a file in public storage may be known, and is what its URL is made of; any other is replaced.
fn write_file(file: &FileRow<'_>, insert: &mut Insert<'_>) -> Result<(), BuildError> {
    let backend = file.backend;
    let base = backend.public_base.as_deref();
    let replaced = base.is_none().then(|| format!("location:{}", file.location_id));
    insert.named_row(named_params! {
        ":song_id": file.track_id,
        ":location_id": file.location_id,
        ":quality_label": file.quality_label,
        ":ext": file.ext,
        ":file_size_bytes": file.file_size_bytes,
        ":backend_type": backend.kind,
        ":backend_name": backend.name,
        ":locator": replaced.as_deref().unwrap_or(&file.locator),
        ":public_url": base.map(|base| values::public_url(base, &file.locator)),
        ":is_primary": file.is_primary,
        ":bit_rate_kbps": file.bit_rate_kbps,
    })
}
