//! History first, then the pointer (P6 to P8).

use bytes::Bytes;
use catalog_core::publish::{AfterCommit, after_commit, read_back};
use snapshot_format::signature::{self, SigningKey};
use snapshot_format::{Manifest, keys};

use super::{PublishError, PublishJob};
use crate::snapshot::store::{NewObject, Store, StoredManifest};

/// How many sequences are tried when killed runs left history entries of other bytes.
const MAX_SEQUENCES: u32 = 100;

/// A manifest that is live.
pub(super) struct Committed {
    pub(super) manifest: Manifest,
    pub(super) uploaded_bytes: u64,
}

/// Writes the history entry, signed when there is a key, then moves the pointer from `base` to the manifest.
pub(super) fn commit(
    store: &Store,
    job: &PublishJob<'_>,
    base: Option<&StoredManifest>,
    manifest: Manifest,
) -> Result<Committed, PublishError> {
    job.begin("writing the history")?;
    let (manifest, bytes) = keep_history(store, manifest, job.config.signing_key())?;
    job.progress.step("moving the pointer");
    move_pointer(store, job, base, &manifest, &bytes)?;
    Ok(Committed { manifest, uploaded_bytes: 2 * bytes.len() as u64 })
}

/// P6: the manifest's very bytes under its sequence. An entry of other bytes is what a run that was killed before P7
/// left; it was never live and is not replaced, so the next sequence is taken.
///
/// With each sequence the manifest is another text, so this is where it is signed.
fn keep_history(
    store: &Store,
    mut manifest: Manifest,
    signing_key: Option<&SigningKey>,
) -> Result<(Manifest, Bytes), PublishError> {
    for _ in 0..MAX_SEQUENCES {
        manifest.signatures.clear();
        if let Some(key) = signing_key {
            signature::sign(&mut manifest, key);
        }
        let bytes = Bytes::from(manifest.to_bytes()?);
        let key = keys::history(manifest.sequence, &manifest.snapshot_id);
        let object = NewObject { key: key.clone(), content_type: "application/json", bytes: bytes.clone() };
        if store.create(object)?.is_new() || store.read_history(&key)?.as_ref() == Some(&bytes) {
            return Ok((manifest, bytes));
        }
        manifest.sequence += 1;
    }
    Err(PublishError::HistoryTaken { sequence: manifest.sequence })
}

/// P7 and P8: compare-and-swap; whatever is unclear is read back.
fn move_pointer(
    store: &Store,
    job: &PublishJob<'_>,
    base: Option<&StoredManifest>,
    manifest: &Manifest,
    bytes: &Bytes,
) -> Result<(), PublishError> {
    let mut current = base.cloned();
    let mut retries = 0;
    loop {
        let written = store.replace_manifest(bytes.clone(), current.as_ref());
        match &written {
            Ok(()) if !store.needs_read_back() => return Ok(()),
            Err(error) if error.is_definite() => return Ok(written?),
            _ => {}
        }
        job.progress.step("reading the pointer back");
        let found = store.read_manifest().map_err(|source| PublishError::Unclear {
            snapshot_id: manifest.snapshot_id.clone(),
            sequence: manifest.sequence,
            source,
        })?;
        let seen = read_back(found.as_ref().map(|found| &*found.bytes), bytes, base.map(|base| &*base.bytes));
        match after_commit(seen, retries, rand::random()) {
            AfterCommit::Done => return Ok(()),
            AfterCommit::Lost => return Err(PublishError::Lost),
            AfterCommit::GiveUp => return Err(PublishError::GaveUp { retries, source: written.err() }),
            AfterCommit::Retry(wait) => std::thread::sleep(wait),
        }
        current = found;
        retries += 1;
    }
}
