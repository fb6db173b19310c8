//! Opening a file beneath its root, so that no `..`, absolute path, symlink, FIFO or device leads out.
//!
//! A symlink inside the root is followed as long as the way it leads never leaves the root; an absolute one leaves it.
//! Where the kernel lacks `openat2` (before Linux 5.6, other systems, some sandboxes), the path is walked folder by
//! folder and no symlink is followed at all.

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Component, Path};

#[cfg(target_os = "linux")]
use rustix::fs::{CWD, ResolveFlags, openat2};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::{Pace, StreamError};

/// A FIFO must not block and a terminal must not become ours before the file is known to be regular.
const FILE: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::NONBLOCK).union(OFlags::NOCTTY);
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::DIRECTORY);

#[cfg(target_os = "linux")]
const BENEATH: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_MAGICLINKS);

/// How often a path is tried again that changed while it was resolved.
#[cfg(target_os = "linux")]
const MAX_TRIES: usize = 4;

/// Opens the regular file at `locator`, relative to `root`.
///
/// # Errors
/// [`StreamError::Absent`] for what is not there, not regular or not beneath the root; [`StreamError::Unreadable`] when
/// the root is gone, the system refuses, or what has to be done at once would have to wait for a disk.
pub(super) fn open_beneath(root: &Path, locator: &str, pace: Pace) -> Result<(File, Metadata), StreamError> {
    let path = Path::new(locator);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) || locator.contains('\0') {
        return Err(StreamError::Absent);
    }
    let file = match pace {
        Pace::MayWait => resolve(&open_root(root)?, path),
        Pace::AtOnce => resolve_at_once(root, path),
    };
    let file = File::from(file.map_err(refusal)?);
    let metadata = file.metadata().map_err(StreamError::Unreadable)?;
    if metadata.is_file() { Ok((file, metadata)) } else { Err(StreamError::Absent) }
}

fn open_root(root: &Path) -> Result<OwnedFd, StreamError> {
    rustix::fs::open(root, FOLDER, Mode::empty()).map_err(|errno| StreamError::Unreadable(errno.into()))
}

#[cfg(target_os = "linux")]
fn resolve(root: &OwnedFd, path: &Path) -> Result<OwnedFd, Errno> {
    for _ in 0..MAX_TRIES {
        match openat2(root, path, FILE, Mode::empty(), BENEATH) {
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

/// Opens what the kernel can find in memory alone (since Linux 5.12). Whatever else happens has to be tried again in
/// the way that may wait: a root that is gone is no absent file.
#[cfg(target_os = "linux")]
fn resolve_at_once(root: &Path, path: &Path) -> Result<OwnedFd, Errno> {
    let root = openat2(CWD, root, FOLDER | OFlags::PATH, Mode::empty(), ResolveFlags::CACHED).or(Err(Errno::AGAIN))?;
    openat2(&root, path, FILE, Mode::empty(), BENEATH | ResolveFlags::CACHED)
}

#[cfg(not(target_os = "linux"))]
fn resolve_at_once(_root: &Path, _path: &Path) -> Result<OwnedFd, Errno> {
    Err(Errno::AGAIN)
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
