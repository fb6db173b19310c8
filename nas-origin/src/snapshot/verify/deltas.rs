//! Whether the deltas of a manifest lead to its database: each is applied to its base, as an edge does, when the store
//! still has that.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use snapshot_format::manifest::{Database, Delta};
use snapshot_format::patch::{self, PatchError};
use snapshot_format::{Manifest, Sha256Hex};

use super::problem::{self, Problem, of_delta};
use crate::config::PublishConfig;
use crate::snapshot::history::{HistoryError, find_database};
use crate::snapshot::publish::{PublishError, WorkFolder};
use crate::snapshot::store::Store;
use crate::snapshot::unpack::{UnpackError, unpack};

/// Looks at every delta, and says how many were applied.
pub(super) fn check(
    store: &Store,
    manifest: &Manifest,
    config: &PublishConfig,
    work: &WorkFolder,
    problems: &mut Vec<Problem>,
) -> Result<u64, HistoryError> {
    let mut applied = 0;
    for delta in &manifest.deltas {
        let Delta { key, stored_bytes, .. } = delta;
        match store.find_size(key)? {
            None => problems.push(of_delta(key, "isn't in the store")),
            Some(found) if found != *stored_bytes => {
                problems.push(of_delta(key, format!("has {found} bytes, the manifest says {stored_bytes}")));
            }
            Some(_) => {
                let Some(base) = bring_base(store, delta, config, work)? else { continue };
                applied += 1;
                let problem = apply(store, delta, &base, &manifest.database, work)?;
                problems.extend(problem.map(|problem| of_delta(key, problem)));
            }
        }
    }
    Ok(applied)
}

/// The database that a delta begins at, when the store has it whole and it isn't too large to be worth it. What is wrong
/// with that one is no problem of this snapshot.
fn bring_base(
    store: &Store,
    delta: &Delta,
    config: &PublishConfig,
    work: &WorkFolder,
) -> Result<Option<PathBuf>, HistoryError> {
    let found = find_database(store, &delta.from_sha256)?;
    let Some(base) = found.filter(|base| base.database.size_bytes <= config.delta_limit) else { return Ok(None) };
    match unpack(store, &base.database, work.path()) {
        Ok(plain) => Ok(Some(plain)),
        Err(error @ (UnpackError::Store(_) | UnpackError::File { .. })) => {
            problem::of_database(&base, error).map(|_damage| None)
        }
        Err(_damage) => Ok(None),
    }
}

/// Why a delta doesn't lead from its base to the database.
fn apply(
    store: &Store,
    delta: &Delta,
    base: &Path,
    database: &Database,
    work: &WorkFolder,
) -> Result<Option<String>, HistoryError> {
    let packed = work.file("checked.zpatch");
    if store.download(&delta.key, delta.stored_bytes, &packed)?.is_none() {
        return Ok(Some("isn't in the store".to_owned()));
    }
    let failed = |source| PublishError::WorkFolder { path: packed.clone(), source };
    let mut old = File::open(base).map_err(failed)?;
    let old_bytes = old.metadata().map_err(failed)?.len();
    let mut made = Measured { hasher: Sha256::new(), left: database.size_bytes };
    let mut patch = BufReader::new(File::open(&packed).map_err(failed)?);
    match patch::apply((&mut old, old_bytes), &mut patch, &mut made) {
        Ok(()) if made.left == 0 && Sha256Hex::from_hasher(made.hasher) == database.sha256 => Ok(None),
        Ok(()) => Ok(Some("leads to another database".to_owned())),
        Err(PatchError::Old(source)) => Err(failed(source).into()),
        Err(error) => Ok(Some(error.to_string())),
    }
}

/// Takes no more than announced, and only its digest.
struct Measured {
    hasher: Sha256,
    left: u64,
}

impl Write for Measured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.left.checked_sub(bytes.len() as u64);
        self.left = left.ok_or_else(|| io::Error::other("it makes more bytes than the manifest says"))?;
        self.hasher.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
