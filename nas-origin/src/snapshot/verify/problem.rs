//! What can be wrong with a snapshot in a store, and what to do about it.

use std::slice;

use serde::Serialize;
use snapshot_format::Manifest;
use snapshot_format::signature::{self, SigningKey};

use crate::snapshot::history::HistoryError;
use crate::snapshot::unpack::UnpackError;

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Problem {
    /// The object's key.
    pub object: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    pub advice: &'static str,
}

const SEND_AGAIN: &str = "remove the object and run `nas-origin publish`, which sends it again when it is live; for an \
                          old snapshot there is no way back";
const REBUILD: &str = "run `nas-origin publish --force`; if it stays, remove the blob first, so that it is built anew";

pub(super) fn new(object: impl Into<String>, problem: impl Into<String>) -> Problem {
    Problem { object: object.into(), problem: problem.into(), advice: SEND_AGAIN }
}

pub(super) fn in_database(manifest: &Manifest, problem: String) -> Problem {
    Problem { object: manifest.database.key.clone(), problem, advice: REBUILD }
}

/// What no edge needs and only costs bytes.
pub(super) fn of_delta(key: &str, problem: impl Into<String>) -> Problem {
    let advice = "edges fetch the whole database instead; remove the object, the next publish makes others";
    Problem { object: key.to_owned(), problem: problem.into(), advice }
}

pub(super) fn of_access(object: &str, problem: impl Into<String>) -> Problem {
    let advice =
        "remove the object, if it is there, and run `nas-origin publish`, which tells edges anew who may listen";
    Problem { object: object.to_owned(), problem: problem.into(), advice }
}

pub(super) fn history_differs(object: String) -> Problem {
    let advice = "edges don't need it; publish, so that the next entry is whole, and find out who changed the store";
    Problem { object, problem: "is not the live manifest's very bytes, or isn't there".to_owned(), advice }
}

/// Whether the configured key signed a manifest.
pub(super) fn signature(manifest: &Manifest, key: &SigningKey, problems: &mut Vec<Problem>) -> bool {
    let Err(error) = signature::verify(manifest, slice::from_ref(&key.public_key())) else { return true };
    let advice = "if the key was changed or is new, run `nas-origin publish`, which signs anew; if not, find out who \
                  wrote the manifest";
    problems.push(Problem { object: snapshot_format::keys::MANIFEST.to_owned(), problem: error.to_string(), advice });
    false
}

/// Why a database can't be used, when that is the store's fault and not the network's or this machine's.
pub(super) fn of_database(manifest: &Manifest, error: UnpackError) -> Result<Problem, HistoryError> {
    match error {
        UnpackError::Store(error) if !error.is_damage() => Err(error.into()),
        UnpackError::File { .. } => {
            Err(HistoryError::Unpack { snapshot_id: manifest.snapshot_id.clone(), source: error })
        }
        damage => Ok(new(manifest.database.key.clone(), damage.to_string())),
    }
}
