//! A copy of the catalog while it is in use, and the way back to one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, named_params};
use tempfile::NamedTempFile;

use super::revocations::{Revived, keep_revoked};
use super::{Library, LibraryError, ids, open, settings};

const COPY: &str = "VACUUM INTO :target";
const INTEGRITY: &str = "PRAGMA integrity_check(1)";
const FOREIGN_KEYS: &str = "SELECT count(*) FROM pragma_foreign_key_check";

/// Why a catalog was not copied or not restored. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something has this name already.
    #[error("{} is there already and is left as it is: give the backup another name", .path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// A file can't be read or written.
    #[error("{} can't be read or written", .path.display())]
    File {
        /// The file or its folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is a database, but not a sound catalog.
    #[error("{} is not a sound catalog ({complaint}): restore another backup", .path.display())]
    Unsound {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        complaint: String,
    },
    /// The catalog or the copy can't be used.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    move |source| BackupError::File { path: path.to_owned(), source }
}

/// Copies the catalog as it is at one moment; imports and publishes may go on meanwhile. The copy has its name once it is
/// whole and on the disk, and only its owner may read it.
///
/// # Errors
/// When there is a file of this name, or it can't be written.
pub fn back_up(library: &Library, target: &Path) -> Result<u64, BackupError> {
    if fs::symlink_metadata(target).is_ok() {
        return Err(BackupError::Taken { path: target.to_owned() });
    }
    let folder = folder_of(target);
    let copy = NamedTempFile::new_in(folder).map_err(at(folder))?;
    library.read(|read| {
        let target = copy.path().to_string_lossy();
        read.execute(COPY, named_params! { ":target": target }).map_err(LibraryError::from)
    })?;
    copy.as_file().sync_all().map_err(at(target))?;
    let copied_bytes = copy.as_file().metadata().map_err(at(target))?.len();
    copy.persist_noclobber(target).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Taken { path: target.to_owned() },
        _ => at(target)(error.error),
    })?;
    sync_folder(folder)?;
    Ok(copied_bytes)
}

/// What a restore came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// Where the catalog that was there is kept.
    pub kept: Option<PathBuf>,
    /// What became of the listeners' credentials in the backup.
    pub credentials: Revived,
}

/// Puts a backup in the catalog's place. Logins to the API end, and credentials that were taken back since the backup stay
/// so. Ids are not given until a store was asked which ones it has seen ([`ids::is_settled`]).
///
/// # Errors
/// When the file is no sound catalog or of a newer program, when the catalog is in use, and when files can't be written.
pub fn restore(data_dir: &Path, backup: &Path, now: i64) -> Result<Restored, BackupError> {
    check(backup)?;
    let path = open::prepare(data_dir)?;
    let _alone = open::lock_alone(data_dir)?;
    let (copy, credentials) = copy_of(backup, data_dir, &path, now)?;
    let kept = path.exists().then(|| keep_aside(&path, now)).transpose()?;
    copy.persist(&path).map_err(|error| at(&path)(error.error))?;
    sync_folder(data_dir)?;
    Ok(Restored { kept, credentials })
}

/// Whether a file is a catalog that this program can go on with.
fn check(backup: &Path) -> Result<(), BackupError> {
    File::open(backup).map_err(at(backup))?;
    let opened = |source| LibraryError::Open { path: backup.to_owned(), source };
    let connection = Connection::open_with_flags(backup, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(opened)?;
    let unsound = |complaint: String| BackupError::Unsound { path: backup.to_owned(), complaint };
    let verdict: String = connection.query_row(INTEGRITY, [], |row| row.get(0)).map_err(opened)?;
    if verdict != "ok" {
        return Err(unsound(verdict));
    }
    if open::check_version(&connection, backup)? == 0 {
        return Err(unsound("it is no catalog of nas-origin".to_owned()));
    }
    let dangling: i64 = connection.query_row(FOREIGN_KEYS, [], |row| row.get(0)).map_err(opened)?;
    if dangling > 0 {
        return Err(unsound(format!("{dangling} rows name others that are not there")));
    }
    let publisher = settings::publisher_id(&connection)?;
    if publisher.is_empty() { Err(unsound("it has no publisher id".to_owned())) } else { Ok(()) }
}

/// The backup in the data folder, marked as one: no mark of an earlier state comes back, nothing that was taken back, and
/// ids are not given yet.
fn copy_of(backup: &Path, data_dir: &Path, replaced: &Path, now: i64) -> Result<(NamedTempFile, Revived), BackupError> {
    let copy = NamedTempFile::new_in(data_dir).map_err(at(data_dir))?;
    fs::copy(backup, copy.path()).map_err(at(copy.path()))?;
    let marked = || {
        let mut connection = Connection::open(copy.path())?;
        connection.pragma_update(None, "journal_mode", "delete")?;
        let tx = connection.transaction()?;
        ids::unsettle(&tx)?;
        settings::bump_change_mark(&tx)?;
        let credentials = keep_revoked(&tx, replaced, now)?;
        tx.commit()?;
        Ok::<_, LibraryError>(credentials)
    };
    let credentials = marked()?;
    copy.as_file().sync_all().map_err(at(copy.path()))?;
    Ok((copy, credentials))
}

/// Gives the catalog a second name and folds its journal into it. One that is too damaged for that keeps its journal.
fn keep_aside(path: &Path, now: i64) -> Result<PathBuf, BackupError> {
    let folded = Connection::open(path).and_then(|connection| {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        connection.close().map_err(|(_, error)| error)
    });
    if let Err(error) = folded {
        tracing::warn!("the catalog that is replaced can't be read; its files are kept as they are: {error}");
    }
    let kept = second_name(path, now)?;
    for suffix in ["-wal", "-shm"] {
        let journal = with_suffix(path, suffix);
        match fs::rename(&journal, with_suffix(&kept, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&journal)(error)),
            _ => {}
        }
    }
    Ok(kept)
}

