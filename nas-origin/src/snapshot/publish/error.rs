//! Why nothing was published, and what to do about it.

use std::io;
use std::path::PathBuf;

use catalog_core::publish::Shrunk;
use snapshot_format::manifest::ManifestError;

use crate::accounts::EdgeAccessError;
use crate::library::LibraryError;
use crate::snapshot::build::BuildError;
use crate::snapshot::history::HistoryError;
use crate::snapshot::store::StoreError;

/// Why nothing was published. The old snapshot is live, whole, but for [`PublishError::Unclear`].
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// P0: this catalog is being published already.
    #[error("another publish is running")]
    Busy,
    /// Somebody asked it to stop before it committed.
    #[error("the publish was cancelled; what was live stays so")]
    Cancelled,
    /// P0, P2: the folder for locks and temporary files.
    #[error("{path} can't be used; check the owner, the permissions and the free space")]
    WorkFolder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Any step: the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// P1: a store in which two publishers could overwrite each other.
    #[error(
        "two publishers could overwrite each other's snapshots in {store}: {shortcoming}. If this catalog alone is \
         published there, set publish.single_writer = true"
    )]
    Unconditional {
        /// The store's name.
        store: String,
        /// What it doesn't do.
        shortcoming: String,
    },
    /// Any step: the catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// P1: a manifest of a later version.
    #[error("the store's manifest was written by a newer version; publish with that one")]
    NewerManifest(#[source] ManifestError),
    /// P1: a manifest that can't be read.
    #[error(
        "the store's manifest.json is damaged; if this catalog is to replace it, run `nas-origin publish --takeover`: \
         the sequence goes on behind the store's history"
    )]
    DamagedManifest(#[source] ManifestError),
    /// P1: a sequence that leaves none for those to come.
    #[error(
        "the store's manifest has sequence {sequence}, which no publisher reaches: somebody else wrote it. Find out who \
         can write to the store; then `nas-origin publish --takeover` goes on behind the store's history, and edges that \
         served that manifest need `public-edge fetch --reset-trust`"
    )]
    LeaptAhead {
        /// The manifest's sequence.
        sequence: u64,
    },
    /// P1: another catalog's store.
    #[error(
        "the store's snapshot was published by {}; if this catalog is to replace it, run \
         `nas-origin publish --takeover`, else choose another publish.store",
        .publisher_id.as_ref().map_or_else(|| "an export".to_owned(), |id| format!("another catalog ({id})"))
    )]
    Foreign {
        /// Whose it is; an exported pair has no publisher.
        publisher_id: Option<String>,
    },
    /// P1: the listeners' credentials.
    #[error("the listeners' credentials can't be published")]
    Access(#[from] EdgeAccessError),
    /// The owner pinned a snapshot that can't be made live.
    #[error("the store is pinned to {snapshot_id}; `nas-origin snapshots unpin` lets publishing go on")]
    Pinned {
        /// The snapshot.
        snapshot_id: String,
        /// Why it can't.
        #[source]
        source: Box<HistoryError>,
    },
    /// P2: the database.
    #[error("building the read database failed")]
    Build(#[from] BuildError),
    /// P2: a count fell too far.
    #[error("{0}; a disk may be missing. If it is meant, run `nas-origin publish --force`")]
    Shrunk(String),
    /// P4: compression.
    #[error("compressing the database into {path} failed; check the free space")]
    Compress {
        /// The packed file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// P5: a picture that is there can't be read.
    #[error("reading the picture {path} failed")]
    Picture {
        /// The picture as found.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// P5: new unreadable pictures in every build.
    #[error(
        "pictures keep turning out to be unreadable while the catalog changes; publish again when the import is done"
    )]
    CoversKeepFailing,
    /// P6: a manifest that no edge would follow.
    #[error("the new manifest can't be written")]
    Manifest(#[from] ManifestError),
    /// P6: no free place in the history.
    #[error("the store's history has other entries up to sequence {sequence}; clear those that never were live")]
    HistoryTaken {
        /// The last one tried.
        sequence: u64,
    },
    /// P8: the commit was unclear and the store can't be read.
    #[error(
        "whether snapshot {snapshot_id} (sequence {sequence}) is live is unclear: the store didn't answer. \
         Publish again; either way what is live is whole"
    )]
    Unclear {
        /// The new snapshot.
        snapshot_id: String,
        /// Its sequence.
        sequence: u64,
        /// Why it can't be read back.
        #[source]
        source: StoreError,
    },
    /// P8: somebody else published meanwhile.
    #[error("another publisher was faster; nothing was deleted, the next run starts from its snapshot")]
    Lost,
    /// P8: the store keeps refusing.
    #[error("the store refused the new manifest {} times though nobody changed the old one, which stays live", .retries + 1)]
    GaveUp {
        /// Retries made.
        retries: u32,
        /// The last refusal.
        #[source]
        source: Option<StoreError>,
    },
}

impl PublishError {
    pub(super) fn shrunk(counts: &[Shrunk]) -> Self {
        let lines: Vec<String> = counts.iter().map(ToString::to_string).collect();
        Self::Shrunk(lines.join(", "))
    }

    /// Whether running again later, with nothing changed, is all there is to do (exit 75).
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Busy | Self::Lost | Self::Store(StoreError::Busy(_)) => true,
            Self::Pinned { source, .. } => source.is_temporary(),
            _ => false,
        }
    }

    /// Whether a daemon tries again: a later run may find the store well again, with nothing changed here.
    pub fn may_pass(&self) -> bool {
        let is_store = matches!(self, Self::Store(_) | Self::Unclear { .. } | Self::GaveUp { .. });
        self.is_temporary() || (is_store && !self.is_configuration())
    }

    /// Whether the configuration is to be changed (exit 2).
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::Unconditional { .. }
                | Self::Store(
                    StoreError::NotConfigured
                        | StoreError::Address { .. }
                        | StoreError::UnknownOption { .. }
                        | StoreError::Settings { .. }
                )
        )
    }
}
