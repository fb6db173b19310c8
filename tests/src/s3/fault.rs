//! What can go wrong between a plane and its store, by a script that sees each request before it is answered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::anyhow;
use bytes::Bytes;
use futures::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::RANGE;
use hyper::{Method, Request, Response, StatusCode};
use s3s::Body;
use s3s::service::S3Service;

/// Time between two pieces of a slow body.
const PAUSE: Duration = Duration::from_millis(5);

/// A request, before anything is done about it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its method.
    pub method: Method,
    /// Its path, the bucket first.
    pub path: String,
    /// Its query.
    pub query: String,
    /// Its `Range`.
    pub range: Option<String>,
}

impl Asked {
    /// Whether it changes what the store holds.
    pub fn is_write(&self) -> bool {
        self.method != Method::GET && self.method != Method::HEAD
    }

    /// Whether it writes the live manifest.
    pub fn is_commit(&self) -> bool {
        self.method == Method::PUT && self.path.ends_with("/manifest.json")
    }

    /// Whether it lists objects.
    pub fn is_listing(&self) -> bool {
        self.query.contains("list-type")
    }
}

/// How a request goes wrong.
pub enum Fault {
    /// Nothing is done; the answer is a status.
    Refuse(StatusCode),
    /// Nothing is done; the connection breaks.
    LoseRequest,
    /// It is done; the answer is a status.
    RefuseAfter(StatusCode),
    /// It is done, then this happens, then the connection breaks.
    LoseReply(Box<dyn FnOnce() + Send>),
    /// It is done; after so many hundredths of the answer's body this happens, then the connection breaks.
    Cut(u8, Box<dyn FnOnce() + Send>),
    /// It is done; the answer's body has other bytes.
    Garble,
    /// What was listed the first time is listed again.
    ListAsBefore,
    /// It is done, late.
    Wait(Duration),
}

type Script = dyn Fn(&Asked) -> Option<Fault> + Send + Sync;
type Answer = anyhow::Result<Response<Body>>;

/// What a server does beside what it should.
pub(super) struct Behaviour {
    script: Mutex<Arc<Script>>,
    /// The first answer to each listing.
    listings: Mutex<HashMap<String, Bytes>>,
    manifests: Mutex<Vec<Vec<u8>>>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self { script: Mutex::new(Arc::new(|_: &Asked| None)), listings: Mutex::default(), manifests: Mutex::default() }
    }
}

impl Behaviour {
    pub(super) fn follow(&self, script: Arc<Script>) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = script;
    }

    pub(super) fn manifests(&self) -> Vec<Vec<u8>> {
        self.manifests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) async fn answer(&self, service: &S3Service, request: Request<Incoming>) -> Answer {
        let asked = Asked {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            range: request.headers().get(RANGE).and_then(|range| range.to_str().ok()).map(str::to_owned),
        };
        let script = Arc::clone(&self.script.lock().unwrap_or_else(PoisonError::into_inner));
        // Nothing is done before this is awaited.
        let done = self.done(service, request, &asked);
        match script(&asked) {
            None => done.await,
            Some(Fault::Refuse(status)) => empty(status),
            Some(Fault::LoseRequest) => Err(anyhow!("the request is lost")),
            Some(Fault::RefuseAfter(status)) => done.await.and_then(|_| empty(status)),
            Some(Fault::LoseReply(then)) => {
                done.await?;
                then();
                Err(anyhow!("the reply is lost"))
            }
            Some(Fault::Cut(hundredths, then)) => cut(done.await?, hundredths, then).await,
            Some(Fault::Garble) => garble(done.await?).await,
            Some(Fault::ListAsBefore) => {
                let answer = done.await?;
                let before = self.listings.lock().unwrap_or_else(PoisonError::into_inner).get(&asked.query).cloned();
                Ok(if let Some(listing) = before { answer.map(|_| Body::from(listing)) } else { answer })
            }
            Some(Fault::Wait(time)) => {
                tokio::time::sleep(time).await;
                done.await
            }
        }
    }

    /// The right answer, and a note of what tests ask for later.
    async fn done(&self, service: &S3Service, request: Request<Incoming>, asked: &Asked) -> Answer {
        if !asked.is_commit() && !asked.is_listing() {
            return call(service, request.map(Body::from)).await;
        }
        let (parts, body) = request.into_parts();
        let sent = body.collect().await?.to_bytes();
        let answer = call(service, Request::from_parts(parts, Body::from(sent.clone()))).await?;
        if !answer.status().is_success() {
            return Ok(answer);
        }
        if asked.is_commit() {
            self.manifests.lock().unwrap_or_else(PoisonError::into_inner).push(sent.to_vec());
            return Ok(answer);
        }
        let (parts, body) = answer.into_parts();
        let listing = whole(body).await?;
        let mut listings = self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        listings.entry(asked.query.clone()).or_insert_with(|| listing.clone());
        Ok(Response::from_parts(parts, Body::from(listing)))
    }
}

async fn call(service: &S3Service, request: Request<Body>) -> Answer {
    service.call(request).await.map_err(|error| anyhow::Error::from_boxed(error.into()))
}

async fn whole(body: Body) -> anyhow::Result<Bytes> {
    Ok(body.collect().await.map_err(anyhow::Error::from_boxed)?.to_bytes())
}

fn empty(status: StatusCode) -> Answer {
    Ok(Response::builder().status(status).body(Body::empty())?)
}

async fn cut(answer: Response<Body>, hundredths: u8, then: Box<dyn FnOnce() + Send>) -> Answer {
    let (parts, body) = answer.into_parts();
    let bytes = whole(body).await?;
    let first = bytes.slice(..bytes.len() * usize::from(hundredths) / 100);
    let pieces = stream::unfold((Some(first), Some(then)), |(first, then)| async move {
        if let Some(first) = first {
            return Some((Ok(Frame::data(first)), (None, then)));
        }
        // The first piece is on its way when this is asked for again.
        tokio::time::sleep(PAUSE).await;
        let then = then?;
        then();
        Some((Err(std::io::Error::other("the body is cut")), (None, None)))
    });
    Ok(Response::from_parts(parts, Body::http_body_unsync(StreamBody::new(pieces))))
}

async fn garble(answer: Response<Body>) -> Answer {
    let (parts, body) = answer.into_parts();
    let mut bytes = whole(body).await?.to_vec();
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 0x55;
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}
