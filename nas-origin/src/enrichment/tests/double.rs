//! A server on loopback that answers as it was told, and remembers who asked what and when.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use url::Url;

use super::super::patience::Clock;

/// Of what is asked.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Time that passes only while somebody waits.
#[derive(Default)]
pub(super) struct Virtual(Mutex<Duration>);

impl Clock for Virtual {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
    }
}

#[derive(Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn of(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    pub(super) fn status(status: u16) -> Self {
        Self { status, ..Self::of("") }
    }

    pub(super) fn to(url: &str) -> Self {
        Self { headers: vec![("location", url.to_owned())], ..Self::status(307) }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

#[derive(Clone)]
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
    pub(super) at: Duration,
}

#[derive(Clone)]
struct Shared {
    clock: Arc<Virtual>,
    replies: Arc<Mutex<HashMap<String, VecDeque<Reply>>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// The server. Paths that it was told nothing of are 404.
pub(super) struct Double {
    pub(super) address: SocketAddr,
    shared: Shared,
    _runtime: Runtime,
}

impl Double {
    pub(super) fn start(clock: &Arc<Virtual>) -> Self {
        let shared = Shared { clock: Arc::clone(clock), replies: Arc::default(), asked: Arc::default() };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(shared.clone());
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { address, shared, _runtime: runtime }
    }

    pub(super) fn url(&self) -> Url {
        Url::parse(&format!("http://{}", self.address)).unwrap()
    }

    /// Replies to a path, one after the other; the last one stays.
    pub(super) fn reply(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        self.shared.replies.lock().unwrap().insert(path.to_owned(), replies.into_iter().collect());
    }

    /// What was asked since the last time that this was asked.
    pub(super) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.shared.asked.lock().unwrap())
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_BODY_BYTES).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default().to_owned());
    let reply = {
        let mut replies = shared.replies.lock().unwrap();
        let left = replies.entry(path.clone()).or_default();
        let next = left.front().cloned().unwrap_or_else(|| Reply::status(404));
        if left.len() > 1 {
            left.pop_front();
        }
        next
    };
    let asked = Asked { path, query, headers: parts.headers, body, at: shared.clock.now() };
    shared.asked.lock().unwrap().push(asked);
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}
