//! The files of tracks, without anything that tells where they lie on the NAS.

use rusqlite::{Connection, named_params};

use super::Insert;
use crate::snapshot::build::BuildError;
use crate::snapshot::build::derive::Derived;
use crate::snapshot::build::input::{CatalogInput, FileRow, Skipped};
use crate::snapshot::build::values;

const INSERT_FILE: &str =
    "INSERT INTO catalog_track_files VALUES (:song_id, :location_id, :quality_label, :ext, :file_size_bytes,
    :backend_type, :backend_name, :locator, :public_url, 'active', :is_primary, :bit_rate_kbps)";

/// Writes the files of shown tracks and counts them.
pub(super) fn write(
    input: &mut dyn CatalogInput,
    derived: &Derived,
    database: &Connection,
    skipped: &mut Skipped,
) -> Result<u64, BuildError> {
    let mut insert = Insert::new(database, "files", INSERT_FILE)?;
    let (mut written, mut without_track) = (0, 0_u64);
    input.each_file(skipped, &mut |file| {
        if derived.tracks.place_of(file.track_id).is_none() {
            without_track += 1;
            return Ok(());
        }
        written += 1;
        write_file(file, &mut insert)
    })?;
    (0..without_track).for_each(|_| skipped.add("file without its song"));
    Ok(written)
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
