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
    answers: LruCache<Vec<u8>, Answer, RandomState>,
    /// The database that answers are of, as their keys name it, and its newest generation.
    database: (Vec<u8>, u64),
    usage: CacheUsage,
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
type Answer = [Option<StoredBody>; Encoding::COUNT];

impl BodyCache {
    /// An empty cache that holds at most `max_bytes`; 0 keeps nothing.
    pub fn new(max_bytes: usize) -> Self {
        let answers = LruCache::unbounded_with_hasher(RandomState::new());
        Self { max_bytes, kept: Mutex::new(Kept { answers, database: (Vec::new(), 0), usage: CacheUsage::default() }) }
    }

    /// A body that was kept.
    pub(super) fn find(&self, key: &[u8], encoding: Encoding) -> Option<StoredBody> {
        let kept = &mut *self.lock();
        let found = kept.answers.get(key).and_then(|answer| answer[encoding as usize].clone());
        let count = if found.is_some() { &mut kept.usage.hits } else { &mut kept.usage.misses };
        *count += 1;
        found
    }

    /// How it is used.
    pub fn usage(&self) -> CacheUsage {
        self.lock().usage
    }

    /// Keeps the answer to a question, unless a later snapshot has been asked by now.
    pub(super) fn keep_answer(&self, question: &Question, encoding: Encoding, body: &StoredBody) {
        if self.lock().is_of(question) {
            self.keep(question.key(), encoding, body);
        }
    }

    /// Keeps a body, unless it alone would take a quarter of the room.
    fn keep(&self, key: &[u8], encoding: Encoding, body: &StoredBody) {
        if body.cost_bytes(key) > self.max_bytes / 4 {
            return;
        }
        let kept = &mut *self.lock();
        let answer = kept.answers.get_or_insert_mut_ref(key, Answer::default);
        kept.usage.bytes += body.cost_bytes(key);
        if let Some(replaced) = answer[encoding as usize].replace(body.alone()) {
            kept.usage.bytes -= replaced.cost_bytes(key);
        }
        while kept.usage.bytes > self.max_bytes {
            let Some((key, oldest)) = kept.answers.pop_lru() else { break };
            kept.forget(&key, &oldest);
        }
    }

    /// An object of the store that was kept under its key, which is no question's.
    pub(in crate::http) fn find_object(&self, key: &str) -> Option<Bytes> {
        self.find(key.as_bytes(), Encoding::Identity).map(|body| body.bytes)
    }

    /// Keeps an object of the store.
    pub(in crate::http) fn keep_object(&self, key: &str, bytes: &Bytes) {
        self.keep(key.as_bytes(), Encoding::Identity, &StoredBody::new(HeaderMap::new(), bytes.clone()));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        // A panic between two counts cannot make the cache wrong enough to stop serving.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Whether a question is to the newest database. When it is newer still, the answers from the last one go.
    fn is_of(&mut self, question: &Question) -> bool {
        let (database, generation) = &mut self.database;
        if question.database() == database.as_slice() {
            *generation = question.generation().max(*generation);
            return true;
        }
        if question.generation() < *generation {
            return false;
        }
        let last = std::mem::replace(&mut self.database, (question.database().to_owned(), question.generation())).0;
        self.forget_all_of(&last);
        true
    }

    fn forget_all_of(&mut self, database: &[u8]) {
        if database.is_empty() {
            return;
        }
        let is_of = |(key, _): &(&Vec<u8>, &Answer)| key.starts_with(database);
        let keys: Vec<Vec<u8>> = self.answers.iter().filter(is_of).map(|(key, _)| key.clone()).collect();
        for key in keys {
            if let Some(answer) = self.answers.pop(&key) {
                self.forget(&key, &answer);
            }
        }
    }

    /// Counts an answer no more.
    fn forget(&mut self, key: &[u8], answer: &Answer) {
        self.usage.bytes -= answer.iter().flatten().map(|body| body.cost_bytes(key)).sum::<usize>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(bytes: usize) -> StoredBody {
        StoredBody::new(HeaderMap::new(), Bytes::from(vec![b'x'; bytes]))
    }

    #[test]
    fn the_least_asked_for_goes_when_the_room_is_full() {
        let cache = BodyCache::new(5000);
        for key in [b"0", b"1", b"2", b"3"] {
            cache.keep(key, Encoding::Identity, &body(600));
        }
        assert!(cache.find(b"0", Encoding::Identity).is_some());
        cache.keep(b"9", Encoding::Identity, &body(600));
        assert!(cache.find(b"1", Encoding::Identity).is_none(), "the oldest untouched");
        assert!(cache.find(b"0", Encoding::Identity).is_some() && cache.find(b"9", Encoding::Identity).is_some());
        assert!(cache.lock().usage.bytes <= 5000);
    }

    #[test]
    fn a_giant_does_not_push_everything_out() {
        let cache = BodyCache::new(5000);
        cache.keep(b"1", Encoding::Identity, &body(100));
        cache.keep(b"2", Encoding::Identity, &body(4000));
        cache.keep(&[b'3'; 4000], Encoding::Identity, &body(100));
        assert!(cache.find(b"1", Encoding::Identity).is_some() && cache.find(b"2", Encoding::Identity).is_none());
        assert!(cache.find(&[b'3'; 4000], Encoding::Identity).is_none(), "a question takes room too");
    }

    #[test]
    fn every_coding_counts_and_replacing_counts_once() {
        let cache = BodyCache::new(5000);
        for _ in 0..100 {
            cache.keep(b"1", Encoding::Gzip, &body(100));
        }
        assert_eq!(cache.lock().usage.bytes, body(100).cost_bytes(b"1"));
        cache.keep(b"1", Encoding::Identity, &body(300));
        assert_eq!(cache.lock().usage.bytes, body(100).cost_bytes(b"1") + body(300).cost_bytes(b"1"));
        (0..10).for_each(|number| cache.keep(&[number], Encoding::Identity, &body(600)));
        let all: usize = cache.lock().answers.iter().map(|(key, _)| body(600).cost_bytes(key)).sum();
        assert_eq!(cache.lock().usage.bytes, all, "what went is not counted any more");
    }
}
