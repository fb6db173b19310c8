//! R3: brings an object from its store to whoever takes it apart, a database or a patch. After a break it goes on where
//! it stopped: by Range, or from a store that has none by reading over what it has. An object that changed meanwhile
//! begins anew.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{Error as ObjectError, GetOptions, GetRange};
use snapshot_format::Sha256Hex;
use snapshot_format::manifest::Database;
use tokio::sync::mpsc;

use super::arriving::Arriving;
use super::store::Store;
use super::unpack::{UnpackError, unpack};
use crate::background;

/// Chunks between the network and the disk; the slower one holds up the other.
const CHUNKS_UNDER_WAY: usize = 16;
/// Breaks in a row, without a byte between them, that end a download.
const MAX_FRUITLESS_BREAKS: u32 = 4;
/// How often an object that changed under the download is begun anew.
const MAX_CHANGES: u32 = 2;
const PAUSE_AFTER_BREAK: Duration = Duration::from_millis(200);

/// Why an object didn't arrive.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The store doesn't have it: the manifest is old, or the publisher isn't done.
    #[error("the object `{key}` is not in the store")]
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
    /// The object is replaced again and again.
    #[error("the object `{key}` keeps changing in the store")]
    Changing {
        /// Its key.
        key: String,
    },
    /// The bytes are no database of that size.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// The process is ending.
    #[error("the download was given up")]
    GivenUp,
}

/// Writes a database into the file at `target`, plain, and gives the digest of what was written.
pub(super) async fn fetch_database(
    store: &Store,
    database: &Database,
    target: PathBuf,
) -> Result<Sha256Hex, DownloadError> {
    let (encoding, size_bytes) = (database.encoding, database.size_bytes);
    let bytes = if encoding.is_some() { database.stored_bytes } else { size_bytes };
    let object = Object { key: &database.key, bytes };
    let take = move |arriving| {
        let file = File::options().read(true).write(true).open(&target).map_err(UnpackError::Disk)?;
        unpack(arriving, encoding, file, size_bytes)
    };
    download(store, object, take).await
}

/// An object as the manifest tells of it.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) key: &'a str,
    /// Its size; never more is read.
    pub(super) bytes: u64,
}

