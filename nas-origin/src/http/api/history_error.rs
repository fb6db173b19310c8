//! The statuses of what can go wrong with published snapshots: the guards are 409 and say what to do.

use axum::http::StatusCode;

use super::error::Refusal;
use crate::snapshot::history::HistoryError;
use crate::snapshot::publish::PublishError;
use crate::snapshot::store::StoreError;

/// The answer to a listing, a rollback, a check or a sweep that wasn't done.
pub(super) fn of_history(error: &HistoryError) -> Refusal {
    let conflict = |code| Refusal::new(StatusCode::CONFLICT, code, error.to_string());
    match error {
        HistoryError::Publish(error) => of_publish(error),
        HistoryError::NothingLive { .. } => {
            Refusal::new(StatusCode::CONFLICT, "nothing_live", "Nothing is live in the store: publish first.")
        }
        HistoryError::Unknown { .. } => {
            Refusal::new(StatusCode::NOT_FOUND, "not_found", "The history has no such snapshot.")
        }
        HistoryError::Ambiguous { .. } => conflict("ambiguous"),
        HistoryError::Damaged { .. } | HistoryError::Unpack { .. } => conflict("damaged"),
        HistoryError::AnotherCatalogs { .. } => conflict("another_catalogs"),
        HistoryError::Unsigned { .. } => conflict("unsigned"),
        HistoryError::DatabaseGone { .. } | HistoryError::ObjectsGone { .. } => conflict("gone"),
        HistoryError::Objection(_) => conflict("sweep_objection"),
        HistoryError::Checking => Refusal::busy("busy", "Another check is running."),
        HistoryError::Overtaken => Refusal::busy("busy", "Another publisher was faster."),
    }
}

/// The answer to a publish that wasn't done.
pub(super) fn of_publish(error: &PublishError) -> Refusal {
    let conflict = |code| Refusal::new(StatusCode::CONFLICT, code, error.to_string());
    let fixed = |code, message: &'static str| Refusal::new(StatusCode::CONFLICT, code, message);
    match error {
        PublishError::Busy => Refusal::busy("busy", "A publish is running."),
        PublishError::Cancelled => fixed("cancelled", "The publish was cancelled."),
        PublishError::Lost => Refusal::busy("busy", "Another publisher was faster."),
        PublishError::Store(StoreError::Busy(_)) => Refusal::busy("busy", "The store is busy."),
        PublishError::Store(StoreError::NotConfigured) => {
            fixed("not_configured", "No store is configured (publish.store).")
        }
        PublishError::Store(_) | PublishError::Unclear { .. } | PublishError::GaveUp { .. } => {
            Refusal::new(StatusCode::BAD_GATEWAY, "store_failed", "The store failed; the origin's log says how.")
        }
        PublishError::Unconditional { .. } => fixed(
            "unconditional_store",
            "Two publishers could overwrite each other in the store; see publish.single_writer.",
        ),
        PublishError::NewerManifest(_) => conflict("newer_manifest"),
        PublishError::DamagedManifest(_) => conflict("damaged"),
        PublishError::LeaptAhead { .. } => conflict("leapt_ahead"),
        PublishError::Foreign { .. } => conflict("another_catalogs"),
        PublishError::Pinned { .. } => conflict("pinned"),
        PublishError::Shrunk(_) => conflict("shrunk"),
        PublishError::CoversKeepFailing => conflict("covers_keep_failing"),
        PublishError::HistoryTaken { .. } => conflict("history_taken"),
        PublishError::WorkFolder { .. }
        | PublishError::Library(_)
        | PublishError::Build(_)
        | PublishError::Compress { .. }
        | PublishError::Picture { .. }
        | PublishError::Access(_)
        | PublishError::Manifest(_) => Refusal::internal(),
    }
}
