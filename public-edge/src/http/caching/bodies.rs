//! Rendered bodies, bounded in bytes; what was not asked for longest goes first.

use std::hash::RandomState;
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use lru::LruCache;

use super::encoding::Encoding;
use super::question::Question;
use crate::background;

/// What a body costs beside itself and its question, in bytes: headers, list and table.
const ENTRY_COST_BYTES: usize = 512;
/// Smaller bodies fit a packet or two as they are.
const MIN_PACKED_BYTES: usize = 860;

/// A rendered body with all headers of its answer; cheap to clone.
#[derive(Clone)]
pub(super) struct StoredBody {
    headers: HeaderMap,
    bytes: Bytes,
}

impl StoredBody {
    /// A body as it was rendered.
    pub(super) fn new(headers: HeaderMap, bytes: Bytes) -> Self {
        Self { headers, bytes }
    }

    /// The body in memory of its own: what is kept for long takes no buffer that others could use.
    fn alone(&self) -> Self {
        Self { headers: self.headers.clone(), bytes: Bytes::copy_from_slice(&self.bytes) }
    }

    /// The tag of its answer.
    pub(super) fn etag(&self) -> Option<&HeaderValue> {
        self.headers.get(header::ETAG)
    }

    /// Whether compression pays.
    pub(super) fn is_worth_packing(&self) -> bool {
        self.bytes.len() >= MIN_PACKED_BYTES && !self.headers.contains_key(header::CONTENT_ENCODING)
    }

    /// The body in an encoding; as it is when the encoder fails.
    pub(super) async fn packed(&self, encoding: Encoding) -> Self {
        let Some(bytes) = encoding.pack(self.bytes.clone()).await else { return self.clone() };
        let mut headers = self.headers.clone();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        Self { headers, bytes }
    }

    fn cost_bytes(&self, key: &[u8]) -> usize {
        self.bytes.len() + key.len() + ENTRY_COST_BYTES
    }
}

impl IntoResponse for StoredBody {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.bytes));
        *response.headers_mut() = self.headers;
        response
    }
}

/// The cache. Keys are whole questions, so nothing that a listener can ask gets another question's answer. Answers from a
/// database go when the next one's first answer comes: nobody asks for them any more.
pub struct BodyCache {
    max_bytes: usize,
    kept: Mutex<Kept>,
}

struct Kept {
    answers: Bodies,
    /// What lies in the store under a name of its content: good with any database.
    objects: Bodies,
    /// The database that answers are of, as their keys name it, and its newest generation.
    database: (Vec<u8>, u64),
    hits: u64,
    misses: u64,
}

/// Bodies by key, and what they cost together.
struct Bodies {
    kept: LruCache<Vec<u8>, Codings, RandomState>,
    bytes: usize,
}

/// How much is kept, and how often it was asked for.
#[derive(Clone, Copy, Default, Debug)]
pub struct CacheUsage {
    /// Bytes that are kept.
    pub bytes: usize,
    /// Questions whose answer was there.
    pub hits: u64,
    /// Questions whose answer was not.
    pub misses: u64,
}

/// A body in each coding that was asked for.
type Codings = [Option<StoredBody>; Encoding::COUNT];

impl BodyCache {
    /// An empty cache that holds at most `max_bytes`; 0 keeps nothing.
    pub fn new(max_bytes: usize) -> Self {
        let (answers, objects) = (Bodies::default(), Bodies::default());
        let kept = Kept { answers, objects, database: (Vec::new(), 0), hits: 0, misses: 0 };
        Self { max_bytes, kept: Mutex::new(kept) }
    }

    /// An answer that was kept.
    pub(super) fn find(&self, key: &[u8], encoding: Encoding) -> Option<StoredBody> {
        let kept = &mut *self.lock();
        let found = kept.answers.find(key, encoding);
        kept.counted(found)
    }