/// Has an object's bytes taken by `take`, on a thread that may block, and gives what it came to. When the object changed
/// on the way, `take` is called once more, with the new one from its beginning.
pub(super) async fn download<T, F>(store: &Store, object: Object<'_>, take: F) -> Result<T, DownloadError>
where
    T: Send + 'static,
    F: Fn(Arriving) -> Result<T, UnpackError> + Clone + Send + 'static,
{
    for _ in 0..=MAX_CHANGES {
        if let Some(taken) = download_once(store, object, take.clone()).await? {
            return Ok(taken);
        }
        tracing::info!(key = object.key, "the object changed during the download, which begins anew");
    }
    Err(DownloadError::Changing { key: object.key.to_owned() })
}

/// `None` when the object changed.
async fn download_once<T, F>(store: &Store, object: Object<'_>, take: F) -> Result<Option<T>, DownloadError>
where
    T: Send + 'static,
    F: FnOnce(Arriving) -> Result<T, UnpackError> + Send + 'static,
{
    let (chunks, arriving) = mpsc::channel(CHUNKS_UNDER_WAY);
    let taker = background::begin("unpack", move || take(Arriving::new(arriving)));
    let mut progress = Progress { store, object, chunks, at: 0, e_tag: None };
    let fetched = progress.fetch().await;
    drop(progress);
    match (taker.await, fetched) {
        (Ok(Ok(Ok(result))), Ok(End::Whole)) => Ok(Some(result)),
        (_, Ok(End::Changed)) => Ok(None),
        // What the taker refuses ends the fetching, which then only knows that nobody takes its bytes.
        (Ok(Ok(Err(refusal))), Ok(End::Whole) | Err(DownloadError::GivenUp)) => Err(refusal.into()),
        (Ok(Err(broken)), Ok(End::Whole) | Err(DownloadError::GivenUp)) => Err(UnpackError::Thread(broken).into()),
        (Err(_), Ok(End::Whole)) => Err(DownloadError::GivenUp),
        (_, Err(error)) => Err(error),
    }
}

/// How a download ended.
enum End {
    /// Every byte arrived.
    Whole,
    /// The store has another object under the key.
    Changed,
}

/// How one answer of the store ended.
enum Answer {
    Ended(End),
    Broke(ObjectError),
}

/// How far a download is.
struct Progress<'a> {
    store: &'a Store,
    object: Object<'a>,
    chunks: mpsc::Sender<Bytes>,
    at: u64,
    e_tag: Option<String>,
}

impl Progress<'_> {
    /// Fetches to the end, going on where a break left off.
    async fn fetch(&mut self) -> Result<End, DownloadError> {
        let mut fruitless = 0;
        loop {
            let before = self.at;
            // A store without ranges answers them with an error or with the whole.
            let skips = fruitless % 2 == 1;
            match self.fetch_rest(skips).await? {
                Answer::Ended(end) => return Ok(end),
                Answer::Broke(_) if self.at > before => fruitless = 0,
                Answer::Broke(source) if fruitless == MAX_FRUITLESS_BREAKS => {
                    return Err(DownloadError::Broken { key: self.object.key.to_owned(), at: self.at, source });
                }
                Answer::Broke(_) => fruitless += 1,
            }
            tracing::info!(key = self.object.key, at = self.at, "the download broke off and goes on");
            tokio::time::sleep(PAUSE_AFTER_BREAK).await;
        }
    }

    /// Fetches what is missing: as a range, or the whole of which the beginning is skipped.
    async fn fetch_rest(&mut self, skips: bool) -> Result<Answer, DownloadError> {
        let range = (self.at > 0 && !skips).then_some(GetRange::Offset(self.at));
        let mut to_skip = if skips { self.at } else { 0 };
        let options = GetOptions { range, if_match: self.strong_e_tag(), ..GetOptions::default() };
        let found = match self.store.get(self.object.key, options).await {
            Ok(found) => found,
            Err(ObjectError::Precondition { .. }) => return Ok(Answer::Ended(End::Changed)),
            Err(ObjectError::NotFound { .. }) => {
                return Err(DownloadError::NotFound { key: self.object.key.to_owned() });
            }
            Err(error) => return Ok(Answer::Broke(error)),
        };
        if self.e_tag.is_some() && found.meta.e_tag.is_some() && self.e_tag != found.meta.e_tag {
            return Ok(Answer::Ended(End::Changed));
        }
        self.check_size(found.meta.size)?;
        self.e_tag.clone_from(&found.meta.e_tag);
        let mut body = found.into_stream();
        loop {
            match body.try_next().await {
                Ok(Some(chunk)) => self.pass_on(skip(chunk, &mut to_skip)).await?,
                Ok(None) => return Ok(Answer::Ended(End::Whole)),
                Err(error) => return Ok(Answer::Broke(error)),
            }
        }
    }

    /// If-Match compares strongly: with a weak tag it never holds.
    fn strong_e_tag(&self) -> Option<String> {
        self.e_tag.clone().filter(|e_tag| !e_tag.starts_with("W/"))
    }

    async fn pass_on(&mut self, chunk: Bytes) -> Result<(), DownloadError> {
        self.at += chunk.len() as u64;
        self.check_size(self.at)?;
        let is_taken = self.chunks.send(chunk).await.is_ok();
        if is_taken { Ok(()) } else { Err(DownloadError::GivenUp) }
    }

    fn check_size(&self, found: u64) -> Result<(), DownloadError> {
        let expected = self.object.bytes;
        if found <= expected {
            return Ok(());
        }
        Err(DownloadError::WrongSize { key: self.object.key.to_owned(), found, expected })
    }
}

/// What is left of a chunk behind the bytes to skip.
fn skip(mut chunk: Bytes, to_skip: &mut u64) -> Bytes {
    let skipped = usize::try_from(*to_skip).unwrap_or(usize::MAX).min(chunk.len());
    *to_skip -= skipped as u64;
    chunk.split_off(skipped)
}
