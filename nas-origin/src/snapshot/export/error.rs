//! Why an export failed.

use std::io;
use std::path::PathBuf;

use snapshot_format::manifest::ManifestError;

use crate::snapshot::build::BuildError;

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The catalog cannot be read, or the database cannot be made.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The target folder, or a file in it, cannot be used.
    #[error("`{}` cannot be {what}", .path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// Another export writes to the folder.
    #[error("another export to `{}` is running: try again later", .0.display())]
    Busy(PathBuf),
    /// The folder is the store of a publisher.
    #[error("`{}` holds what `nas-origin publish` published: choose another folder for the export", .0.display())]
    PublishedStore(PathBuf),
    /// The manifest cannot be written.
    #[error("the manifest cannot be made")]
    Manifest(#[from] ManifestError),
}

impl ExportError {
    /// Whether the command was given something that it can't export.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Build(BuildError::NotACatalog { .. } | BuildError::Missing { .. }))
    }
}