    /// How it is used.
    pub fn usage(&self) -> CacheUsage {
        let kept = self.lock();
        CacheUsage { bytes: kept.bytes(), hits: kept.hits, misses: kept.misses }
    }

    /// Keeps the answer to a question, unless a later snapshot has been asked by now.
    pub(super) fn keep_answer(&self, question: &Question, encoding: Encoding, body: &StoredBody) {
        let void = self.lock().turn_to(question);
        if let Some(void) = void {
            // Thousands of bodies: requests would wait for it.
            background::discard("void answers", void);
        }
        if self.lock().is_of(question) {
            self.keep(|kept| &mut kept.answers, question.key(), encoding, body);
        }
    }

    /// An object of the store that was kept under its key.
    pub(in crate::http) fn find_object(&self, key: &str) -> Option<Bytes> {
        let kept = &mut *self.lock();
        let found = kept.objects.find(key.as_bytes(), Encoding::Identity);
        kept.counted(found).map(|body| body.bytes)
    }

    /// Keeps an object of the store.
    pub(in crate::http) fn keep_object(&self, key: &str, bytes: &Bytes) {
        let body = StoredBody::new(HeaderMap::new(), bytes.clone());
        self.keep(|kept| &mut kept.objects, key.as_bytes(), Encoding::Identity, &body);
    }

    /// Keeps a body, unless it alone would take a quarter of the room.
    fn keep(&self, among: fn(&mut Kept) -> &mut Bodies, key: &[u8], encoding: Encoding, body: &StoredBody) {
        if body.cost_bytes(key) > self.max_bytes / 4 {
            return;
        }
        let body = body.alone();
        let kept = &mut *self.lock();
        among(kept).keep(key, encoding, body);
        while kept.bytes() > self.max_bytes {
            kept.larger_part().forget_oldest();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        // A panic between two counts cannot make the cache wrong enough to stop serving.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        self.answers.bytes + self.objects.bytes
    }

    fn counted<T>(&mut self, found: Option<T>) -> Option<T> {
        let count = if found.is_some() { &mut self.hits } else { &mut self.misses };
        *count += 1;
        found
    }

    /// What gives way when the room is full: each part may have half of it, and what the other leaves.
    fn larger_part(&mut self) -> &mut Bodies {
        if self.answers.bytes >= self.objects.bytes { &mut self.answers } else { &mut self.objects }
    }

    /// Whether a question is to the newest database.
    fn is_of(&self, question: &Question) -> bool {
        question.database() == self.database.0.as_slice()
    }

    /// Turns to a question's database when it is a newer one, and gives the answers from the last one.
    fn turn_to(&mut self, question: &Question) -> Option<Bodies> {
        let is_same = self.is_of(question);
        if question.generation() < self.database.1 {
            return None;
        }
        self.database.1 = question.generation();
        if is_same {
            return None;
        }
        question.database().clone_into(&mut self.database.0);
        Some(std::mem::take(&mut self.answers))
    }
}

impl Default for Bodies {
    fn default() -> Self {
        Self { kept: LruCache::unbounded_with_hasher(RandomState::new()), bytes: 0 }
    }
}

impl Bodies {
    fn find(&mut self, key: &[u8], encoding: Encoding) -> Option<StoredBody> {
        self.kept.get(key).and_then(|codings| codings[encoding as usize].clone())
    }

    fn keep(&mut self, key: &[u8], encoding: Encoding, body: StoredBody) {
        self.bytes += body.cost_bytes(key);
        let codings = self.kept.get_or_insert_mut_ref(key, Codings::default);
        if let Some(replaced) = codings[encoding as usize].replace(body) {
            self.bytes -= replaced.cost_bytes(key);
        }
    }

    fn forget_oldest(&mut self) {
        let oldest = self.kept.pop_lru();
        self.bytes -= oldest
            .map_or(self.bytes, |(key, codings)| codings.iter().flatten().map(|body| body.cost_bytes(&key)).sum());
    }
}

#[cfg(test)]
mod tests;
