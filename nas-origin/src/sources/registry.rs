//! Every kind of source behind one port: which reader a configuration asks for.

use std::path::Path;

use catalog_core::import::ImportError;
use catalog_core::ports::MediaSource;

use super::import::ImportFailure;
use super::local::LocalFolder;
use crate::config::{SourceConfig, SourceKind};
use crate::library::sources::Place;

/// A source that can be read now.
pub struct OpenSource {
    /// How it is read.
    pub media: Box<dyn MediaSource>,
    /// Where its files are for the catalog.
    pub place: Place,
}

/// Opens what the configuration asks for; what is kept of it lies below `data_dir`. Blocks.
///
/// # Errors
/// When it is not there or cannot be read.
pub fn open(source: &SourceConfig, data_dir: &Path) -> Result<OpenSource, ImportFailure> {
    match source.kind {
        SourceKind::Local => open_local(source, data_dir),
    }
}

fn open_local(source: &SourceConfig, data_dir: &Path) -> Result<OpenSource, ImportFailure> {
    let folder = LocalFolder::open(&source.path, data_dir).map_err(ImportError::from)?.ignoring(&source.ignore);
    let not_text = || ImportFailure::FolderName { path: folder.root().to_owned() };
    let place = Place::Folder(folder.root().to_str().ok_or_else(not_text)?.to_owned());
    Ok(OpenSource { media: Box::new(folder), place })
}
