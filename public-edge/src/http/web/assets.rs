//! Styles and scripts, embedded in the binary. Their folder's name is a digest of them all, so that they may be kept
//! forever and modules find each other by plain relative names.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};
use snapshot_format::Sha256Hex;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Embedded;

/// The digest that stands in the URLs of this build's assets.
static MARK: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Embedded::iter().collect();
    names.sort_unstable();
    let mut all = Sha256::new();
    for name in names {
        let content = Embedded::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default();
        all.update(name.as_bytes());
        all.update(content);
    }
    Sha256Hex::of(&all.finalize()).short().to_owned()
});

/// Kept for a year and never asked for again.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For a page of another build, as during a rolling update: it works, but nobody keeps it under that name.
const UNKEPT: HeaderValue = HeaderValue::from_static("no-cache");

/// Where this build has an asset.
pub(super) fn href(name: &str) -> String {
    format!("/assets/{}/{name}", *MARK)
}

/// The scripts that pages should fetch at once, without waiting for the modules that import them.
pub(super) fn modules() -> impl Iterator<Item = String> {
    let mut names: Vec<_> = Embedded::iter().filter(|name| name.ends_with(".js")).collect();
    names.sort_unstable();
    names.into_iter().map(|name| href(&name))
}

/// `GET /assets/{mark}/{name}`.
pub(super) async fn get_asset(
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let named = path.ok().and_then(|Path((mark, name))| Some((Embedded::get(&name)?, mark, name)));
    let Some((file, mark, name)) = named else {
        tracing::debug!(path = uri.path(), "no such asset");
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = format!("\"{}\"", Sha256Hex::of(&file.data).short());
    let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|listed| listed.as_bytes() == etag.as_bytes());
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { body(&name, file) };
    let kept = if mark == *MARK { IMMUTABLE } else { UNKEPT };
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    if let Ok(etag) = HeaderValue::try_from(etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

fn body(name: &str, file: EmbeddedFile) -> Response {
    let kind = match name.rsplit_once('.').map_or("", |(_, ext)| ext) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind)], file.data).into_response()
}
