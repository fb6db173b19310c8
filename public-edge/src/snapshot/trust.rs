//! R2: what a manifest's sequence means to this edge. Pure.
//!
//! The highest sequence that was served is remembered for each publisher, so that nobody who can write to the store can
//! bring back an old snapshot. An exported pair has no publisher; all of them count as one. What is signed has one
//! sequence whoever published it: a takeover continues it, and what came before the takeover must not come back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use snapshot_format::{Manifest, Sha256Hex};

use super::offer::{Offer, Voucher};

/// Publishers that are remembered. A store that shows more is not an owner's.
const MAX_PUBLISHERS: usize = 256;

/// What was served last.
#[derive(Clone, Default, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trusted {
    publishers: BTreeMap<String, Mark>,
    /// The highest that a trusted key signed.
    signed: Option<Mark>,
}

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
    /// Somebody makes up publishers, perhaps so that old ones are forgotten.
    #[error(
        "the store has shown manifests of {MAX_PUBLISHERS} publishers, and this is one more. Find out who can write to it, \
         then run `public-edge fetch --reset-trust`"
    )]
    TooManyPublishers,
}

impl Trusted {
    /// Decides about an offer, given the manifest that is being served.
    pub(super) fn judge(&self, offer: &Offer, served: Option<&Manifest>) -> Result<Step, TrustError> {
        let offered = &offer.manifest;
        let known = self.publishers.get(publisher(offered));
        if known.is_none() && self.publishers.len() >= MAX_PUBLISHERS {
            return Err(TrustError::TooManyPublishers);
        }
        let signed = self.signed.as_ref().filter(|_| offer.voucher == Voucher::Key);
        known.into_iter().chain(signed).try_for_each(|mark| mark.check(offered))?;
        Ok(match served {
            Some(served) if is_same(offered, served) => Step::Nothing,
            Some(served) if offered.database.sha256 == served.database.sha256 => Step::TakeManifest,
            Some(_) | None => Step::TakeDatabase,
        })
    }

    /// Remembers what is about to be served.
    pub(super) fn remember(&mut self, offer: &Offer) {
        let Manifest { sequence, database, .. } = &offer.manifest;
        let mark = Mark { sequence: *sequence, sha256: database.sha256.clone() };
        if offer.voucher == Voucher::Key {
            self.signed = Some(mark.clone());
        }
        self.publishers.insert(publisher(&offer.manifest).to_owned(), mark);
    }

    /// Forgets all of it.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}

impl Mark {
    fn check(&self, offered: &Manifest) -> Result<(), TrustError> {
        if offered.sequence < self.sequence {
            return Err(TrustError::Rollback { offered: offered.sequence, trusted: self.sequence });
        }
        if offered.sequence == self.sequence && offered.database.sha256 != self.sha256 {
            return Err(TrustError::SameSequence { sequence: self.sequence });
        }
        Ok(())
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

    fn offer(publisher: &str, sequence: u64, content: &str) -> Offer {
        let sha256 = Sha256Hex::of(content.as_bytes());
        let database = Database { key: keys::blob(&sha256), sha256, size_bytes: 1, encoding: None, stored_bytes: 1 };
        let manifest = Manifest {
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
        };
        Offer { manifest, voucher: Voucher::Nobody }
    }

    fn signed(publisher: &str, sequence: u64, content: &str) -> Offer {
        Offer { voucher: Voucher::Key, ..offer(publisher, sequence, content) }
    }

    #[test]
    fn a_sequence_rises_or_says_nothing_new() {
        let served = offer("nas", 7, "a");
        let mut trusted = Trusted::default();
        trusted.remember(&served);
        let judge = |offered: &Offer| trusted.judge(offered, Some(&served.manifest));
        assert_eq!(judge(&served), Ok(Step::Nothing));
        assert_eq!(judge(&offer("nas", 8, "a")), Ok(Step::TakeManifest));
        assert_eq!(judge(&offer("nas", 8, "b")), Ok(Step::TakeDatabase));
        assert_eq!(judge(&offer("nas", 6, "a")), Err(TrustError::Rollback { offered: 6, trusted: 7 }));
        assert_eq!(judge(&offer("nas", 7, "b")), Err(TrustError::SameSequence { sequence: 7 }));
    }

    #[test]
    fn each_publisher_has_a_sequence_of_its_own() {
        let served = offer("nas", 7, "a");
        let mut trusted = Trusted::default();
        trusted.remember(&served);
        assert_eq!(trusted.judge(&offer("other", 1, "b"), Some(&served.manifest)), Ok(Step::TakeDatabase));
        assert_eq!(trusted.judge(&offer("", 1, "b"), Some(&served.manifest)), Ok(Step::TakeDatabase));
    }

    #[test]
    fn a_lost_database_is_fetched_again_and_a_reset_takes_what_is_older() {
        let before = offer("nas", 7, "a");
        let mut trusted = Trusted::default();
        trusted.remember(&before);
        assert_eq!(trusted.judge(&before, None), Ok(Step::TakeDatabase));
        assert!(trusted.judge(&offer("nas", 3, "c"), None).is_err());
        trusted.reset();
        assert_eq!(trusted.judge(&offer("nas", 3, "c"), Some(&before.manifest)), Ok(Step::TakeDatabase));
    }

    #[test]
    fn what_is_signed_has_one_sequence_whoever_publishes() {
        let mut trusted = Trusted::default();
        trusted.remember(&signed("before the takeover", 7, "a"));
        let served = signed("nas", 8, "b");
        trusted.remember(&served);
        let judge = |offered: &Offer| trusted.judge(offered, Some(&served.manifest));
        let rollback = TrustError::Rollback { offered: 7, trusted: 8 };
        assert_eq!(judge(&signed("before the takeover", 7, "a")), Err(rollback.clone()));
        assert_eq!(judge(&signed("a third", 7, "c")), Err(rollback));
        assert_eq!(judge(&signed("a third", 9, "c")), Ok(Step::TakeDatabase));
    }

    #[test]
    fn publishers_without_end_do_not_push_out_those_that_are_known() {
        let mut trusted = Trusted::default();
        for number in 0..MAX_PUBLISHERS {
            trusted.remember(&offer(&format!("made up {number}"), 1, "a"));
        }
        assert_eq!(trusted.judge(&offer("one more", 1, "a"), None), Err(TrustError::TooManyPublishers));
        assert_eq!(trusted.judge(&offer("made up 7", 2, "a"), None), Ok(Step::TakeDatabase));
    }
}
