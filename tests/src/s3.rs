//! A real S3 server in the test's own process, on loopback, with a bucket that is a folder.

mod fault;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};

pub use fault::{Asked, Fault};

use fault::Behaviour;

/// The key that the server knows.
pub const ACCESS_KEY: &str = "test-access-key";
/// Its secret.
pub const SECRET_KEY: &str = "test-secret-that-must-not-be-shown";
/// The bucket that is there.
pub const BUCKET: &str = "music";

/// A running server; it ends when this is dropped.
pub struct S3Server {
    address: SocketAddr,
    folder: TempDir,
    behaviour: Arc<Behaviour>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl S3Server {
    /// Starts a server on a free port.
    ///
    /// # Errors
    /// When the folder, the port or the threads can't be had.
    pub fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join(BUCKET))?;
        let files = s3s_fs::FileSystem::new(folder.path()).map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = builder.build();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let behaviour = Arc::new(Behaviour::default());
        let behaving = Arc::clone(&behaviour);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, service, behaving) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { address, folder, behaviour, stop: Some(stop), thread: Some(thread) })
    }

    /// The endpoint's URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bucket's folder.
    pub fn bucket(&self) -> PathBuf {
        self.folder.path().join(BUCKET)
    }

    /// From now on a script says what goes wrong with each request.
    pub fn misbehave(&self, script: impl Fn(&Asked) -> Option<Fault> + Send + Sync + 'static) {
        self.behaviour.follow(Arc::new(script));
    }

    /// From now on nothing goes wrong.
    pub fn behave(&self) {
        self.misbehave(|_| None);
    }

    /// Every manifest that was written, in the order in which they were.
    pub fn manifests(&self) -> Vec<Vec<u8>> {
        self.behaviour.manifests()
    }

    /// `store_options` for it.
    pub fn store_options(&self) -> serde_json::Value {
        serde_json::json!({
            "endpoint": self.endpoint(), "allow_http": true, "region": "us-east-1",
            "access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY,
        })
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The server checks a condition when a request begins and writes when its body is there. What S3 does in one step is
/// made one step here: one write at a time.
async fn serve(listener: TcpListener, service: S3Service, behaviour: Arc<Behaviour>) {
    let turn = Arc::new(Mutex::new(()));
    while let Ok((socket, _)) = listener.accept().await {
        let (service, turn, behaviour) = (service.clone(), Arc::clone(&turn), Arc::clone(&behaviour));
        let answer = service_fn(move |request: Request<Incoming>| {
            let (service, turn, behaviour) = (service.clone(), Arc::clone(&turn), Arc::clone(&behaviour));
            async move {
                let _mine = if request.method() == Method::PUT { Some(turn.lock().await) } else { None };
                behaviour.answer(&service, request).await
            }
        });
        tokio::spawn(async move {
            let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}
