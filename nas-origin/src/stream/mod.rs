//! From an origin token to bytes (DESIGN section 9): token → catalog row → file opened beneath its root → ranged body.
//! A track that is a part of a file is decoded on the way, and sent as a WAV file of its own.
//!
//! A token that asks for a transcoded format is served the stored file: this version does not transcode.

mod body;
mod buffers;
mod conditions;
mod error;
mod headers;
mod open;
mod page_cache;
mod part_body;
mod presigned;
mod range;
mod representation;
mod slots;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use jiff::Timestamp;
use snapshot_format::token::{self, Grant, StreamFormat, TokenError, TokenKey};

use crate::config::{PrivateOriginConfig, SourceConfig};
use crate::library::recent_locations::RecentLocations;
use crate::library::stream_locations::{BucketLocation, find_bucket_location, find_stream_location};
use crate::library::{Library, LibraryError, credentials};
use crate::snapshot::store::StoreError;

use body::FileBody;
use buffers::Buffers;
use conditions::{Outcome, Wish};
use presigned::Buckets;
use representation::Representation;
use slots::Slots;

pub use error::StreamError;

/// What every stream shares: the keys, the catalog, the limit and the buffers.
#[derive(Clone)]
pub struct Streams {
    library: Arc<Library>,
    recent: Arc<RecentLocations>,
    keys: Arc<[TokenKey]>,
    slots: Slots,
    buffers: Arc<Buffers>,
    buckets: Buckets,
}

/// Whether an answer may wait for a disk, and so needs a thread that may block.
#[derive(Clone, Copy, Debug)]
enum Pace {
    /// Only what is in memory; anything else is an error.
    AtOnce,
    MayWait,
}

/// What a request is answered with.
enum Answer {
    Here(Response<Body>),
    /// Ask this bucket; the leave to do so lasts so long.
    Elsewhere(BucketLocation, Duration),
}

/// A request whose token is ours.
struct Request {
    grant: Grant,
    wish: Wish,
    now: Timestamp,
}

/// Opens a regular file beneath `root`. It may wait for a disk.
///
/// # Errors
/// When it is not there or leads out, and when the system refuses.
pub(crate) fn open_file(root: &Path, locator: &str) -> Result<File, StreamError> {
    open::open_beneath(root, locator, Pace::MayWait).map(|(file, _)| file)
}

impl Streams {
    /// Streams of the catalog's files to holders of tokens that these keys signed.
    ///
    /// # Errors
    /// The catalog can't be opened. Blocks.
    pub fn open(library: Arc<Library>, config: &PrivateOriginConfig) -> Result<Self, LibraryError> {
        Ok(Self {
            recent: Arc::new(RecentLocations::open(&library)?),
            library,
            keys: config.token_keys().into(),
            slots: Slots::new(config.max_streams),
            buffers: Arc::new(Buffers::default()),
            buckets: Buckets::default(),
        })
    }

    /// Sends holders of tokens for files in buckets there.
    ///
    /// # Errors
    /// When a bucket's settings are not usable.
    pub fn with_buckets(self, sources: &BTreeMap<String, SourceConfig>) -> Result<Self, StoreError> {
        Ok(Self { buckets: Buckets::open(sources)?, ..self })
    }

    /// How many files are being sent.
    pub fn under_way(&self) -> usize {
        self.slots.taken()
    }

