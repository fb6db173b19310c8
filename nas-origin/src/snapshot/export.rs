//! `export-snapshot`: a catalog as the plain pair `catalog_read.db` and `manifest.json` in a folder (SNAPSHOT.md
//! section 1).
//!
//! The pair moves by two renames, the manifest last. Between them it does not verify: edges keep what they have and
//! ask again, and the next run repairs what a killed one left.

mod error;
mod folder;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use serde::Serialize;
use snapshot_format::Sha256Hex;
use snapshot_format::keys::PLAIN_DATABASE;
use snapshot_format::manifest::{Database, Manifest};
use tempfile::TempDir;

pub use error::ExportError;

use self::folder::Folder;
use super::build::{self, BuiltDatabase, ManifestFrame};

/// The result of an export; `export-snapshot --json` prints it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExportReport {
    /// The snapshot in the folder.
    pub snapshot_id: String,
    /// Its manifest's sequence.
    pub sequence: u64,
    /// Whether anything in the folder was written.
    pub changed: bool,
    /// Size of the database.
    pub database_bytes: u64,
    /// What was written.
    pub uploaded_bytes: u64,
    /// None: the pair is plain.
    pub delta_bytes: u64,
    /// How long it took.
    pub elapsed_seconds: f64,
    /// Rows of the catalog that were left out, by reason.
    pub skipped: BTreeMap<String, u64>,
}

/// Exports the catalog in the file `source`, of this system or of the earlier one, to a folder, which is made when it
/// is not there. A database that is already the folder's leaves it alone.
///
/// # Errors
/// See [`ExportError`]; the pair in the folder stays as it was, but for a failure between the two renames.
pub fn export(source: &Path, target_dir: &Path) -> Result<ExportReport, ExportError> {
    let started = Instant::now();
    let source = build::CatalogFile::open(source)?;
    let folder = Folder::open(target_dir)?;
    let live = folder.read()?;
    let work = folder.make_work()?;
    let built = source.build(&work.path().join(PLAIN_DATABASE))?;
    let (manifest, changed) = match live.manifest.filter(|manifest| manifest.database.sha256 == built.sha256) {
        Some(manifest) => {
            let is_whole = live.database.as_ref() == Some(&built.sha256);
            if !is_whole {
                folder.move_database(&built.path)?;
            }
            (manifest, !is_whole)
        }
        None => (replace(&folder, &work, &built, live.sequence, live.database.as_ref())?, true),
    };
    Ok(report(manifest, changed, built.skipped, started))
}

/// Database first, manifest last.
fn replace(
    folder: &Folder,
    work: &TempDir,
    built: &BuiltDatabase,
    last_sequence: u64,
    database: Option<&Sha256Hex>,
) -> Result<Manifest, ExportError> {
    let manifest = build::manifest(built, frame(built, last_sequence + 1));
    let bytes = manifest.to_bytes()?;
    let path = folder.write_manifest(work, &bytes)?;
    if database != Some(&built.sha256) {
        folder.move_database(&built.path)?;
    }
    folder.move_manifest(&path)?;
    Ok(manifest)
}

fn frame(built: &BuiltDatabase, sequence: u64) -> ManifestFrame {
    ManifestFrame {
        sequence,
        generated_at: Timestamp::now(),
        publisher_id: None,
        expires_at: None,
        public_base_url: None,
        database_object: Database {
            sha256: built.sha256.clone(),
            size_bytes: built.size_bytes,
            key: PLAIN_DATABASE.to_owned(),
            encoding: None,
            stored_bytes: built.size_bytes,
        },
    }
}

fn report(manifest: Manifest, changed: bool, skipped: BTreeMap<String, u64>, started: Instant) -> ExportReport {
    ExportReport {
        snapshot_id: manifest.snapshot_id,
        sequence: manifest.sequence,
        changed,
        database_bytes: manifest.database.size_bytes,
        uploaded_bytes: if changed { manifest.database.size_bytes } else { 0 },
        delta_bytes: 0,
        elapsed_seconds: (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        skipped,
    }
}
