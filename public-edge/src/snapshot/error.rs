//! Why a refresh brought nothing.

use std::io;

use rusqlite::ErrorCode;
use snapshot_format::manifest::ManifestError;
use snapshot_format::signature::SignatureError;

use super::access::ListenersError;
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
    /// Nobody who is trusted vouches for the manifest.
    #[error(transparent)]
    Signature(#[from] SignatureError),
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
    /// Nobody could listen to the snapshot.
    #[error(transparent)]
    Listeners(#[from] ListenersError),
    /// The cache folder can't be written.
    #[error("writing into the cache folder failed")]
    Cache(#[source] io::Error),
    /// This very manifest was refused before.
    #[error("the same manifest was refused before: {0}")]
    RefusedBefore(String),
}

/// What can be done about a refresh that brought nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Remedy {
    /// Trying again, soon and as often as it takes: it may pass.
    Patience,
    /// Fetching the database a few more times: it may have been damaged on its way.
    AnotherFetch,
    /// Only another manifest: this one would fail again.
    AnotherManifest,
}

impl RefreshError {
    /// What can be done about it.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Manifest(_)
            | Self::Signature(_)
            | Self::Trust(_)
            | Self::TooLarge { .. }
            | Self::RefusedBefore(_) => Remedy::AnotherManifest,
            Self::Store(_) | Self::NoSpace { .. } | Self::Cache(_) => Remedy::Patience,
            Self::Download(error) => remedy_of_download(error),
            Self::Verify(error) => remedy_of_refusal(error),
            Self::Listeners(error) => error.remedy(),
        }
    }

    /// Whether the store lacks what its manifest names.
    pub(super) fn is_missing_object(&self) -> bool {
        match self {
            Self::Download(error) => matches!(error, DownloadError::NotFound { .. }),
            Self::Listeners(error) => error.is_missing_object(),
            _ => false,
        }
    }
}

fn remedy_of_download(error: &DownloadError) -> Remedy {
    match error {
        DownloadError::WrongSize { .. } => Remedy::AnotherManifest,
        DownloadError::Unpack(error) => match error {
            UnpackError::TooLarge { .. }
            | UnpackError::TooSmall { .. }
            | UnpackError::Corrupt(_)
            | UnpackError::Misfit(_) => Remedy::AnotherFetch,
            UnpackError::Disk(_) | UnpackError::Thread(_) => Remedy::Patience,
        },
        DownloadError::NotFound { .. }
        | DownloadError::Broken { .. }
        | DownloadError::Changing { .. }
        | DownloadError::GivenUp => Remedy::Patience,
    }
}

/// What is wrong with bytes that have the right digest, the publisher made so.
fn remedy_of_refusal(error: &VerifyError) -> Remedy {
    match error {
        VerifyError::Digest { .. } => Remedy::AnotherFetch,
        VerifyError::Schema(SchemaError::Unreadable(error)) | VerifyError::Unreadable(error) if !is_damage(error) => {
            Remedy::Patience
        }
        VerifyError::Header(_)
        | VerifyError::Schema(_)
        | VerifyError::Damaged(_)
        | VerifyError::Count { .. }
        | VerifyError::Unreadable(_) => Remedy::AnotherManifest,
        VerifyError::File(_) => Remedy::Patience,
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    !matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::OutOfMemory | ErrorCode::SystemIoFailure | ErrorCode::DiskFull)
    )
}