/// `catalog.db.before-restore-<time>`, with a later time when that one is taken.
fn second_name(path: &Path, now: i64) -> Result<PathBuf, BackupError> {
    for time in now..now.saturating_add(100) {
        let kept = path.with_extension(format!("db.before-restore-{time}"));
        match fs::hard_link(path, &kept) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            linked => return linked.map(|()| kept.clone()).map_err(at(&kept)),
        }
    }
    Err(BackupError::Taken { path: path.with_extension(format!("db.before-restore-{now}")) })
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::credentials::{self, CredentialKind};
    use crate::library::users::{self, Role};

    fn marks(library: &Library) -> (String, String) {
        library
            .read(|read| Ok::<_, LibraryError>((settings::publisher_id(read)?, settings::change_mark(read)?)))
            .unwrap()
    }

    #[test]
    fn a_backup_comes_back_and_what_it_replaces_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (data, file) = (folder.path().join("data"), folder.path().join("backup.db"));
        let library = Library::open(&data).unwrap();
        let before = marks(&library);
        assert!(back_up(&library, &file).unwrap() > 0);
        assert!(matches!(back_up(&library, &file), Err(BackupError::Taken { .. })));
        library.write(|tx| settings::bump_change_mark(tx)).unwrap();
        let replaced = marks(&library);
        let busy = restore(&data, &file, 7).unwrap_err();
        assert!(matches!(busy, BackupError::Library(LibraryError::InUse { .. })), "{busy}");
        drop(library);

        let kept = restore(&data, &file, 7).unwrap().kept.unwrap();
        let library = Library::open(&data).unwrap();
        let after = marks(&library);
        assert_eq!(after.0, before.0);
        assert!(after.1 != before.1 && after.1 != replaced.1, "no mark comes back");
        assert!(!library.read(ids::is_settled).unwrap());
        let other = folder.path().join("other");
        fs::create_dir(&other).unwrap();
        fs::rename(kept, other.join("catalog.db")).unwrap();
        assert_eq!(marks(&Library::open(&other).unwrap()), replaced);
        assert_eq!(
            fs::read_dir(&data)
                .unwrap()
                .filter(|entry| { entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".tmp") })
                .count(),
            0,
            "nothing is left behind"
        );
    }

    #[test]
    fn only_a_sound_catalog_of_a_known_version_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let library = Library::open(&data).unwrap();
        let file = |name: &str| folder.path().join(name);
        for name in ["newer", "cut"] {
            back_up(&library, &file(name)).unwrap();
        }
        let before = marks(&library);
        drop(library);
        Connection::open(file("newer")).unwrap().pragma_update(None, "user_version", 99).unwrap();
        Connection::open(file("foreign")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        fs::write(file("text"), "not a database").unwrap();
        File::options().write(true).open(file("cut")).unwrap().set_len(8192).unwrap();
        for name in ["newer", "foreign", "text", "cut", "absent"] {
            let refused = restore(&data, &file(name), 7).unwrap_err();
            assert!(refused.to_string().contains(name), "{refused}");
        }
        assert_eq!(marks(&Library::open(&data).unwrap()), before);
    }

    #[test]
    fn what_was_taken_back_since_the_backup_does_not_come_back_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let (data, file) = (folder.path().join("data"), folder.path().join("backup.db"));
        let library = Library::open(&data).unwrap();
        let ann = library.write(|tx| users::create(tx, "ann", Role::User, "", 0)).unwrap().unwrap();
        let give = |library: &Library, label: &str| {
            let sealed = label.as_bytes();
            library.write(|tx| credentials::replace(tx, ann, CredentialKind::ApiKey, label, sealed, 0)).unwrap()
        };
        let (_kept, lost) = (give(&library, "phone"), give(&library, "lost phone"));
        back_up(&library, &file).unwrap();
        library.write(|tx| credentials::remove(tx, ann, lost)).unwrap();
        let generation =
            |library: &Library| library.read(|read| users::find(read, ann)).unwrap().unwrap().token_generation;
        library.write(|tx| users::replace_password(tx, ann, "another")).unwrap();
        let highest = generation(&library);
        drop(library);

        let restored = restore(&data, &file, 1_800_000_000).unwrap();
        assert_eq!(restored.credentials, Revived { dropped: 1, unsure: 0 });
        let library = Library::open(&data).unwrap();
        let left = library.read(credentials::list_all).unwrap();
        assert_eq!(left.iter().map(|left| left.label.as_str()).collect::<Vec<_>>(), ["phone"]);
        assert!(generation(&library) > highest, "no token that was ever given out is good");
        drop(library);

        // Without the catalog that knew, they are good again, and that is said.
        let elsewhere = folder.path().join("elsewhere");
        let restored = restore(&elsewhere, &file, 1_800_000_001).unwrap();
        assert_eq!(restored.credentials, Revived { dropped: 0, unsure: 2 });
    }
}
