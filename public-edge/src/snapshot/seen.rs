//! What became of a store's last manifest, so that one which was refused isn't followed again until it changes.

use snapshot_format::Sha256Hex;

use super::error::RefreshError;
use super::refresh::Outcome;

/// The last manifest of one store.
#[derive(Default)]
pub(super) struct Seen {
    e_tag: Option<String>,
    refused: Option<Refused>,
}

struct Refused {
    manifest: Sha256Hex,
    why: String,
}

impl Seen {
    /// What to ask the store with.
    pub(super) fn e_tag(&self) -> Option<&str> {
        self.e_tag.as_deref()
    }

    /// Whether these very bytes were refused.
    pub(super) fn has_refused(&self, manifest: &[u8]) -> bool {
        self.refused.as_ref().is_some_and(|refused| refused.manifest == Sha256Hex::of(manifest))
    }

    /// What to say of an unchanged manifest.
    pub(super) fn verdict(&self) -> Result<Outcome, RefreshError> {
        let refused = self.refused.as_ref().map(|refused| RefreshError::RefusedBefore(refused.why.clone()));
        refused.map_or(Ok(Outcome::Unchanged), Err)
    }

    /// Remembers what is final. After a failure that may pass, the manifest is fetched again.
    pub(super) fn remember(&mut self, manifest: &[u8], e_tag: Option<String>, outcome: &Result<Outcome, RefreshError>) {
        *self = match outcome {
            Ok(_) => Self { e_tag, refused: None },
            Err(error) if error.is_lasting() => {
                let refused = Refused { manifest: Sha256Hex::of(manifest), why: error.to_string() };
                Self { e_tag, refused: Some(refused) }
            }
            Err(_) => Self::default(),
        };
    }
}
