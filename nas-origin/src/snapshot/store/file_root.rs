//! The folder of a `file://` store: its lock, and what a killed writer left there.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use walkdir::WalkDir;

use super::error::{StoreError, describe};

/// Whoever writes to the folder holds this file's lock.
const LOCK_NAME: &str = ".publish.lock";

/// Where the large unfinished files of a killed run can lie, and how deep. Those below `covers/` wait for a sweep.
const CLEARED: [(&str, usize); 3] = [("", 1), ("history", 1), ("blobs", 3)];

/// A folder that nobody else writes to as long as this is held.
pub(super) struct FolderLock {
    folder: PathBuf,
    _lock: File,
}

impl FolderLock {
    /// Removes unfinished files of killed runs, wherever they are.
    pub(super) fn clear_unfinished(&self) {
        clear(&self.folder, usize::MAX);
    }
}

/// Makes the folder if its parent is there, locks it and clears unfinished files away.
///
/// A missing parent is an unmounted disk more often than a wish for folders.
pub(super) fn open(folder: &Path) -> Result<(Arc<dyn ObjectStore>, FolderLock), StoreError> {
    create_last(folder)?;
    let lock = FolderLock { _lock: lock(folder)?, folder: folder.to_owned() };
    for (below, depth) in CLEARED {
        clear(&folder.join(below), depth);
    }
    let files = files(folder)?.with_fsync(true).with_automatic_cleanup(true);
    Ok((Arc::new(files), lock))
}

/// Looks at a folder that has to be there.
pub(super) fn open_to_read(folder: &Path) -> Result<Arc<dyn ObjectStore>, StoreError> {
    let readable = fs::read_dir(folder);
    readable
        .map_err(|error| refused(folder, "it can't be read: mount the disk, check the owner and permissions", error))?;
    Ok(Arc::new(files(folder)?))
}

fn files(folder: &Path) -> Result<LocalFileSystem, StoreError> {
    LocalFileSystem::new_with_prefix(folder).map_err(|cause| StoreError::Settings {
        store: folder.display().to_string(),
        cause: describe(&cause).to_string(),
    })
}

fn create_last(folder: &Path) -> Result<(), StoreError> {
    match fs::create_dir(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(refused(folder, "the folder that it should lie in isn't there: mount the disk or create it", error))
        }
        Err(error) => Err(refused(folder, "it can't be created: check the owner and permissions", error)),
    }
}

fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK_NAME);
    let opened = File::options().create(true).truncate(false).write(true).open(&path);
    let file =
        opened.map_err(|error| refused(folder, "it can't be written: check its owner and permissions", error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy(path)),
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
            tracing::warn!(folder = %folder.display(), "the store's file system has no locks: publish from one machine only");
            Ok(file)
        }
        Err(TryLockError::Error(error)) => Err(refused(folder, "it can't be locked", error)),
    }
}

fn refused(folder: &Path, advice: &'static str, source: io::Error) -> StoreError {
    StoreError::Folder { folder: folder.to_owned(), advice, source }
}

/// Removes unfinished files; that one can't be removed is no reason not to publish.
fn clear(folder: &Path, depth: usize) {
    let entries = WalkDir::new(folder).max_depth(depth).into_iter().filter_map(Result::ok);
    for entry in entries.filter(|entry| entry.file_type().is_file() && is_unfinished(entry.path())) {
        if let Err(error) = fs::remove_file(entry.path()) {
            tracing::warn!(file = %entry.path().display(), "an unfinished file of an earlier run stays: {error}");
        }
    }
}

/// `object_store` writes `<name>#<number>` and renames it when it is whole.
fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.rsplit_once('#').is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_writer_left_is_cleared_away_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let blob = folder.path().join("blobs/ab/abcd");
        fs::create_dir_all(&blob).expect("folders");
        for name in ["manifest.json", "manifest.json#1", "blobs/ab/abcd/catalog_read.db.zst#12", "notes#x"] {
            fs::write(folder.path().join(name), "…").expect("a file");
        }
        open(folder.path()).expect("an open store");
        let left = |name: &str| folder.path().join(name).exists();
        assert!(left("manifest.json") && left("notes#x"));
        assert!(!left("manifest.json#1") && !left("blobs/ab/abcd/catalog_read.db.zst#12"));
    }

    #[test]
    fn a_sweep_clears_every_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let cover = folder.path().join("covers/ab/abcd");
        fs::create_dir_all(&cover).expect("folders");
        for name in ["300.jpg", "300.jpg#1"] {
            fs::write(cover.join(name), "…").expect("a file");
        }
        let (_objects, lock) = open(folder.path()).expect("an open store");
        lock.clear_unfinished();
        assert!(cover.join("300.jpg").exists() && !cover.join("300.jpg#1").exists());
    }

    #[test]
    fn looking_locks_and_makes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = open(folder.path()).expect("an open store");
        open_to_read(folder.path()).expect("readable beside a publish");
        drop(held);
        let missing = folder.path().join("missing");
        assert!(open_to_read(&missing).is_err() && !missing.exists());
    }

    #[test]
    fn one_process_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = open(folder.path()).expect("an open store");
        assert!(matches!(open(folder.path()), Err(StoreError::Busy(_))));
        drop(held);
        open(folder.path()).expect("free again");
    }

    #[test]
    fn a_disk_that_is_not_mounted_is_not_published_beneath() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = open(&folder.path().join("mnt/objects")).map(|_| ()).expect_err("must be refused");
        assert!(error.to_string().contains("mount the disk"), "{error}");
        assert!(!folder.path().join("mnt").exists());
    }
}