    /// Answers one request: at once when all it takes is in memory, else on a blocking thread in one go.
    ///
    /// # Errors
    /// Every reason not to send a body; [`StreamError`] has the statuses.
    pub async fn answer(
        &self,
        token: &str,
        method: &Method,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Response<Body>, StreamError> {
        let request = Request { grant: self.verify(token, now)?, wish: Wish::new(method, headers), now };
        if let Some(answer) = self.answer_at_once(&request) {
            return answer;
        }
        let streams = self.clone();
        let answer = tokio::task::spawn_blocking(move || streams.answer_or_point(&request)).await??;
        match answer {
            Answer::Here(response) => Ok(response),
            Answer::Elsewhere(location, life) => self.buckets.redirect(&location, method, life).await,
        }
    }

    /// The bytes, or the bucket that has them.
    fn answer_or_point(&self, request: &Request) -> Result<Answer, StreamError> {
        self.check_listener(&request.grant)?;
        match self.answer_in_time(request) {
            Err(StreamError::Absent) => {}
            answer => return answer.map(Answer::Here),
        }
        let location = self.find_in_bucket(&request.grant)?;
        let life = i64::from(request.grant.expires_at) - request.now.as_second();
        Ok(Answer::Elsewhere(location, Duration::from_secs(u64::try_from(life).unwrap_or_default())))
    }

    fn find_in_bucket(&self, grant: &Grant) -> Result<BucketLocation, StreamError> {
        let found = self.library.read(|catalog| find_bucket_location(catalog, grant.location_id))?;
        found.ok_or(StreamError::Absent)
    }

    /// Whether a token would be served now: the grant, or the reason why not.
    ///
    /// # Errors
    /// As [`Streams::answer`], the limit on streams aside. Blocks.
    pub fn inspect(&self, token: &str, now: Timestamp) -> Result<Grant, StreamError> {
        let grant = self.verify(token, now)?;
        self.check_listener(&grant)?;
        match self.find_file(&grant, now) {
            Err(StreamError::Absent) => drop(self.find_in_bucket(&grant)?),
            found => drop(found?),
        }
        Ok(grant)
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<Grant, StreamError> {
        if self.keys.is_empty() {
            return Err(StreamError::NoKeys);
        }
        token::verify(token, &self.keys, now.as_second()).map_err(|error| match error {
            TokenError::Expired => StreamError::Expired,
            refused => StreamError::Refused(refused),
        })
    }

    /// Refuses the listener whom a token names when all that one's credentials were taken back.
    fn check_listener(&self, grant: &Grant) -> Result<(), StreamError> {
        let is_revoked = grant.listener != 0
            && self.library.read(|catalog| credentials::are_taken_back(catalog, i64::from(grant.listener)))?;
        if is_revoked { Err(StreamError::Revoked) } else { Ok(()) }
    }

    /// `None` when that takes more than what is in memory, or trouble that the slow way will meet again.
    fn answer_at_once(&self, request: &Request) -> Option<Result<Response<Body>, StreamError>> {
        if request.grant.listener != 0 {
            // Whether that one may still listen, the catalog has to tell.
            return None;
        }
        let location = self.recent.find(request.grant.location_id, Instant::now())?;
        if location.part.is_some() {
            return None;
        }
        let opened = open::open_beneath(&location.root, &location.locator, Pace::AtOnce);
        let found = opened.map(|opened| Representation::new(opened, location, request.now));
        match found.and_then(|found| self.respond(request, found, Pace::AtOnce)) {
            Err(StreamError::Unreadable(_)) => None,
            answer => Some(answer),
        }
    }

    fn answer_in_time(&self, request: &Request) -> Result<Response<Body>, StreamError> {
        let found = self.find_file(&request.grant, request.now)?;
        self.respond(request, found, Pace::MayWait)
    }

    /// Remembers the row when its file is where asking again never waits.
    fn find_file(&self, grant: &Grant, now: Timestamp) -> Result<Representation, StreamError> {
        let version = self.recent.version();
        let location = self.library.read(|catalog| find_stream_location(catalog, grant.location_id))?;
        let location = Arc::new(location.ok_or(StreamError::Absent)?);
        let (file, metadata) = open::open_beneath(&location.root, &location.locator, Pace::MayWait)?;
        if let Some(version) = version
            && page_cache::is_known(&file)
        {
            self.recent.remember(grant.location_id, Arc::clone(&location), version);
        }
        Ok(Representation::new((file, metadata), location, now))
    }

    fn respond(&self, request: &Request, found: Representation, pace: Pace) -> Result<Response<Body>, StreamError> {
        let Request { grant, wish, now } = request;
        let outcome = conditions::evaluate(wish, &found)?;
        // What is kept for one listener would outlive that one's credentials.
        let lasts_as_is = grant.format == StreamFormat::AsStored && grant.listener == 0 && found.is_as_catalogued;
        let fresh_secs = lasts_as_is.then(|| i64::from(grant.expires_at) - now.as_second());
        let mut head = headers::validators(&found, fresh_secs);
        if outcome == Outcome::NotModified {
            return Ok(respond(StatusCode::NOT_MODIFIED, head, Body::empty()));
        }
        headers::describe(&mut head, &found, &outcome, grant.as_attachment);
        let status = if outcome == Outcome::Whole { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT };
        if wish.is_head {
            return Ok(respond(status, head, Body::empty()));
        }
        let slot = self.slots.take(grant.listener)?;
        let bytes = outcome.bytes(found.size_bytes);
        let body = match &found.location.part {
            Some(part) => part_body::open(found.file, part, bytes, slot),
            None => FileBody::open(found.file, bytes, &self.buffers, slot, pace).map(Body::new),
        };
        Ok(respond(status, head, body.map_err(StreamError::Unreadable)?))
    }
}

fn respond(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

#[cfg(test)]
mod tests;
