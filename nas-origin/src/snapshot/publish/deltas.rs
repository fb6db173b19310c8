//! Patches from the databases that edges are likely to have (P4), sent before the history (P6). They spare edges most of
//! the database; without one an edge fetches it whole. So a patch that can't be made is a warning, never a failure.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use snapshot_format::manifest::{Database, Delta};
use snapshot_format::{Sha256Hex, keys, patch};

use super::lock::WorkFolder;
use super::shelf::Shelf;
use super::{PublishError, Run, database};
use crate::library::publications;
use crate::snapshot::build::BuiltDatabase;
use crate::snapshot::gc::Reuse;

/// How many earlier databases get a patch.
const MAX_BASES: usize = 3;

/// Patches that are made at once, so that cores are busy to the end; each takes 48 MiB.
const MAX_WORKERS: usize = MAX_BASES;

/// A patch is kept while it has less than this part of the packed database, in percent.
const MAX_PERCENT: u64 = 30;

/// The patches of a database in the store.
#[derive(Default)]
pub(super) struct Deltas {
    /// As the manifest names them, the latest base first.
    pub(super) named: Vec<Delta>,
    pub(super) uploaded_bytes: u64,
}

/// The databases that patches are made from, the latest first: the live one and those on record before it.
pub(super) fn list_bases(run: &Run<'_>, database: &Sha256Hex) -> Result<Vec<Sha256Hex>, PublishError> {
    let recorded = run.job.library.read(|connection| publications::list_databases(connection, run.store.name()))?;
    let live = run.base.manifest.as_ref().map(|live| live.database.sha256.clone());
    let mut bases: Vec<Sha256Hex> = Vec::new();
    for base in live.into_iter().chain(recorded).filter(|base| base != database) {
        if !bases.contains(&base) {
            bases.push(base);
        }
    }
    bases.truncate(MAX_BASES);
    Ok(bases)
}

/// Makes the patches and creates their objects; those that are there are kept.
pub(super) fn send(
    run: &Run<'_>,
    built: &BuiltDatabase,
    blob: &Database,
    bases: &[Sha256Hex],
    work: &WorkFolder,
    reuse: &Reuse<'_>,
) -> Result<Deltas, PublishError> {
    if built.size_bytes > run.job.config.delta_limit {
        return Ok(Deltas::default());
    }
    let max_bytes = blob.stored_bytes * MAX_PERCENT / 100;
    let patches = make_all(run, built, bases, work, max_bytes);
    let mut deltas = Deltas::default();
    run.job.progress.step("sending deltas");
    for (base, patch) in bases.iter().zip(patches) {
        let Some(patch) = patch else { continue };
        let key = keys::delta(base, &built.sha256);
        let created = database::create(run.store, &key, &patch, reuse)?;
        deltas.uploaded_bytes += created.uploaded_bytes();
        deltas.named.push(Delta { from_sha256: base.clone(), key, stored_bytes: created.stored_bytes });
    }
    Ok(deltas)
}

/// Keeps the published database: the next patches are made from it, and from all but the oldest of those before it.
pub(super) fn shelve(run: &Run<'_>, built: &BuiltDatabase, bases: &[Sha256Hex]) {
    let shelf = Shelf::of(run.job.library);
    let shelved = if built.size_bytes > run.job.config.delta_limit {
        shelf.clear()
    } else {
        shelf.keep(&built.path, &built.sha256, &bases[..bases.len().min(MAX_BASES - 1)])
    };
    if let Err(error) = shelved {
        tracing::warn!("the databases kept for deltas can't be put in order: {error}");
    }
}

/// The file of each base's patch, if there is one worth keeping.
fn make_all(
    run: &Run<'_>,
    built: &BuiltDatabase,
    bases: &[Sha256Hex],
    work: &WorkFolder,
    max_bytes: u64,
) -> Vec<Option<PathBuf>> {
    let shelf = Shelf::of(run.job.library);
    let waiting = Mutex::new(bases.iter().enumerate());
    let made = Mutex::new(vec![None; bases.len()]);
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
    let worker = || {
        while let Some((number, base)) = next() {
            let patch = work.file(&format!("{number}.zpatch"));
            let is_kept = make(run, &shelf, base, built, &patch, max_bytes);
            if let (true, Ok(mut made)) = (is_kept, made.lock()) {
                made[number] = Some(patch);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..MAX_WORKERS.min(bases.len()) {
            scope.spawn(worker);
        }
    });
    made.into_inner().unwrap_or_default()
}

/// Whether a patch was made that is worth keeping.
fn make(run: &Run<'_>, shelf: &Shelf, base: &Sha256Hex, built: &BuiltDatabase, patch: &Path, max_bytes: u64) -> bool {
    let base_file = match shelf.bring(run.store, base, run.job.config.delta_limit) {
        Ok(Some(file)) => file,
        Ok(None) => return false,
        Err(error) => {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "no delta from the database {base}: it can't be brought");
            return false;
        }
    };
    match write_patch(&base_file, &built.path, patch, max_bytes) {
        Ok(size) => size.is_some(),
        Err(error) => {
            tracing::warn!("no delta from the database {base}: {error}");
            false
        }
    }
}

fn write_patch(base: &Path, new: &Path, patch: &Path, max_bytes: u64) -> io::Result<Option<u64>> {
    let (mut old, mut new) = (File::open(base)?, File::open(new)?);
    let (old_bytes, new_bytes) = (old.metadata()?.len(), new.metadata()?.len());
    let made = patch::make((&mut old, old_bytes), (&mut new, new_bytes), &mut File::create(patch)?, max_bytes)?;
    if made.is_none() {
        fs::remove_file(patch)?;
    }
    Ok(made)
}
