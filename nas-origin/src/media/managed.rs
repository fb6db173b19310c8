//! Managed storage: copies of music files below `data_dir/media`, named by their content, shared blocks where the file
//! system can.
//!
//! A copy lies at `<folder>/<2 hex>/<content>/<place>.<ext>`: equal files of two places are one file with two names.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use catalog_core::import::FileStamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tempfile::TempDir;
use walkdir::WalkDir;

/// So much of the disk stays free for the catalog, in bytes.
const RESERVE_BYTES: u64 = 64 * 1024 * 1024;
/// Where copies are made; what lies here when an import begins was left by one that was killed.
const INCOMING: &str = "incoming";

/// The managed storage of one source.
#[derive(Clone, Debug)]
pub struct ManagedFolder {
    folder: PathBuf,
}

impl ManagedFolder {
    /// The folder of the source `name`, which is made.
    ///
    /// # Errors
    /// When it can't be made, or what killed imports left can't be removed.
    pub fn open(data_dir: &Path, name: &str) -> io::Result<Self> {
        let folder = data_dir.join("media").join(utf8_percent_encode(name, NON_ALPHANUMERIC).to_string());
        match fs::remove_dir_all(folder.join(INCOMING)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir_all(folder.join(INCOMING))?;
        Ok(Self { folder: fs::canonicalize(folder)? })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Copies the file at `source`, known by `path` in its source, and gives the copy's path below the folder. The copy
    /// is whole, on the disk, and as old as the file.
    ///
    /// # Errors
    /// When the file can't be read, and [`io::ErrorKind::StorageFull`] when the disk is about to be full.
    pub fn copy(&self, source: &Path, path: &str, stamp: FileStamp) -> io::Result<String> {
        let folder = TempDir::new_in(self.folder.join(INCOMING))?;
        let copy = folder.path().join("copy");
        if reflink_copy::reflink(source, &copy).is_err() {
            self.check_space(stamp.size_bytes)?;
            fs::copy(source, &copy)?;
        }
        self.keep(&copy, path, stamp.mtime_ns)
    }

    /// As [`ManagedFolder::copy`], for a file of our own that nobody changes: where the file system can, it is the same
    /// file under another name.
    ///
    /// # Errors
    /// As [`ManagedFolder::copy`].
    pub fn link(&self, source: &Path, path: &str, stamp: FileStamp) -> io::Result<String> {
        let folder = TempDir::new_in(self.folder.join(INCOMING))?;
        let linked = folder.path().join("link");
        match fs::hard_link(source, &linked) {
            Ok(()) => self.keep(&linked, path, stamp.mtime_ns),
            Err(_) => self.copy(source, path, stamp),
        }
    }

    /// Gives a file of `INCOMING` its name.
    ///
    /// # Errors
    /// When it can't be read or renamed.
    fn keep(&self, file: &Path, path: &str, mtime_ns: i64) -> io::Result<String> {
        let content = hash(file)?;
        let place = &blake3::hash(path.as_bytes()).to_hex()[..16];
        let ext = Path::new(path).extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
        let locator = format!("{}/{content}/{place}.{ext}", &content[..2]);
        let target = self.folder.join(&locator);
        let folder = target.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        if let Some(equal) = fs::read_dir(folder)?.flatten().next() {
            link(&equal.path(), &target)?;
        } else {
            let opened = File::options().write(true).open(file)?;
            opened.set_modified(UNIX_EPOCH + Duration::from_nanos(mtime_ns.unsigned_abs()))?;
            opened.sync_all()?;
            fs::rename(file, &target)?;
        }
        // The row that names the copy is written after it, and so are the folders that lead to it.
        for folder in target.ancestors().skip(1).take(3) {
            File::open(folder)?.sync_all()?;
        }
        Ok(locator)
    }

    /// Removes copies that no row names: of files that changed, and of imports that were killed.
    ///
    /// # Errors
    /// When the folder can't be read or written.
    pub fn sweep(&self, named: &HashSet<String>) -> io::Result<u64> {
        let mut removed = 0;
        for entry in WalkDir::new(&self.folder).min_depth(3).max_depth(3) {
            let entry = entry?;
            let locator = entry.path().strip_prefix(&self.folder).unwrap_or(entry.path());
            if entry.file_type().is_file() && !locator.to_str().is_some_and(|locator| named.contains(locator)) {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn check_space(&self, size_bytes: u64) -> io::Result<()> {
        let disk = rustix::fs::statvfs(&self.folder)?;
        let free_bytes = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free_bytes >= size_bytes.saturating_add(RESERVE_BYTES) {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::StorageFull,
            format!("{free_bytes} bytes are free, {size_bytes} are to be copied"),
        ))
    }
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

fn hash(file: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut file = File::open(file)?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            length => _ = hasher.update(&buffer[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_files_are_one_file_with_two_names_and_what_nothing_names_goes() {
        let data = tempfile::tempdir().unwrap();
        let source = data.path().join("source.mp3");
        fs::write(&source, "music").unwrap();
        let managed = ManagedFolder::open(data.path(), "../in box").unwrap();
        assert!(managed.path().starts_with(fs::canonicalize(data.path()).unwrap().join("media")));
        let stamp = FileStamp { size_bytes: 5, mtime_ns: 7_000_000_001 };
        let first = managed.copy(&source, "a/One.MP3", stamp).unwrap();
        let second = managed.copy(&source, "b/two.mp3", stamp).unwrap();
        assert_ne!(first, second);
        assert_eq!(managed.copy(&source, "a/One.MP3", stamp).unwrap(), first);
        let inode = |locator: &str| {
            let metadata = fs::metadata(managed.path().join(locator)).unwrap();
            assert_eq!(metadata.modified().unwrap(), UNIX_EPOCH + Duration::from_nanos(7_000_000_001));
            std::os::unix::fs::MetadataExt::ino(&metadata)
        };
        assert_eq!(inode(&first), inode(&second));
        assert_eq!(managed.sweep(&HashSet::from([second.clone()])).unwrap(), 1);
        assert_eq!(fs::read(managed.path().join(&second)).unwrap(), b"music");
        assert!(!managed.path().join(&first).exists());
    }

    #[test]
    fn a_copy_that_would_fill_the_disk_is_not_begun() {
        let data = tempfile::tempdir().unwrap();
        let managed = ManagedFolder::open(data.path(), "inbox").unwrap();
        let full = managed.check_space(u64::MAX / 2).unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    }
}
