//! What a publish decides, as pure functions: the steps are SNAPSHOT.md section 4's. The NAS reads, writes and waits;
//! what it does next is said here.

use std::fmt;
use std::time::Duration;

/// How often an unclear commit is tried again (P8).
pub const MAX_COMMIT_RETRIES: u32 = 3;

/// The wait before the first retry of a commit; each further one is twice as long.
pub const FIRST_RETRY_WAIT: Duration = Duration::from_millis(200);

/// The snapshot that a store's manifest names, as far as a publish decides by it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveSnapshot {
    /// The catalog that published it; `None` for an exported pair.
    pub publisher_id: Option<String>,
    /// Digest of the plain database, in hex.
    pub database_sha256: String,
    /// Where the store's objects can be fetched by anyone.
    pub public_base_url: Option<String>,
    /// Digest of the listeners' credentials that it names, in hex; `None` when anybody may listen.
    pub access_sha256: Option<String>,
    /// When it was made, in Unix seconds.
    pub generated_at: i64,
    /// When edges begin to call it stale, in Unix seconds; never when `None`.
    pub expires_at: Option<i64>,
    /// What is in it.
    pub counts: SnapshotCounts,
    /// Whether manifests are to be signed, and the key did not sign this one.
    pub lacks_signature: bool,
}

/// How much a snapshot holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SnapshotCounts {
    /// Playlists.
    pub playlists: u64,
    /// Tracks.
    pub tracks: u64,
    /// Files.
    pub files: u64,
    /// Covers that can be shown.
    pub covers: u64,
    /// Albums.
    pub albums: u64,
    /// Artists that lists show.
    pub artists: u64,
}

impl SnapshotCounts {
    fn named(self) -> [(&'static str, u64); 6] {
        [
            ("playlists", self.playlists),
            ("tracks", self.tracks),
            ("files", self.files),
            ("covers", self.covers),
            ("albums", self.albums),
            ("artists", self.artists),
        ]
    }
}

/// Whose the store is (P1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ownership {
    /// Nothing was published yet.
    Empty,
    /// This catalog published the live snapshot.
    Own,
    /// Another catalog did, or an export that has no publisher: only a takeover goes on from here.
    Foreign,
}

/// Whose the store is, by its live snapshot.
pub fn ownership(live: Option<&LiveSnapshot>, publisher_id: &str) -> Ownership {
    match live {
        None => Ownership::Empty,
        Some(live) if live.publisher_id.as_deref() == Some(publisher_id) => Ownership::Own,
        Some(_) => Ownership::Foreign,
    }
}

/// A count that fell too far to be believed (P2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shrunk {
    /// What is counted.
    pub what: &'static str,
    /// In the live snapshot.
    pub before: u64,
    /// In the new one.
    pub now: u64,
}

impl fmt::Display for Shrunk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} fell from {} to {}", self.what, self.before, self.now)
    }
}

/// Every count that fell by more than a fifth: an unplugged disk looks like that, and so does a mistake.
pub fn list_shrunk(before: SnapshotCounts, now: SnapshotCounts) -> Vec<Shrunk> {
    let pairs = before.named().into_iter().zip(now.named());
    let fell = pairs.filter(|((_, before), (_, now))| u128::from(*now) * 5 < u128::from(*before) * 4);
    fell.map(|((what, before), (_, now))| Shrunk { what, before, now }).collect()
}

/// What a new database asks for (P3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NextStep {
    /// The store has this very snapshot, and it is fresh: nothing is written.
    LeaveAlone,
    /// The store has this database; a new manifest with a higher sequence is due (P6 and P7 alone).
    RenewManifest,
    /// Everything from P4 on.
    PublishAll,
}

/// The snapshot that would be published now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate<'a> {
    /// This catalog's id.
    pub publisher_id: &'a str,
    /// Digest of the database just built, in hex.
    pub database_sha256: &'a str,
    /// The configured public base.
    pub public_base_url: Option<&'a str>,
    /// Digest of the listeners' credentials of now, in hex.
    pub access_sha256: Option<&'a str>,
    /// How long a manifest lives, in seconds.
    pub manifest_life_secs: u64,
}

/// Compares the live snapshot with the one just built. `now` is in Unix seconds.
pub fn next_step(live: Option<&LiveSnapshot>, candidate: Candidate<'_>, now: i64) -> NextStep {
    let Some(live) = live.filter(|live| live.database_sha256 == candidate.database_sha256) else {
        return NextStep::PublishAll;
    };
    let says_the_same = live.publisher_id.as_deref() == Some(candidate.publisher_id)
        && live.public_base_url.as_deref() == candidate.public_base_url
        && live.access_sha256.as_deref() == candidate.access_sha256
        && !live.lacks_signature;
    if says_the_same && !is_half_gone(live, candidate.manifest_life_secs, now) {
        NextStep::LeaveAlone
    } else {
        NextStep::RenewManifest
    }
}

/// Whether half of a manifest's life is over: of the life it was given or of the configured one, whichever is shorter.
fn is_half_gone(live: &LiveSnapshot, manifest_life_secs: u64, now: i64) -> bool {
    let configured = i64::try_from(manifest_life_secs).unwrap_or(i64::MAX);
    let given = live.expires_at.map_or(configured, |end| end.saturating_sub(live.generated_at));
    now.saturating_sub(live.generated_at) >= given.min(configured) / 2
}

/// What the store's manifest is after a commit whose answer was unclear (P8).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadBack {
    /// The one that was to be written.
    Mine,
    /// The one that the publish began with.
    Base,
    /// A third one.
    Other,
}

/// Tells the three apart by their bytes; `None` is a store without a manifest.
pub fn read_back(found: Option<&[u8]>, mine: &[u8], base: Option<&[u8]>) -> ReadBack {
    match found {
        Some(found) if found == mine => ReadBack::Mine,
        found if found == base => ReadBack::Base,
        _ => ReadBack::Other,
    }
}

/// What follows an unclear commit (P8).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AfterCommit {
    /// The snapshot is live.
    Done,
    /// Wait this long, then write again.
    Retry(Duration),
    /// Somebody else published meanwhile: nothing is deleted, the next run starts from theirs.
    Lost,
    /// The store keeps refusing although nothing changed.
    GiveUp,
}

/// Decides after an unclear commit. `retries` counts those already made; `jitter` is random, 0 to 1.
pub fn after_commit(found: ReadBack, retries: u32, jitter: f64) -> AfterCommit {
    match found {
        ReadBack::Mine => AfterCommit::Done,
        ReadBack::Other => AfterCommit::Lost,
        ReadBack::Base if retries >= MAX_COMMIT_RETRIES => AfterCommit::GiveUp,
        ReadBack::Base => {
            let doubled = FIRST_RETRY_WAIT.saturating_mul(1 << retries);
            AfterCommit::Retry(doubled.mul_f64(0.5 + jitter.clamp(0.0, 1.0)))
        }
    }
}

#[cfg(test)]
mod tests;
