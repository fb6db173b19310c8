//! How large the patches between two databases are, as parts of the packed database, for the changes that a library sees.
//!
//! `cargo bench -p nas-origin --bench delta -- DATA_DIR` with a folder that `just catalog-1m` made; a copy is changed and
//! published, step by step.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nas_origin::config::PublishConfig;
use nas_origin::library::{Library, LibraryError, settings};
use nas_origin::snapshot::publish::{PublishJob, Silent, publish};
use serde_json::json;
use snapshot_format::Manifest;

/// A change, what it does to a catalog, and the percentage to stay below.
const CHANGES: [(&str, &str, f64); 3] = [
    ("1,000 new tracks", NEW_TRACKS, 2.2),
    (
        "100 changed titles",
        "UPDATE tracks SET title = title || ' (live)' WHERE track_id % 9973 = 1 AND track_id <= 997300",
        1.5,
    ),
    ("100 removals", "UPDATE tracks SET missing_since = 1 WHERE track_id % 9973 = 2 AND track_id <= 997300", 7.0),
];

/// As many as a day's import brings, of albums and genres that are there and with titles of their own.
const NEW_TRACKS: &str = "
    INSERT INTO tracks (track_id, source, source_id, metadata_status, title, artist, album_id, track_number, duration_ms,
        bit_rate_kbps, sample_rate_hz, bit_depth, channels, album_name, album_artists, added_at)
      SELECT track_id + 10000000, source, source_id || ' again', 'tagged', title || ' ' || (track_id % 97), artist, album_id,
        99, duration_ms + track_id % 1000, bit_rate_kbps, sample_rate_hz, bit_depth, channels, album_name, album_artists,
        added_at + 1000000000
      FROM tracks WHERE track_id % 997 = 3 LIMIT 1000;
    INSERT INTO track_files (location_id, track_id, backend_id, locator, ext, size_bytes, mtime_ns, status, is_primary)
      SELECT f.location_id + 10000000, t.track_id, f.backend_id, f.locator || ' again', f.ext, f.size_bytes + 1, 0, 'active', 1
      FROM tracks t JOIN track_files f ON f.track_id = t.track_id - 10000000 WHERE t.track_id > 10000000;
    INSERT INTO track_credits SELECT c.track_id + 10000000, c.position, c.role, c.artist_id, c.instrument
      FROM track_credits c JOIN tracks t ON t.track_id = c.track_id + 10000000;
    INSERT INTO track_genres SELECT g.track_id + 10000000, g.position, g.genre_id
      FROM track_genres g JOIN tracks t ON t.track_id = g.track_id + 10000000;";

fn main() -> Result<()> {
    let Some(made) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) else {
        println!("SKIPPED: name a folder that `just catalog-1m DATA_DIR` made");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let origin = Origin::copy_of(Path::new(&made), folder.path())?;
    let first = origin.publish()?;
    println!(
        "{} tracks: {:.1} MiB plain, {:.1} MiB packed",
        first.track_count,
        mib(first.database.size_bytes),
        mib(first.database.stored_bytes)
    );
    for (name, sql, limit) in CHANGES {
        origin.change(sql)?;
        let manifest = origin.publish()?;
        let latest = manifest.deltas.first().with_context(|| format!("no delta for {name}"))?;
        let percent = 100.0 * mib(latest.stored_bytes) / mib(manifest.database.stored_bytes);
        println!(
            "{name}: {:.2} MiB, {percent:.2} % of the packed database (to reach: {limit})",
            mib(latest.stored_bytes)
        );
    }
    Ok(())
}

/// A catalog and the folder that it publishes to.
struct Origin {
    library: Library,
    config: PublishConfig,
    objects: PathBuf,
}

impl Origin {
    fn copy_of(made: &Path, folder: &Path) -> Result<Self> {
        fs::copy(made.join("catalog.db"), folder.join("catalog.db")).context("copying catalog.db")?;
        symlink(fs::canonicalize(made)?.join("covers"), folder.join("covers"))?;
        let objects = folder.join("objects");
        let config = serde_json::from_value(json!({ "store": format!("file://{}", objects.display()) }))?;
        Ok(Self { library: Library::open(folder)?, config, objects })
    }

    fn change(&self, sql: &str) -> Result<()> {
        Ok(self.library.write(|tx| -> Result<(), LibraryError> {
            tx.execute_batch(sql)?;
            settings::bump_change_mark(tx)
        })?)
    }

    fn publish(&self) -> Result<Manifest> {
        let (library, config, progress) = (&self.library, &self.config, &Silent);
        publish(&PublishJob { library, config, force: false, takeover: false, access: None, progress })?;
        Ok(Manifest::from_bytes(&fs::read(self.objects.join("manifest.json"))?)?)
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes to print")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
