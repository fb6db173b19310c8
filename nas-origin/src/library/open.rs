//! Opening `catalog.db`: connection settings, migrations, and the copy that is made before them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::LibraryError;
use crate::lock_file::LockFile;

/// Forward only; a released step is never edited.
const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_catalog.sql"),
    include_str!("../../migrations/0002_accounts.sql"),
    include_str!("../../migrations/0003_what_tags_say.sql"),
    include_str!("../../migrations/0004_lyrics.sql"),
    include_str!("../../migrations/0006_source_records.sql"),
    include_str!("../../migrations/0007_jobs_and_credentials.sql"),
    include_str!("../../migrations/0008_editing.sql"),
    include_str!("../../migrations/0009_lists.sql"),
    include_str!("../../migrations/0012_twins.sql"),
    include_str!("../../migrations/0013_enrichment.sql"),
    include_str!("../../migrations/0014_sounds.sql"),
    include_str!("../../migrations/0015_releases.sql"),
    include_str!("../../migrations/0016_sheets.sql"),
];

/// The version of a catalog that this program reads and writes.
pub fn schema_version() -> usize {
    STEPS.len()
}

/// The SQL of an empty catalog of that version, for tests and tools that make one without a [`Library`](super::Library).
pub fn schema_sql() -> String {
    STEPS.concat()
}

/// How long a statement waits for another process to end its transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Prepared statements that a connection keeps.
const CACHED_STATEMENTS: usize = 64;

/// What the writer keeps of the file in memory: of a large import, the indexes that it writes all over.
const WRITER_CACHE_KIB: i64 = 32 * 1024;
/// The log is written back to the file when it has so many pages, of 4 KiB: a page that was written several times since
/// is written back once.
const CHECKPOINT_PAGES: i64 = 4096;

/// Makes the data folder, readable by its owner alone, and says where the database lies.
pub(super) fn prepare(data_dir: &Path) -> Result<PathBuf, LibraryError> {
    let failed = |source| LibraryError::Folder { path: data_dir.to_owned(), source };
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(data_dir).map_err(failed)?;
    Ok(path(data_dir))
}

/// Where the database lies.
pub(super) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("catalog.db")
}

/// Kept by everyone who has the catalog open.
pub(super) fn lock_shared(data_dir: &Path) -> Result<LockFile, LibraryError> {
    lock(data_dir, LockFile::try_shared)
}

/// Kept while another catalog is put in its place.
pub(super) fn lock_alone(data_dir: &Path) -> Result<LockFile, LibraryError> {
    lock(data_dir, LockFile::try_alone)
}

fn lock(data_dir: &Path, take: fn(&Path) -> io::Result<Option<LockFile>>) -> Result<LockFile, LibraryError> {
    let path = data_dir.join("catalog.lock");
    let taken = take(&path).map_err(|source| LibraryError::Folder { path, source })?;
    taken.ok_or_else(|| LibraryError::InUse { folder: data_dir.to_owned() })
}

pub(super) fn writer(path: &Path) -> Result<Connection, LibraryError> {
    let opened = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // With WAL the file stays whole at a power cut; the last transactions may be lost, and the next import redoes them.
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        Ok(connection)
    };
    opened().map_err(|source| LibraryError::Open { path: path.to_owned(), source })
}

pub(super) fn readers(path: &Path) -> SqliteConnectionManager {
    SqliteConnectionManager::file(path)
        .with_flags(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .with_init(|connection| {
            connection.busy_timeout(BUSY_TIMEOUT)?;
            connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
            Ok(())
        })
}

/// Brings the database to the latest version. An existing one is copied to `catalog.db.v<version>.backup` first.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), LibraryError> {
    let is_old = check_version(connection, path)? < STEPS.len();
    let _others_wait = is_old.then(|| wait_for_migrations(path)).transpose()?;
    // Not before: a database that is refused keeps every byte.
    use_wal(connection).map_err(|source| LibraryError::Open { path: path.to_owned(), source })?;
    if is_old { take_steps(connection, path) } else { Ok(()) }
}

/// A daemon and a command may open an old or a new catalog at once: one migrates it, and the other finds it done.
fn wait_for_migrations(path: &Path) -> Result<LockFile, LibraryError> {
    let path = path.with_file_name("migrate.lock");
    LockFile::wait_alone(&path).map_err(|source| LibraryError::Folder { path, source })
}

fn take_steps(connection: &mut Connection, path: &Path) -> Result<(), LibraryError> {
    let known = STEPS.len();
    let found = check_version(connection, path)?;
    if found == known {
        return Ok(());
    }
    if found > 0 {
        back_up(connection, &path.with_extension(format!("db.v{found}.backup")))?;
    }
    Migrations::new(STEPS.iter().map(|step| M::up(step)).collect())
        .to_latest(connection)
        .map_err(|source| LibraryError::Migrate { version: known, source })
}

/// The file's version, when this program knows it.
pub(super) fn check_version(connection: &Connection, path: &Path) -> Result<usize, LibraryError> {
    let known = STEPS.len();
    let found = version(connection).map_err(|source| LibraryError::Open { path: path.to_owned(), source })?;
    if found > known { Err(LibraryError::NewerVersion { path: path.to_owned(), found, known }) } else { Ok(found) }
}

fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "wal")
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(version as usize)
}

fn back_up(connection: &Connection, target: &Path) -> Result<(), LibraryError> {
    connection.backup(MAIN_DB, target, None).map_err(|source| LibraryError::Backup { path: target.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_and_their_failures_outlive_the_migration_that_knows_another_kind() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path());
        let mut connection = writer(&path).unwrap();
        let before = STEPS.iter().position(|step| step.contains("track_enrichments")).unwrap();
        connection.execute_batch(&STEPS[..before].concat()).unwrap();
        connection.pragma_update(None, "user_version", u32::try_from(before).unwrap()).unwrap();
        let rows = "INSERT INTO jobs (job_id, kind, subject, asked_by, state, queued_at, due_at)
                VALUES (7, 'import', 'local', 'api', 'queued', 1, 2);
            INSERT INTO job_failures VALUES (7, 0, 'a.mp3', 'no tag')";
        connection.execute_batch(rows).unwrap();
        migrate(&mut connection, &path).unwrap();
        let kept = "SELECT subject || due_at || reason FROM jobs JOIN job_failures USING (job_id) WHERE job_id = 7";
        assert_eq!(connection.query_row(kept, [], |row| row.get::<_, String>(0)).unwrap(), "local2no tag");
        let next = "INSERT INTO jobs (kind, subject, asked_by, state, queued_at, due_at)
            VALUES ('enrich', 'catalog', 'daemon', 'queued', 3, 3) RETURNING job_id";
        assert_eq!(connection.query_row(next, [], |row| row.get::<_, i64>(0)).unwrap(), 8);
        connection.execute("DELETE FROM jobs", []).unwrap();
        let failures = connection.query_row("SELECT count(*) FROM job_failures", [], |row| row.get::<_, i64>(0));
        assert_eq!(failures.unwrap(), 0, "they go with their job");
    }
}
