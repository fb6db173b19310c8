//! Opening a file beneath its root, so that no `..`, absolute path, symlink, FIFO or device leads out.
//!
//! A symlink inside the root is followed as long as the way it leads never leaves the root; an absolute one leaves it.
//! Where the kernel lacks `openat2` (before Linux 5.6, other systems, some sandboxes), the path is walked folder by
//! folder and no symlink is followed at all.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Component, Path};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::StreamError;

/// A FIFO must not block and a terminal must not become ours before the file is known to be regular.
const FILE: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::NONBLOCK).union(OFlags::NOCTTY);
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::DIRECTORY);

/// How often a path is tried again that changed while it was resolved.
#[cfg(target_os = "linux")]
const MAX_TRIES: usize = 4;

/// Opens the regular file at `locator`, relative to `root`. Blocks.
///
/// # Errors
/// [`StreamError::Absent`] for what is not there, not regular or not beneath the root; [`StreamError::Unreadable`] when
/// the root is gone or the system refuses.
pub(super) fn open_beneath(root: &Path, locator: &str) -> Result<File, StreamError> {
    let path = Path::new(locator);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) || locator.contains('\0') {
        return Err(StreamError::Absent);
    }
    let root = rustix::fs::open(root, FOLDER, Mode::empty()).map_err(|errno| StreamError::Unreadable(errno.into()))?;
    let file = File::from(resolve(&root, path).map_err(refusal)?);
    let is_regular = file.metadata().map_err(StreamError::Unreadable)?.is_file();
    is_regular.then_some(file).ok_or(StreamError::Absent)
}

#[cfg(target_os = "linux")]
fn resolve(root: &OwnedFd, path: &Path) -> Result<OwnedFd, Errno> {
    use rustix::fs::{ResolveFlags, openat2};
    let beneath = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    for _ in 0..MAX_TRIES {
        match openat2(root, path, FILE, Mode::empty(), beneath) {
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(Errno::NOSYS | Errno::PERM) => return walk(root, path),
            done => return done,
        }
    }
    Err(Errno::AGAIN)
}

#[cfg(not(target_os = "linux"))]
fn resolve(root: &OwnedFd, path: &Path) -> Result<OwnedFd, Errno> {
    walk(root, path)
}

/// Opens folder after folder, following no symlink.
fn walk(root: &OwnedFd, path: &Path) -> Result<OwnedFd, Errno> {
    let name = path.file_name().ok_or(Errno::NOENT)?;
    let mut folder = rustix::io::dup(root)?;
    for part in path.parent().into_iter().flat_map(Path::components) {
        folder = rustix::fs::openat(&folder, part.as_os_str(), FOLDER | OFlags::NOFOLLOW, Mode::empty())?;
    }
    rustix::fs::openat(&folder, name, FILE | OFlags::NOFOLLOW, Mode::empty())
}

/// What is not there, leads out, or is no file, is absent; anything else is the system's trouble.
fn refusal(errno: Errno) -> StreamError {
    match errno {
        Errno::NOENT | Errno::NOTDIR | Errno::XDEV | Errno::LOOP | Errno::NXIO | Errno::NAMETOOLONG | Errno::ISDIR => {
            StreamError::Absent
        }
        other => StreamError::Unreadable(io::Error::from(other)),
    }
}

#[cfg(test)]
mod tests;
