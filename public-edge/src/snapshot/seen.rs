//! What became of a store's last manifest, so that one which was refused isn't followed again until it changes.

use snapshot_format::Sha256Hex;

use super::error::{RefreshError, Remedy};
use super::refresh::Outcome;

/// How often the database of one manifest is fetched when it keeps arriving damaged.
const MAX_FETCHES: u32 = 3;

/// The last manifest of one store.
#[derive(Default)]
pub(super) struct Seen {
    e_tag: Option<String>,
    failed: Option<Failed>,
}

struct Failed {
    manifest: Sha256Hex,
    damaged_fetches: u32,
    /// Why it isn't followed any more.
    refused: Option<String>,
}

impl Seen {
    /// What to ask the store with.
    pub(super) fn e_tag(&self) -> Option<&str> {
        self.e_tag.as_deref()
    }

    /// Whether these very bytes were refused.
    pub(super) fn has_refused(&self, manifest: &[u8]) -> bool {
        let refused = self.failed.as_ref().filter(|failed| failed.refused.is_some());
        refused.is_some_and(|failed| failed.manifest == Sha256Hex::of(manifest))
    }

    /// What to say of an unchanged manifest.
    pub(super) fn verdict(&self) -> Result<Outcome, RefreshError> {
        let why = self.failed.as_ref().and_then(|failed| failed.refused.clone());
        why.map_or(Ok(Outcome::Unchanged), |why| Err(RefreshError::RefusedBefore(why)))
    }

    /// Remembers what is final. After a failure that may pass, the manifest is fetched again.
    pub(super) fn remember(&mut self, manifest: &[u8], e_tag: Option<String>, outcome: &Result<Outcome, RefreshError>) {
        let Err(error) = outcome else {
            *self = Self { e_tag, failed: None };
            return;
        };
        let manifest = Sha256Hex::of(manifest);
        let before = self.failed.as_ref().filter(|failed| failed.manifest == manifest);
        let remedy = error.remedy();
        let damaged_fetches =
            before.map_or(0, |failed| failed.damaged_fetches) + u32::from(remedy == Remedy::AnotherFetch);
        let is_refused = remedy == Remedy::AnotherManifest || damaged_fetches == MAX_FETCHES;
        let refused = is_refused.then(|| error.to_string());
        let failed = Some(Failed { manifest, damaged_fetches, refused });
        *self = Self { e_tag: e_tag.filter(|_| is_refused), failed };
    }
}
