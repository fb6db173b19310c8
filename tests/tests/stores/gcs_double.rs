//! A double of Google's XML interface: objects with generations, conditions on them, listings. One bucket.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// When everything was written: nothing here asks for an age.
const WRITTEN: &str = "Sat, 21 Nov 2026 08:00:00 GMT";
const WRITTEN_ISO: &str = "2026-11-21T08:00:00Z";

/// A running double; it ends when this is dropped.
pub(crate) struct GcsDouble {
    address: SocketAddr,
    bucket: Arc<Mutex<Bucket>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, (u64, Bytes)>,
    generation: u64,
    /// Every write's key and condition.
    writes: Vec<(String, String)>,
    /// What somebody else writes just before the next write of a key.
    overtaking: Option<(String, Bytes)>,
}

impl GcsDouble {
    pub(crate) fn start() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let bucket = Arc::new(Mutex::new(Bucket::default()));
        let served = Arc::clone(&bucket);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, served) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { address, bucket, stop: Some(stop), thread: Some(thread) })
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The conditions of every write of a key, in their order.
    pub(crate) fn conditions(&self, key: &str) -> Vec<String> {
        let bucket = lock(&self.bucket);
        bucket.writes.iter().filter(|(written, _)| written == key).map(|(_, condition)| condition.clone()).collect()
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        lock(&self.bucket).objects.keys().cloned().collect()
    }

    pub(crate) fn get(&self, key: &str) -> Option<Vec<u8>> {
        lock(&self.bucket).objects.get(key).map(|(_, bytes)| bytes.to_vec())
    }

    /// Somebody else writes a key just before the next one who does.
    pub(crate) fn overtake(&self, key: &str, bytes: Vec<u8>) {
        lock(&self.bucket).overtaking = Some((key.to_owned(), bytes.into()));
    }
}

impl Drop for GcsDouble {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(bucket: &Mutex<Bucket>) -> std::sync::MutexGuard<'_, Bucket> {
    bucket.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, bucket: Arc<Mutex<Bucket>>) {
    while let Ok((socket, _)) = listener.accept().await {
        let bucket = Arc::clone(&bucket);
        let answer = service_fn(move |request: Request<Incoming>| {
            let bucket = Arc::clone(&bucket);
            async move { answer(request, &bucket).await }
        });
        tokio::spawn(async move {
            let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}

type Answer = Result<Response<Full<Bytes>>>;

async fn answer(request: Request<Incoming>, bucket: &Mutex<Bucket>) -> Answer {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let url = reqwest::Url::parse(&format!("http://gcs{}", parts.uri))?;
    let path = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8()?.into_owned();
    let key = path.trim_start_matches('/').split_once('/').map(|(_, key)| key.to_owned()).filter(|key| !key.is_empty());
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut bucket = lock(bucket);
    match (&parts.method, key) {
        (&Method::GET, None) => {
            let prefix = url.query_pairs().find(|(name, _)| name == "prefix").map(|(_, prefix)| prefix.into_owned());
            bucket.list(&prefix.unwrap_or_default())
        }
        (&Method::PUT, Some(key)) => bucket.put(&key, header("x-goog-if-generation-match"), body),
        (&Method::GET | &Method::HEAD, Some(key)) => bucket.get(&key, header("if-none-match").as_deref()),
        (&Method::DELETE, Some(key)) => {
            bucket.objects.remove(&key);
            status(StatusCode::NO_CONTENT)
        }
        _ => status(StatusCode::NOT_IMPLEMENTED),
    }
}

impl Bucket {
    /// Writes when the object has the generation that the condition names; 0 is none at all.
    fn put(&mut self, key: &str, condition: Option<String>, bytes: Bytes) -> Answer {
        if let Some((_, others)) = self.overtaking.take_if(|(overtaken, _)| overtaken == key) {
            self.store(key, others);
        }
        let before = self.objects.get(key).map_or(0, |(generation, _)| *generation);
        self.writes.push((key.to_owned(), condition.clone().unwrap_or_default()));
        if condition.is_some_and(|condition| condition != before.to_string()) {
            return status(StatusCode::PRECONDITION_FAILED);
        }
        self.store(key, bytes);
        self.described(key, StatusCode::OK, Bytes::new())
    }

    fn store(&mut self, key: &str, bytes: Bytes) {
        self.generation += 1;
        self.objects.insert(key.to_owned(), (self.generation, bytes));
    }

    fn get(&self, key: &str, known: Option<&str>) -> Answer {
        let Some((generation, bytes)) = self.objects.get(key) else { return status(StatusCode::NOT_FOUND) };
        if known == Some(&*e_tag(*generation)) {
            return self.described(key, StatusCode::NOT_MODIFIED, Bytes::new());
        }
        self.described(key, StatusCode::OK, bytes.clone())
    }

    fn described(&self, key: &str, status: StatusCode, body: Bytes) -> Answer {
        let generation = self.objects.get(key).map_or(0, |(generation, _)| *generation);
        let answer = Response::builder().status(status).header("etag", e_tag(generation));
        let answer = answer.header("x-goog-generation", generation).header("last-modified", WRITTEN);
        Ok(answer.body(Full::new(body))?)
    }

    fn list(&self, prefix: &str) -> Answer {
        let mut xml = "<ListBucketResult>".to_owned();
        for (key, (generation, bytes)) in self.objects.iter().filter(|(key, _)| key.starts_with(prefix)) {
            write!(
                xml,
                "<Contents><Key>{key}</Key><LastModified>{WRITTEN_ISO}</LastModified><ETag>{generation}</ETag>\
                 <Size>{}</Size></Contents>",
                bytes.len()
            )?;
        }
        xml.push_str("</ListBucketResult>");
        Ok(Response::new(Full::new(xml.into())))
    }
}

fn e_tag(generation: u64) -> String {
    format!("\"{generation}\"")
}

fn status(status: StatusCode) -> Answer {
    Ok(Response::builder().status(status).body(Full::default())?)
}
