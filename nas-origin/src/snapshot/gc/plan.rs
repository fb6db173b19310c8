//! What a sweep would remove, written to a file while the store is listed: a store may have a million objects, and
//! nothing goes before all of them were seen.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Lines, Write};
use std::path::{Path, PathBuf};

use catalog_core::retention::{Amounts, Fate, Retention, fate};
use snapshot_format::keys;

use super::kept::Kept;
use super::marks::Marks;
use crate::snapshot::history::{HistoryError, named_as};
use crate::snapshot::publish::{PublishError, WorkFolder};
use crate::snapshot::store::Store;

/// The folders of the layout, in the order in which they are swept. The history goes first.
const FOLDERS: [&str; 7] = ["history", "deltas", "blobs", "covers", "audio", "access", keys::PROBES];

/// Objects removed at once: what S3 takes in one request.
const BATCH: usize = 1000;

/// A listing's result.
pub(super) struct Plan {
    pub(super) amounts: Amounts,
    /// What the live snapshot names and no listing had.
    pub(super) unlisted: Marks,
    path: PathBuf,
    keys: Lines<BufReader<File>>,
    /// The key that did not belong to the last batch.
    next: Option<String>,
}

impl Plan {
    pub(super) fn make(
        store: &Store,
        kept: &Kept,
        retention: Retention,
        now: i64,
        work: &WorkFolder,
    ) -> Result<Self, HistoryError> {
        let path = work.file("swept");
        let failed = |source| unusable(&path, source);
        let (mut amounts, mut unlisted) = (Amounts::default(), kept.live.clone());
        let mut file = BufWriter::new(File::create(&path).map_err(failed)?);
        for folder in FOLDERS {
            store.visit(folder, |object| -> Result<(), HistoryError> {
                // What isn't of this layout is not ours, and is neither counted nor touched.
                if !keys::is_immutable(&object.key) {
                    return Ok(());
                }
                unlisted.remove(named_as(&object.key));
                let fate = fate(kept.names(&object.key), object.written_at, retention, now);
                amounts.add(fate, object.size_bytes);
                if fate == Fate::Swept { writeln!(file, "{}", object.key).map_err(failed) } else { Ok(()) }
            })?;
        }
        file.flush().map_err(failed)?;
        drop(file);
        let keys = BufReader::new(File::open(&path).map_err(failed)?).lines();
        Ok(Self { amounts, unlisted, path, keys, next: None })
    }

    /// The next objects to remove, all of one folder.
    pub(super) fn next_batch(&mut self) -> Result<Option<Vec<String>>, HistoryError> {
        let mut batch: Vec<String> = self.next.take().into_iter().collect();
        for key in self.keys.by_ref() {
            let key = key.map_err(|source| unusable(&self.path, source))?;
            if batch.len() == BATCH || batch.first().is_some_and(|first| folder(first) != folder(&key)) {
                self.next = Some(key);
                break;
            }
            batch.push(key);
        }
        Ok(Some(batch).filter(|batch| !batch.is_empty()))
    }
}

fn folder(key: &str) -> &str {
    key.split('/').next().unwrap_or_default()
}

fn unusable(path: &Path, source: io::Error) -> HistoryError {
    PublishError::WorkFolder { path: path.to_owned(), source }.into()
}
