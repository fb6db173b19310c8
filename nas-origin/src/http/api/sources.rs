//! `/api/v1/sources`: where music comes from, whether it can be read, and a scan of it.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::ApiError;
use super::extract::{Named, OptionalBody};
use super::paths::without_paths;
use super::queued::{Queued, enqueue};
use crate::config::SourceConfig;
use crate::library::jobs::{AskedBy, JobKind, NewJob};
use crate::sources::health::look_at;
use crate::state::Origin;

/// A source.
#[derive(Serialize)]
pub(super) struct SourceView {
    name: String,
    kind: &'static str,
    mode: &'static str,
    is_watched: bool,
    rescan_interval_secs: u64,
    #[serde(flatten)]
    health: HealthView,
}

/// Whether a source can be read.
#[derive(Serialize)]
pub(super) struct HealthView {
    is_available: bool,
    /// Why not.
    reason: Option<String>,
}

/// All sources.
#[derive(Serialize)]
pub(super) struct SourceList {
    items: Vec<SourceView>,
}

/// How to scan.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Scan {
    full: bool,
    force: bool,
}

/// `GET /api/v1/sources`.
pub(super) async fn get_sources(State(origin): State<Origin>) -> Result<Json<SourceList>, ApiError> {
    let view = |origin: &Origin| {
        let sources = origin.config.sources.iter();
        sources.map(|(name, source)| source_view(origin, name, source)).collect()
    };
    Ok(Json(SourceList { items: origin.run_blocking(view).await? }))
}

/// `GET /api/v1/sources/{source}/health`.
pub(super) async fn get_health(State(origin): State<Origin>, Named(name): Named) -> Result<Json<HealthView>, ApiError> {
    let look = move |origin: &Origin| origin.config.sources.get(&name).map(|source| health(origin, source));
    Ok(Json(origin.run_blocking(look).await?.ok_or(ApiError::NotFound)?))
}

/// `POST /api/v1/sources/{source}/scan`.
pub(super) async fn post_scan(
    State(origin): State<Origin>,
    Named(name): Named,
    OptionalBody(Scan { full, force }): OptionalBody<Scan>,
) -> Result<Queued, ApiError> {
    let scan = move |origin: &Origin| {
        origin.config.sources.get(&name).ok_or(ApiError::NotFound)?;
        let kind = JobKind::Import;
        enqueue(origin, NewJob { kind, subject: &name, asked_by: AskedBy::Api, is_full: full, is_forced: force })
    };
    origin.run_blocking(scan).await?
}

fn source_view(origin: &Origin, name: &str, source: &SourceConfig) -> SourceView {
    SourceView {
        name: name.to_owned(),
        kind: source.kind.word(),
        mode: source.mode.word(),
        is_watched: source.watch,
        rescan_interval_secs: source.rescan_interval.as_secs(),
        health: health(origin, source),
    }
}

fn health(origin: &Origin, source: &SourceConfig) -> HealthView {
    let reason = look_at(source, &origin.config.data_dir).err().map(|reason| without_paths(&origin.config, &reason));
    HealthView { is_available: reason.is_none(), reason }
}
