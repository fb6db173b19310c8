//! A folder on a port of loopback.

use std::path::PathBuf;

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::io::ReaderStream;

const CHUNK_BYTES: usize = 256 * 1024;

/// Serves the folder for as long as the process runs, and gives its URL.
pub(crate) async fn serve(folder: PathBuf) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let router = Router::new().route("/{*key}", get(file)).with_state(folder);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

async fn file(State(folder): State<PathBuf>, Path(key): Path<String>) -> Response {
    let Ok(file) = tokio::fs::File::open(folder.join(key)).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(meta) = file.metadata().await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let body = Body::from_stream(ReaderStream::with_capacity(file, CHUNK_BYTES));
    ([(CONTENT_LENGTH, meta.len())], body).into_response()
}
