//! `/api/v1/snapshots`: what was published, and what becomes of it, with the functions that the commands use.

use axum::Json;
use axum::extract::State;
use catalog_core::browse::parse_limit;
use serde::Deserialize;

use super::ApiError;
use super::extract::{Named, OptionalBody, Parameters};
use super::queued::{Queued, enqueue};
use crate::jobs::store_name;
use crate::library::jobs::{AskedBy, JobKind, NewJob};
use crate::snapshot::gc::{GcJob, GcReport, gc};
use crate::snapshot::history::{self, HistoryError, SnapshotList};
use crate::snapshot::publish::{PublishJob, Silent};
use crate::snapshot::rollback::{self, PinReport, UnpinReport};
use crate::snapshot::store::StoreError;
use crate::snapshot::verify::{VerifyReport, verify};
use crate::state::Origin;

/// Names the snapshot that edges are sent to, where an id is asked for.
const LIVE: &str = "live";

/// `?limit=`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    limit: Option<String>,
}

/// How to publish.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Publish {
    force: bool,
}

/// What to sweep.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Sweep {
    dry_run: bool,
    force: bool,
}

/// `GET /api/v1/snapshots`: as `nas-origin snapshots list --json`.
pub(super) async fn get_snapshots(
    State(origin): State<Origin>,
    Parameters(Listing { limit }): Parameters<Listing>,
) -> Result<Json<SnapshotList>, ApiError> {
    let limit = parse_limit(limit.as_deref())?;
    let list = move |origin: &Origin| history::list(&origin.library, &origin.config.publish, limit);
    Ok(Json(origin.run_blocking(list).await??))
}

/// `POST /api/v1/snapshots`: asks the daemon to publish the catalog as it is.
pub(super) async fn post_snapshot(
    State(origin): State<Origin>,
    OptionalBody(Publish { force }): OptionalBody<Publish>,
) -> Result<Queued, ApiError> {
    let publish = move |origin: &Origin| {
        if origin.config.publish.store.is_none() {
            return Err(HistoryError::from(StoreError::NotConfigured).into());
        }
        let (kind, subject) = (JobKind::Publish, store_name(&origin.config.publish));
        let job = NewJob { kind, subject: &subject, asked_by: AskedBy::Api, is_full: false, is_forced: force };
        enqueue(origin, job)
    };
    origin.run_blocking(publish).await?
}

/// `POST /api/v1/snapshots/{id}/rollback`: makes it live again and pins it.
pub(super) async fn post_rollback(State(origin): State<Origin>, Named(id): Named) -> Result<Json<PinReport>, ApiError> {
    let roll_back = move |origin: &Origin| rollback::rollback(&quiet(origin), &id);
    Ok(Json(origin.run_blocking(roll_back).await??))
}

/// `POST /api/v1/snapshots/pin`: keeps what is live.
pub(super) async fn post_pin(State(origin): State<Origin>) -> Result<Json<PinReport>, ApiError> {
    Ok(Json(origin.run_blocking(|origin| rollback::pin(&quiet(origin), None)).await??))
}

/// `POST /api/v1/snapshots/unpin`: lets publishing go on from the catalog.
pub(super) async fn post_unpin(State(origin): State<Origin>) -> Result<Json<UnpinReport>, ApiError> {
    Ok(Json(origin.run_blocking(|origin| rollback::unpin(&quiet(origin))).await??))
}

/// `POST /api/v1/snapshots/{id}/verify`: fetches and checks it; `live` is the live one.
pub(super) async fn post_verify(
    State(origin): State<Origin>,
    Named(id): Named,
) -> Result<Json<VerifyReport>, ApiError> {
    let id = Some(id).filter(|id| id != LIVE);
    let check = move |origin: &Origin| verify(&quiet(origin), id.as_deref());
    Ok(Json(origin.run_blocking(check).await??))
}

/// `POST /api/v1/snapshots/gc`: removes what no kept snapshot names, or says what would go.
pub(super) async fn post_gc(
    State(origin): State<Origin>,
    OptionalBody(Sweep { dry_run, force }): OptionalBody<Sweep>,
) -> Result<Json<GcReport>, ApiError> {
    let sweep = move |origin: &Origin| gc(&GcJob { publish: PublishJob { force, ..quiet(origin) }, dry_run });
    Ok(Json(origin.run_blocking(sweep).await??))
}

/// Work on what is published that nobody watches.
fn quiet(origin: &Origin) -> PublishJob<'_> {
    let Origin { library, config, .. } = origin;
    let access = origin.edge_access();
    PublishJob { library, config: &config.publish, force: false, takeover: false, access, progress: &Silent }
}
