//! Why a refresh brought nothing.

use std::io;

use rusqlite::ErrorCode;
use snapshot_format::manifest::ManifestError;

use super::download::DownloadError;
use super::schema::SchemaError;
use super::store::ObjectError;
use super::trust::TrustError;
use super::unpack::UnpackError;
use super::verify::VerifyError;

/// Why a refresh brought nothing. What is shown of it names no folder, host or secret; the causes do and go to the log.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The store has no answer.
    #[error(transparent)]
    Store(#[from] ObjectError),
    /// The manifest can't be followed.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The manifest's sequence isn't trusted.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Larger than the owner allows.
    #[error("the database has {size_bytes} bytes; `snapshot.max_database_bytes` allows {max_bytes}")]
    TooLarge {
        /// The manifest's size.
        size_bytes: u64,
        /// The owner's limit.
        max_bytes: u64,
    },
    /// No room for it.
    #[error("the database needs {size_bytes} bytes in the cache folder, and {free_bytes} are free")]
    NoSpace {
        /// The manifest's size.
        size_bytes: u64,
        /// What the disk has.
        free_bytes: u64,
    },
    /// The database didn't arrive.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// The database isn't what the manifest says.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The cache folder can't be written.
    #[error("writing into the cache folder failed")]
    Cache(#[source] io::Error),
    /// This very manifest was refused before.
    #[error("the same manifest was refused before: {0}")]
    RefusedBefore(String),
}

impl RefreshError {
    /// Whether the same manifest would fail again, so that only another one is worth fetching.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Manifest(_) | Self::Trust(_) | Self::TooLarge { .. } | Self::RefusedBefore(_) => true,
            Self::Store(_) | Self::NoSpace { .. } | Self::Cache(_) => false,
            Self::Download(error) => is_lasting_download(error),
            Self::Verify(error) => is_lasting_refusal(error),
        }
    }

    /// Whether the store lacks the database that its manifest names.
    pub(super) fn is_missing_database(&self) -> bool {
        matches!(self, Self::Download(DownloadError::NotFound { .. }))
    }
}

fn is_lasting_download(error: &DownloadError) -> bool {
    match error {
        DownloadError::WrongSize { .. } => true,
        DownloadError::Unpack(error) => match error {
            UnpackError::TooLarge { .. } | UnpackError::TooSmall { .. } | UnpackError::Corrupt(_) => true,
            UnpackError::Disk(_) => false,
        },
        DownloadError::NotFound { .. } | DownloadError::Broken { .. } | DownloadError::GivenUp => false,
    }
}

fn is_lasting_refusal(error: &VerifyError) -> bool {
    match error {
        VerifyError::Schema(SchemaError::Unreadable(error)) | VerifyError::Unreadable(error) => is_damage(error),
        VerifyError::Digest { .. }
        | VerifyError::Header(_)
        | VerifyError::Schema(_)
        | VerifyError::Damaged(_)
        | VerifyError::Count { .. } => true,
        VerifyError::File(_) => false,
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    !matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::OutOfMemory | ErrorCode::SystemIoFailure | ErrorCode::DiskFull)
    )
}
