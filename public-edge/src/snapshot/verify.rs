//! R4: whether a database file is what its manifest says, before anyone reads from it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rusqlite::Connection;
use snapshot_format::{Manifest, Sha256Hex};

use super::header::{self, HEADER_BYTES, HeaderError};
use super::schema::{self, SchemaError};
use super::{deadline, digest, open};

/// How much was checked before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trust {
    /// Just fetched, and nobody vouches for it: every page and every count is looked at.
    Fresh,
    /// Just fetched, with a digest that a trusted key signed: its publisher looked at every page (P2). Counts are not
    /// signed.
    Vouched,
    /// Passed all checks before and has the same digest: what could differ is this program's version.
    CheckedBefore,
}

/// Why a database isn't served. Nothing here names a folder.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Other bytes than the manifest's.
    #[error("the database has sha256 {found} where the manifest says {expected}")]
    Digest {
        /// The file's.
        found: Sha256Hex,
        /// The manifest's.
        expected: Sha256Hex,
    },
    /// A header that no snapshot has.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// Tables that this version doesn't read.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// SQLite found damage.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Another number of rows than the manifest's.
    #[error("the database has {found} {what} where the manifest says {expected}")]
    Count {
        /// What was counted.
        what: &'static str,
        /// Rows.
        found: u64,
        /// The manifest's count.
        expected: u64,
    },
    /// SQLite can't read it.
    #[error("the database can't be read")]
    Unreadable(#[from] rusqlite::Error),
    /// The file can't be read; nothing is known of its content.
    #[error("reading the database's file failed")]
    File(#[source] io::Error),
}

/// Checks the digest of a file that was not just written by ourselves, then the rest.
pub(super) fn verify_file(path: &Path, manifest: &Manifest) -> Result<(), VerifyError> {
    let found = File::open(path).and_then(|file| digest::of(&file)).map_err(VerifyError::File)?;
    check_digest(found, manifest)?;
    verify_content(path, manifest, Trust::CheckedBefore)
}

/// Compares a digest with the manifest's.
pub(super) fn check_digest(found: Sha256Hex, manifest: &Manifest) -> Result<(), VerifyError> {
    if found == manifest.database.sha256 {
        return Ok(());
    }
    Err(VerifyError::Digest { found, expected: manifest.database.sha256.clone() })
}

/// Checks header, schema, pages and counts.
pub(super) fn verify_content(path: &Path, manifest: &Manifest, trust: Trust) -> Result<(), VerifyError> {
    let (header, size_bytes) = read_header(path).map_err(VerifyError::File)?;
    header::check(&header, size_bytes, manifest.schema_version)?;
    let database = open::connect(path)?;
    deadline::within(deadline::patience(size_bytes), &database, || {
        open::prepare(&database)?;
        schema::check(&database)?;
        match trust {
            Trust::Fresh => check_pages_and_counts(path, size_bytes, &database, manifest),
            Trust::Vouched => check_counts(&database, manifest),
            Trust::CheckedBefore => Ok(()),
        }
    })
}

/// Both at once, on two threads: table by table, whoever is free takes the next.
fn check_pages_and_counts(
    path: &Path,
    size_bytes: u64,
    database: &Connection,
    manifest: &Manifest,
) -> Result<(), VerifyError> {
    let (tables, next) = (tables(database)?, AtomicUsize::new(0));
    let check_elsewhere = || {
        let database = open::connect(path)?;
        deadline::within(deadline::patience(size_bytes), &database, || {
            open::prepare(&database)?;
            check_pages(&database, &tables, &next)
        })
    };
    thread::scope(|scope| {
        let elsewhere = scope.spawn(check_elsewhere);
        let here = check_pages(database, &tables, &next).and_then(|()| check_counts(database, manifest));
        let broke_off = |_| Err(VerifyError::File(io::Error::other("the check of the pages broke off")));
        elsewhere.join().unwrap_or_else(broke_off).and(here)
    })
}

/// All tables; the search table, which takes longest and whose pages are other tables', comes first.
fn tables(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rootpage, name")?;
    statement.query_map([], |row| row.get("name"))?.collect()
}

/// Checks tables and their indexes that no other thread has taken, until none is left. That no page belongs to two
/// tables or to none is not looked at: only who writes could trip over that.
fn check_pages(database: &Connection, tables: &[String], next: &AtomicUsize) -> Result<(), VerifyError> {
    let mut statement = database.prepare("SELECT quick_check FROM pragma_quick_check(?)")?;
    while let Some(table) = tables.get(next.fetch_add(1, Ordering::Relaxed)) {
        let verdict: String = statement.query_row([table], |row| row.get("quick_check"))?;
        if verdict != "ok" {
            return Err(VerifyError::Damaged(verdict));
        }
    }
    Ok(())
}

fn read_header(path: &Path) -> io::Result<([u8; HEADER_BYTES], u64)> {
    let mut file = File::open(path)?;
    let size_bytes = file.metadata()?.len();
    let mut header = [0; HEADER_BYTES];
    if size_bytes >= HEADER_BYTES as u64 {
        file.read_exact(&mut header)?;
    }
    Ok((header, size_bytes))
}

fn check_counts(database: &Connection, manifest: &Manifest) -> Result<(), VerifyError> {
    const PICTURES: &str = "SELECT (SELECT count(DISTINCT sha256) FROM catalog_covers) + (SELECT count(*) \
         FROM catalog_playlists WHERE cover_id IS NULL AND cover_url IS NOT NULL)";
    for (what, expected, sql) in [
        ("playlists", manifest.playlist_count, "SELECT count(*) FROM catalog_playlists"),
        ("tracks", manifest.track_count, "SELECT count(*) FROM catalog_tracks"),
        ("files", manifest.file_count, "SELECT count(*) FROM catalog_track_files"),
        ("albums", manifest.album_count, "SELECT count(*) FROM catalog_albums"),
        ("artists", manifest.artist_count, "SELECT count(*) FROM catalog_artists WHERE name_rank IS NOT NULL"),
        ("covers", manifest.cover_count, PICTURES),
    ] {
        let found = database.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs();
        if found != expected {
            return Err(VerifyError::Count { what, found, expected });
        }
    }
    Ok(())
}
