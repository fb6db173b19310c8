//! Why a task on what was published could not be done, and what to do about it.

use catalog_core::retention::Objection;
use snapshot_format::manifest::ManifestError;

use crate::library::LibraryError;
use crate::snapshot::publish::PublishError;
use crate::snapshot::store::StoreError;
use crate::snapshot::unpack::UnpackError;

/// Why a listing, a rollback, a check or a sweep was not done. What is live is as it was, but for
/// [`PublishError::Unclear`].
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// As in a publish: the lock, the store, the catalog, the commit.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The store has no manifest.
    #[error("nothing is live in {store}: publish first")]
    NothingLive {
        /// The store's name.
        store: String,
    },
    /// No snapshot has that name.
    #[error(
        "the history has no snapshot `{id}`; `nas-origin snapshots list` shows those that are there, older ones were \
         removed (publish.keep_snapshots)"
    )]
    Unknown {
        /// As the owner wrote it.
        id: String,
    },
    /// Several snapshots have a name that begins so.
    #[error("`{id}` can be {}: write more of it, or a sequence", .matches.join(" or "))]
    Ambiguous {
        /// As the owner wrote it.
        id: String,
        /// What it can be.
        matches: Vec<String>,
    },
    /// A history entry that can't be read, or is not what its key says.
    #[error("`{key}` is damaged, or a newer version wrote it")]
    Damaged {
        /// Its key.
        key: String,
        /// What is wrong with it; nothing when it is another snapshot's.
        #[source]
        source: Option<ManifestError>,
    },
    /// A snapshot of another catalog.
    #[error("snapshot {snapshot_id} was published by another catalog, whose tracks have other ids: choose a later one")]
    AnotherCatalogs {
        /// The snapshot.
        snapshot_id: String,
    },
    /// Manifests are signed here, and this one isn't.
    #[error(
        "snapshot {snapshot_id} is neither signed by this catalog's key nor on its record, so that anybody could have \
         put it there: choose another one"
    )]
    Unsigned {
        /// The snapshot.
        snapshot_id: String,
    },
    /// Its database is not there, or not as it was.
    #[error(
        "the database of snapshot {snapshot_id} is gone from the store (`{key}`): choose another one with \
         `nas-origin snapshots list`, and `nas-origin snapshots unpin` if it is pinned"
    )]
    DatabaseGone {
        /// The snapshot.
        snapshot_id: String,
        /// The object.
        key: String,
    },
    /// What its database names is not there.
    #[error(
        "{missing} objects that snapshot {snapshot_id} shows are gone from the store, such as `{example}`: choose \
         another one with `nas-origin snapshots list`"
    )]
    ObjectsGone {
        /// The snapshot.
        snapshot_id: String,
        /// How many.
        missing: usize,
        /// One of them.
        example: String,
    },
    /// Its database can't be read.
    #[error("the database of snapshot {snapshot_id} can't be used; `nas-origin snapshots verify` tells more")]
    Unpack {
        /// The snapshot.
        snapshot_id: String,
        /// Why.
        #[source]
        source: UnpackError,
    },
    /// A sweep that would remove too much, or that does not see all.
    #[error(
        "nothing was removed: {0}. Look with `nas-origin snapshots gc --dry-run` and `nas-origin snapshots verify`; \
         if it is meant, `nas-origin snapshots gc --force`"
    )]
    Objection(Objection),
    /// Another check works in the same folder.
    #[error("another `snapshots verify` is running")]
    Checking,
    /// Somebody published while a sweep was under way.
    #[error("another publisher was here meanwhile: the sweep ended early, the next one goes on")]
    Overtaken,
}

impl From<StoreError> for HistoryError {
    fn from(error: StoreError) -> Self {
        Self::Publish(error.into())
    }
}

impl From<LibraryError> for HistoryError {
    fn from(error: LibraryError) -> Self {
        Self::Publish(error.into())
    }
}

impl HistoryError {
    /// Whether running again later, with nothing changed, is all there is to do (exit 75).
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Publish(error) => error.is_temporary(),
            Self::Overtaken | Self::Checking => true,
            _ => false,
        }
    }

    /// Whether what was to be read isn't there any more.
    pub(in crate::snapshot) fn is_gone(&self) -> bool {
        matches!(self, Self::Unpack { source: UnpackError::Gone { .. }, .. })
    }

    /// Whether what was to be read is there and never can be.
    pub(in crate::snapshot) fn is_damage(&self) -> bool {
        let is_unsound = |error: &UnpackError| matches!(error, UnpackError::Packing { .. } | UnpackError::Other { .. });
        match self {
            Self::Damaged { .. } => true,
            Self::Unpack { source, .. } => is_unsound(source),
            _ => false,
        }
    }

    /// Whether the configuration is to be changed (exit 2).
    pub fn is_configuration(&self) -> bool {
        matches!(self, Self::Publish(error) if error.is_configuration())
    }
}
