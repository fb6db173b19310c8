//! Whether a fetched database is what its manifest says: sound, of the layout, and with the manifest's counts.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use snapshot_format::Manifest;
use snapshot_format::read_schema::{APPLICATION_ID, SCHEMA_VERSION};

use super::problem::{Problem, in_database};

/// What is counted, and what the manifest says.
fn counts(manifest: &Manifest) -> [(&'static str, u64); 6] {
    [
        ("playlists", manifest.playlist_count),
        ("tracks", manifest.track_count),
        ("files", manifest.file_count),
        ("covers", manifest.cover_count),
        ("albums", manifest.album_count),
        ("artists", manifest.artist_count),
    ]
}

/// Everything that is wrong with it.
pub(super) fn check(plain: &Path, manifest: &Manifest) -> Vec<Problem> {
    let found = look(plain, manifest).unwrap_or_else(|error| vec![format!("is no readable database: {error}")]);
    found.into_iter().map(|problem| in_database(manifest, problem)).collect()
}

fn look(plain: &Path, manifest: &Manifest) -> rusqlite::Result<Vec<String>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(plain, flags)?;
    let mut problems = Vec::new();
    let header = |name: &str| database.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if header("application_id")? != i64::from(APPLICATION_ID) {
        problems.push("is not marked as a read database".to_owned());
    }
    let version = header("user_version")?;
    if version != i64::from(manifest.schema_version) || version > i64::from(SCHEMA_VERSION) {
        problems.push(format!("has schema version {version}, the manifest says {}", manifest.schema_version));
    }
    let mut statement = database.prepare("PRAGMA integrity_check(5)")?;
    let verdicts = statement.query_map([], |row| row.get::<_, String>(0))?;
    for verdict in verdicts {
        problems
            .extend(Some(verdict?).filter(|verdict| verdict != "ok").map(|verdict| format!("is damaged: {verdict}")));
    }
    for (name, said) in counts(manifest) {
        let sql = "SELECT value FROM catalog_counts WHERE name = ?1";
        let found: i64 = database.query_row(sql, [name], |row| row.get(0))?;
        if u64::try_from(found) != Ok(said) {
            problems.push(format!("has {found} {name}, the manifest says {said}"));
        }
    }
    Ok(problems)
}
