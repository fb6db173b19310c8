//! R3: brings a database from its store into a file of the cache folder.

use std::fs::File;
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{GetOptions, GetRange};
use snapshot_format::Sha256Hex;
use snapshot_format::manifest::Database;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::store::Store;
use super::unpack::{UnpackError, Unpacker};

/// Chunks between the network and the disk; the slower one holds up the other.
const CHUNKS_UNDER_WAY: usize = 16;
/// Breaks in a row, without a byte between them, that end a download.
const MAX_FRUITLESS_BREAKS: u32 = 4;
const PAUSE_AFTER_BREAK: Duration = Duration::from_millis(200);

/// Why a database didn't arrive.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The store doesn't have it: the manifest is old, or the publisher isn't done.
    #[error("the database `{key}` is not in the store")]
    NotFound {
        /// Its key.
        key: String,
    },
    /// The object is larger than the manifest says.
    #[error("the object `{key}` has {found} bytes where the manifest says {expected}")]
    WrongSize {
        /// Its key.
        key: String,
        /// The store's size.
        found: u64,
        /// The manifest's.
        expected: u64,
    },
    /// The connection broke again and again.
    #[error("reading `{key}` from the store broke off at byte {at}")]
    Broken {
        /// Its key.
        key: String,
        /// Bytes that had arrived.
        at: u64,
        /// The last break's cause.
        #[source]
        source: object_store::Error,
    },
    /// The bytes are no database of that size.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// The process is ending.
    #[error("the download was given up")]
    GivenUp,
}

/// Writes a database into `file`, plain, and gives the digest of what was written.
pub(super) async fn download(store: &Store, database: &Database, file: File) -> Result<Sha256Hex, DownloadError> {
    let (chunks, arriving) = mpsc::channel(CHUNKS_UNDER_WAY);
    let writer = start_writer(arriving, file, database);
    let mut progress = Progress { store, database, chunks, at: 0, e_tag: None };
    let fetched = progress.fetch().await;
    drop(progress);
    match (writer.await, fetched) {
        (Ok(Ok(digest)), Ok(())) => Ok(digest),
        // What the writer refuses ends the fetching, which then only knows that nobody takes its bytes.
        (Ok(Err(refusal)), Ok(()) | Err(DownloadError::GivenUp)) => Err(refusal.into()),
        (Err(_), Ok(())) => Err(DownloadError::GivenUp),
        (_, Err(error)) => Err(error),
    }
}

fn start_writer(
    mut arriving: mpsc::Receiver<Bytes>,
    file: File,
    database: &Database,
) -> JoinHandle<Result<Sha256Hex, UnpackError>> {
    let (encoding, size_bytes) = (database.encoding, database.size_bytes);
    tokio::task::spawn_blocking(move || {
        let mut unpacker = Unpacker::new(file, encoding, size_bytes)?;
        while let Some(chunk) = arriving.blocking_recv() {
            unpacker.write(&chunk)?;
        }
        unpacker.finish()
    })
}

/// How far a download is.
struct Progress<'a> {
    store: &'a Store,
    database: &'a Database,
    chunks: mpsc::Sender<Bytes>,
    at: u64,
    e_tag: Option<String>,
}

impl Progress<'_> {
    /// Fetches to the end, going on where a break left off.
    async fn fetch(&mut self) -> Result<(), DownloadError> {
        let mut fruitless = 0;
        loop {
            let before = self.at;
            match self.fetch_rest().await? {
                None => return Ok(()),
                Some(_) if self.at > before => fruitless = 0,
                Some(source) if fruitless == MAX_FRUITLESS_BREAKS => {
                    return Err(DownloadError::Broken { key: self.database.key.clone(), at: self.at, source });
                }
                Some(_) => fruitless += 1,
            }
            tracing::info!(key = self.database.key, at = self.at, "the download broke off and goes on");
            tokio::time::sleep(PAUSE_AFTER_BREAK).await;
        }
    }

    /// Fetches what is missing; `Some` when the connection broke.
    async fn fetch_rest(&mut self) -> Result<Option<object_store::Error>, DownloadError> {
        let range = (self.at > 0).then_some(GetRange::Offset(self.at));
        let options = GetOptions { range, if_match: self.e_tag.clone(), ..GetOptions::default() };
        let object = match self.store.get(&self.database.key, options).await {
            Ok(object) => object,
            Err(object_store::Error::NotFound { .. }) => {
                return Err(DownloadError::NotFound { key: self.database.key.clone() });
            }
            Err(error) => return Ok(Some(error)),
        };
        self.check_size(object.meta.size)?;
        self.e_tag.clone_from(&object.meta.e_tag);
        let mut body = object.into_stream();
        loop {
            match body.try_next().await {
                Ok(Some(chunk)) => self.pass_on(chunk).await?,
                Ok(None) => return Ok(None),
                Err(error) => return Ok(Some(error)),
            }
        }
    }

    async fn pass_on(&mut self, chunk: Bytes) -> Result<(), DownloadError> {
        self.at += chunk.len() as u64;
        self.check_size(self.at)?;
        let is_taken = self.chunks.send(chunk).await.is_ok();
        if is_taken { Ok(()) } else { Err(DownloadError::GivenUp) }
    }

    fn check_size(&self, found: u64) -> Result<(), DownloadError> {
        let expected = match self.database.encoding {
            Some(_) => self.database.stored_bytes,
            None => self.database.size_bytes,
        };
        if found <= expected {
            return Ok(());
        }
        Err(DownloadError::WrongSize { key: self.database.key.clone(), found, expected })
    }
}
