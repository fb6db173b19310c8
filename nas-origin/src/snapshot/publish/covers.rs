//! P5 for covers: every rendition that the new database names and the store may lack.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use snapshot_format::{Manifest, Sha256Hex, keys};

use super::{PublishError, PublishJob};
use crate::library::publications::{self, Readability};
use crate::library::{Library, LibraryError};
use crate::media::pictures::picture_path;
use crate::media::renditions::{self, RenditionError};
use crate::snapshot::build::NamedCover;
use crate::snapshot::gc::Reuse;
use crate::snapshot::store::{Created, NewObject, Store};

/// Pictures in memory at once, each at most 256 MiB decoded.
const MAX_WORKERS: usize = 4;

/// What is known to be in the store.
pub(super) enum Known {
    /// Folders that the record of the live snapshot names: all of their renditions are there.
    Recorded(BTreeSet<String>),
    /// Objects that the store listed.
    Listed(BTreeSet<String>),
}

impl Known {
    fn has_all(&self, cover: &NamedCover) -> bool {
        match self {
            Self::Recorded(folders) => folders.contains(&keys::cover_folder(&cover.picture)),
            Self::Listed(objects) => cover.sizes().iter().all(|size| objects.contains(&cover.key(*size))),
        }
    }
}

/// What sending the covers came to.
pub(super) struct Sent {
    pub(super) uploaded_bytes: u64,
    /// Pictures that no rendition can be made of, and why.
    pub(super) unreadable: Vec<(Sha256Hex, Readability)>,
}

/// The record tells what is there when it is of the very snapshot that is live; else the store is asked.
pub(super) fn known(
    store: &Store,
    library: &Library,
    live: Option<&Manifest>,
    reuse: &Reuse<'_>,
) -> Result<Known, PublishError> {
    let recorded = library.read(|connection| {
        let Some(live) = live else { return Ok::<_, PublishError>(None) };
        let (sequence, database) = (live.sequence, &live.database.sha256);
        if !publications::is_recorded(connection, store.name(), sequence, database)? {
            return Ok(None);
        }
        Ok(Some(publications::list_live_objects(connection, store.name())?))
    })?;
    match recorded {
        Some(folders) => Ok(Known::Recorded(folders)),
        None => list(store, reuse).map(Known::Listed),
    }
}

/// The covers that are there and stay.
fn list(store: &Store, reuse: &Reuse<'_>) -> Result<BTreeSet<String>, PublishError> {
    let mut there = BTreeSet::new();
    store.visit("covers", |object| -> Result<(), PublishError> {
        if reuse.is_safe(&object.key, object.written_at)? {
            there.insert(object.key);
        }
        Ok(())
    })?;
    Ok(there)
}

/// Renders and creates what is missing, several covers at a time.
pub(super) fn send(
    store: &Store,
    job: &PublishJob<'_>,
    covers: &[NamedCover],
    known: &Known,
    reuse: &Reuse<'_>,
) -> Result<Sent, PublishError> {
    let missing: Vec<&NamedCover> = covers.iter().filter(|cover| !known.has_all(cover)).collect();
    job.progress.covers_planned(missing.len());
    let next = AtomicUsize::new(0);
    let is_stopped = AtomicBool::new(false);
    let result = Mutex::new(Ok(Sent { uploaded_bytes: 0, unreadable: Vec::new() }));
    let workers = thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS).min(missing.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while !is_stopped.load(Ordering::Relaxed) && !job.progress.is_cancelled() {
                    let Some(cover) = missing.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    let sent = send_one(store, job.library.data_dir(), cover, reuse);
                    job.progress.cover_done();
                    is_stopped.fetch_or(sent.is_err(), Ordering::Relaxed);
                    add(&result, cover, sent);
                }
            });
        }
    });
    if job.progress.is_cancelled() {
        return Err(PublishError::Cancelled);
    }
    result.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Lets pictures be shown again whose files were lost and are back.
pub(super) fn welcome_back(library: &Library) -> Result<(), PublishError> {
    let lost = library.read(publications::list_lost_covers)?;
    let is_back = |picture: &Sha256Hex| {
        fs::read(picture_path(library.data_dir(), picture.as_str()))
            .is_ok_and(|bytes| Sha256Hex::of(&bytes) == *picture)
    };
    let back: Vec<_> = lost.into_iter().filter(is_back).map(|picture| (picture, Readability::Fine)).collect();
    if back.is_empty() {
        return Ok(());
    }
    Ok(library.write(|tx| -> Result<(), LibraryError> { publications::mark_covers(tx, &back) })?)
}

/// What sending one cover came to.
enum SentOne {
    Bytes(u64),
    Unreadable(Readability),
}

/// The first failure is kept.
fn add(result: &Mutex<Result<Sent, PublishError>>, cover: &NamedCover, sent: Result<SentOne, PublishError>) {
    let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(total) = result.as_mut() else { return };
    match sent {
        Ok(SentOne::Bytes(bytes)) => total.uploaded_bytes += bytes,
        Ok(SentOne::Unreadable(why)) => total.unreadable.push((cover.picture.clone(), why)),
        Err(error) => *result = Err(error),
    }
}

fn send_one(store: &Store, data_dir: &Path, cover: &NamedCover, reuse: &Reuse<'_>) -> Result<SentOne, PublishError> {
    let path = picture_path(data_dir, cover.picture.as_str());
    let picture = match fs::read(&path) {
        Ok(picture) if Sha256Hex::of(&picture) == cover.picture => picture,
        Ok(_) => return Ok(lost(&path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(lost(&path)),
        Err(source) => return Err(PublishError::Picture { path, source }),
    };
    let rendered = match renditions::render(&picture, cover.sizes()) {
        Ok(rendered) => rendered,
        Err(error) => return Ok(damaged(&path, &error)),
    };
    let objects = rendered.into_iter().map(|rendition| NewObject {
        key: cover.key(rendition.size),
        content_type: "image/jpeg",
        bytes: rendition.jpeg.into(),
    });
    create(store, objects.collect(), reuse).map(SentOne::Bytes)
}

/// Creates renditions, and writes those again that are there and could be swept.
fn create(store: &Store, objects: Vec<NewObject>, reuse: &Reuse<'_>) -> Result<u64, PublishError> {
    let created = store.create_all(objects.clone())?;
    let mut unsafe_ones = Vec::new();
    for (object, created) in objects.into_iter().zip(&created) {
        if let Some(since) = created.kept_since
            && !reuse.is_safe(&object.key, since)?
        {
            unsafe_ones.push(object);
        }
    }
    let again = store.write_again(unsafe_ones)?;
    Ok(created.into_iter().chain(again).map(Created::uploaded_bytes).sum())
}

fn lost(path: &Path) -> SentOne {
    let picture = path.display();
    tracing::warn!("a cover is left out until an import reads it again: {picture} is gone or changed");
    SentOne::Unreadable(Readability::Lost)
}

fn damaged(path: &Path, error: &RenditionError) -> SentOne {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    tracing::warn!("a cover is left out: {}: {error}{cause}", path.display());
    SentOne::Unreadable(Readability::Damaged)
}
