//! R2: what a manifest's sequence means to this edge. Pure.
//!
//! The highest sequence that was served is remembered for each publisher, so that nobody who can write to the store can
//! bring back an old snapshot. An exported pair has no publisher; all of them count as one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use snapshot_format::{Manifest, Sha256Hex};

/// What was served last, by publisher.
#[derive(Clone, Default, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Trusted(BTreeMap<String, Mark>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    sequence: u64,
    sha256: Sha256Hex,
}

/// What to do about a manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// It is being served.
    Nothing,
    /// It is new, its database is being served.
    TakeManifest,
    /// Its database must be fetched.
    TakeDatabase,
}

/// A sequence that isn't followed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TrustError {
    /// Older than what was served.
    #[error(
        "the store's manifest has sequence {offered}, and {trusted} was served before: an older snapshot was brought back. \
         If that is wanted, run `public-edge fetch --reset-trust`"
    )]
    Rollback {
        /// The manifest's sequence.
        offered: u64,
        /// The trusted one.
        trusted: u64,
    },
    /// Changed without a new sequence.
    #[error(
        "the store's manifest has sequence {sequence} as the one that was served, but another database. If this is \
         another export, run `public-edge fetch --reset-trust`"
    )]
    SameSequence {
        /// Both manifests' sequence.
        sequence: u64,
    },
}

impl Trusted {
    /// Decides about a manifest, given the one that is being served.
    pub(super) fn judge(&self, offered: &Manifest, served: Option<&Manifest>) -> Result<Step, TrustError> {
        if let Some(mark) = self.0.get(publisher(offered)) {
            if offered.sequence < mark.sequence {
                return Err(TrustError::Rollback { offered: offered.sequence, trusted: mark.sequence });
            }
            if offered.sequence == mark.sequence && offered.database.sha256 != mark.sha256 {
                return Err(TrustError::SameSequence { sequence: mark.sequence });
            }
        }
        Ok(match served {
            Some(served) if is_same(offered, served) => Step::Nothing,
            Some(served) if offered.database.sha256 == served.database.sha256 => Step::TakeManifest,
            Some(_) | None => Step::TakeDatabase,
        })
    }

    /// Remembers what is about to be served.
    pub(super) fn remember(&mut self, manifest: &Manifest) {
        let mark = Mark { sequence: manifest.sequence, sha256: manifest.database.sha256.clone() };
        self.0.insert(publisher(manifest).to_owned(), mark);
    }

    /// Forgets all of it.
    pub(super) fn reset(&mut self) {
        self.0.clear();
    }
}

fn is_same(offered: &Manifest, served: &Manifest) -> bool {
    publisher(offered) == publisher(served)
        && offered.sequence == served.sequence
        && offered.database.sha256 == served.database.sha256
}

fn publisher(manifest: &Manifest) -> &str {
    manifest.publisher_id.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use snapshot_format::keys;
    use snapshot_format::manifest::{Database, snapshot_id};

    use super::*;

    fn manifest(publisher: &str, sequence: u64, content: &str) -> Manifest {
        let sha256 = Sha256Hex::of(content.as_bytes());
        let database = Database { key: keys::blob(&sha256), sha256, size_bytes: 1, encoding: None, stored_bytes: 1 };
        Manifest {
            snapshot_id: snapshot_id(0, 0, &database.sha256),
            generated_at: jiff::Timestamp::UNIX_EPOCH,
            schema_version: 1,
            playlist_count: 0,
            track_count: 0,
            file_count: 0,
            cover_count: 0,
            format: 1,
            sequence,
            publisher_id: (!publisher.is_empty()).then(|| publisher.to_owned()),
            expires_at: None,
            min_reader_version: 1,
            album_count: 0,
            artist_count: 0,
            database,
            deltas: Vec::new(),
            access: None,
            public_base_url: None,
            signatures: Vec::new(),
        }
    }

    #[test]
    fn a_sequence_rises_or_says_nothing_new() {
        let served = manifest("nas", 7, "a");
        let mut trusted = Trusted::default();
        trusted.remember(&served);
        let judge = |offered: &Manifest| trusted.judge(offered, Some(&served));
        assert_eq!(judge(&served), Ok(Step::Nothing));
        assert_eq!(judge(&manifest("nas", 8, "a")), Ok(Step::TakeManifest));
        assert_eq!(judge(&manifest("nas", 8, "b")), Ok(Step::TakeDatabase));
        assert_eq!(judge(&manifest("nas", 6, "a")), Err(TrustError::Rollback { offered: 6, trusted: 7 }));
        assert_eq!(judge(&manifest("nas", 7, "b")), Err(TrustError::SameSequence { sequence: 7 }));
    }

    #[test]
    fn each_publisher_has_a_sequence_of_its_own() {
        let served = manifest("nas", 7, "a");
        let mut trusted = Trusted::default();
        trusted.remember(&served);
        assert_eq!(trusted.judge(&manifest("other", 1, "b"), Some(&served)), Ok(Step::TakeDatabase));
        assert_eq!(trusted.judge(&manifest("", 1, "b"), Some(&served)), Ok(Step::TakeDatabase));
    }

    #[test]
    fn a_lost_database_is_fetched_again_and_a_reset_takes_what_is_older() {
        let before = manifest("nas", 7, "a");
        let mut trusted = Trusted::default();
        trusted.remember(&before);
        assert_eq!(trusted.judge(&before, None), Ok(Step::TakeDatabase));
        assert!(trusted.judge(&manifest("nas", 3, "c"), None).is_err());
        trusted.reset();
        assert_eq!(trusted.judge(&manifest("nas", 3, "c"), Some(&before)), Ok(Step::TakeDatabase));
    }
}
