//! P5 for covers: every rendition that the new database names and the store may lack.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use snapshot_format::{Manifest, Sha256Hex, keys};

use super::{PublishError, PublishJob};
use crate::library::{Library, publications};
use crate::media::renditions;
use crate::snapshot::build::NamedCover;
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
    /// Pictures that no rendition can be made of.
    pub(super) unreadable: Vec<Sha256Hex>,
}

/// The record tells what is there when it is of the very snapshot that is live; else the store is asked.
pub(super) fn known(store: &Store, library: &Library, live: Option<&Manifest>) -> Result<Known, PublishError> {
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
        None => Ok(Known::Listed(store.list_keys("covers")?.into_iter().collect())),
    }
}

/// Renders and creates what is missing, several covers at a time.
pub(super) fn send(
    store: &Store,
    job: &PublishJob<'_>,
    covers: &[NamedCover],
    known: &Known,
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
                while !is_stopped.load(Ordering::Relaxed) {
                    let Some(cover) = missing.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    let sent = send_one(store, job.library.data_dir(), cover);
                    job.progress.cover_done();
                    is_stopped.fetch_or(sent.is_err(), Ordering::Relaxed);
                    add(&result, cover, sent);
                }
            });
        }
    });
    result.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The first failure is kept.
fn add(result: &Mutex<Result<Sent, PublishError>>, cover: &NamedCover, sent: Result<Option<u64>, PublishError>) {
    let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(total) = result.as_mut() else { return };
    match sent {
        Ok(Some(bytes)) => total.uploaded_bytes += bytes,
        Ok(None) => total.unreadable.push(cover.picture.clone()),
        Err(error) => *result = Err(error),
    }
}

/// The bytes that were sent; `None` when the picture is unreadable.
fn send_one(store: &Store, data_dir: &Path, cover: &NamedCover) -> Result<Option<u64>, PublishError> {
    let path = data_dir.join("covers").join(cover.picture.shard()).join(cover.picture.as_str());
    let picture = match fs::read(&path) {
        Ok(picture) => picture,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(unreadable(cover, &error)),
        Err(source) => return Err(PublishError::Picture { path, source }),
    };
    let rendered = match renditions::render(&picture, cover.sizes()) {
        Ok(rendered) => rendered,
        Err(error) => return Ok(unreadable(cover, &error)),
    };
    let objects = rendered.into_iter().map(|rendition| NewObject {
        key: cover.key(rendition.size),
        content_type: "image/jpeg",
        bytes: rendition.jpeg.into(),
    });
    let created = store.create_all(objects.collect())?;
    Ok(Some(created.into_iter().map(Created::uploaded_bytes).sum()))
}

fn unreadable<T>(cover: &NamedCover, reason: &dyn std::error::Error) -> Option<T> {
    let cause = reason.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    tracing::warn!(cover = %cover.picture, "a cover is left out of the snapshot: {reason}{cause}");
    None
}
