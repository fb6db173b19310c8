//! Rendered bodies, bounded in bytes; what was not asked for longest goes first.

use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use lru::LruCache;

use super::encoding::Encoding;

/// What an entry costs beside its body, in bytes: key, headers, list and table.
const ENTRY_COST_BYTES: usize = 512;
/// Smaller bodies fit a packet or two as they are.
const MIN_PACKED_BYTES: usize = 860;

/// A rendered body with the headers that belong to it; cheap to clone.
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

    fn cost_bytes(&self) -> usize {
        self.bytes.len() + ENTRY_COST_BYTES
    }
}

impl IntoResponse for StoredBody {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.bytes));
        *response.headers_mut() = self.headers;
        response
    }
}

/// The cache. Keys are ETags, which differ from snapshot to snapshot, so a swap needs no clearing.
pub struct BodyCache {
    max_bytes: usize,
    kept: Mutex<Kept>,
}

struct Kept {
    bodies: LruCache<(u128, Encoding), StoredBody>,
    bytes: usize,
}

impl BodyCache {
    /// An empty cache that holds at most `max_bytes`; 0 keeps nothing.
    pub fn new(max_bytes: usize) -> Self {
        Self { max_bytes, kept: Mutex::new(Kept { bodies: LruCache::unbounded(), bytes: 0 }) }
    }

    /// A body that was kept.
    pub(super) fn find(&self, number: u128, encoding: Encoding) -> Option<StoredBody> {
        self.lock().bodies.get(&(number, encoding)).cloned()
    }

    /// Keeps a body, unless it alone would take a quarter of the room.
    pub(super) fn keep(&self, number: u128, encoding: Encoding, body: &StoredBody) {
        if body.cost_bytes() > self.max_bytes / 4 {
            return;
        }
        let mut kept = self.lock();
        kept.bytes += body.cost_bytes();
        if let Some(replaced) = kept.bodies.put((number, encoding), body.clone()) {
            kept.bytes -= replaced.cost_bytes();
        }
        while kept.bytes > self.max_bytes {
            let Some((_, oldest)) = kept.bodies.pop_lru() else { break };
            kept.bytes -= oldest.cost_bytes();
        }
    }

    /// An object of the store that was kept under a number made from its digest.
    pub(in crate::http) fn find_object(&self, number: u128) -> Option<Bytes> {
        self.find(number, Encoding::Identity).map(|body| body.bytes)
    }

    /// Keeps an object of the store.
    pub(in crate::http) fn keep_object(&self, number: u128, bytes: &Bytes) {
        self.keep(number, Encoding::Identity, &StoredBody::new(HeaderMap::new(), bytes.clone()));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        // A panic between two counts cannot make the cache wrong enough to stop serving.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
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
        for number in 0..4 {
            cache.keep(number, Encoding::Identity, &body(600));
        }
        assert!(cache.find(0, Encoding::Identity).is_some());
        cache.keep(9, Encoding::Identity, &body(600));
        assert!(cache.find(1, Encoding::Identity).is_none(), "the oldest untouched");
        assert!(cache.find(0, Encoding::Identity).is_some() && cache.find(9, Encoding::Identity).is_some());
        assert!(cache.lock().bytes <= 5000);
    }

    #[test]
    fn a_giant_does_not_push_everything_out() {
        let cache = BodyCache::new(5000);
        cache.keep(1, Encoding::Identity, &body(100));
        cache.keep(2, Encoding::Identity, &body(4000));
        assert!(cache.find(1, Encoding::Identity).is_some() && cache.find(2, Encoding::Identity).is_none());
    }

    #[test]
    fn replacing_counts_once() {
        let cache = BodyCache::new(5000);
        for _ in 0..100 {
            cache.keep(1, Encoding::Gzip, &body(100));
        }
        assert_eq!(cache.lock().bytes, body(100).cost_bytes());
    }
}
