//! Every kind of source behind one port: which reader a configuration asks for.

use std::path::Path;
use std::rc::Rc;

use catalog_core::import::{ImportError, Separators};
use catalog_core::ports::MediaSource;
use url::Url;

use super::bucket::Bucket;
use super::catalogsync::CatalogsyncFile;
use super::import::ImportFailure;
use super::local::LocalFolder;
use crate::config::{SourceConfig, SourceKind, SourceMode};
use crate::library::sources::Place;
use crate::media::managed::ManagedFolder;

/// A source that can be read now.
pub struct OpenSource {
    /// How it is read.
    pub media: Rc<dyn MediaSource>,
    /// Where its files are for the catalog.
    pub place: Place,
    /// Where its files are copied to, if they are.
    pub managed: Option<ManagedFolder>,
    /// The database that its playlists and toplists stand in, where they are no files.
    pub earlier: Option<Rc<CatalogsyncFile>>,
}

/// Opens what the configuration asks for; what is kept of it lies below `data_dir`. Blocks.
///
/// # Errors
/// When it is not there or cannot be read.
pub fn open(
    name: &str,
    source: &SourceConfig,
    separators: &Separators,
    data_dir: &Path,
) -> Result<OpenSource, ImportFailure> {
    match source.kind {
        SourceKind::Local => open_local(name, source, separators, data_dir),
        SourceKind::ObjectStore => open_bucket(name, source, separators, data_dir),
        SourceKind::Catalogsync => open_catalogsync(source),
    }
}

fn open_local(
    name: &str,
    source: &SourceConfig,
    separators: &Separators,
    data_dir: &Path,
) -> Result<OpenSource, ImportFailure> {
    let folder = LocalFolder::open(&source.path, data_dir).map_err(ImportError::from)?;
    let folder = folder.ignoring(&source.ignore).separating(separators);
    let not_text = || ImportFailure::FolderName { path: folder.root().to_owned() };
    let root = folder.root().to_str().ok_or_else(not_text)?.to_owned();
    if source.mode == SourceMode::InPlace {
        return Ok(OpenSource { media: Rc::new(folder), place: Place::Folder(root), managed: None, earlier: None });
    }
    let (managed, place) = open_managed(name, data_dir)?;
    Ok(OpenSource { media: Rc::new(folder.copying_to(managed.clone())), place, managed: Some(managed), earlier: None })
}

fn open_bucket(
    name: &str,
    source: &SourceConfig,
    separators: &Separators,
    data_dir: &Path,
) -> Result<OpenSource, ImportFailure> {
    let failed = |source| ImportFailure::Bucket { name: name.to_owned(), source };
    let bucket = Bucket::open(source, data_dir).map_err(failed)?.separating(separators);
    let place = Place::Bucket { public_base_url: source.public_base_url.as_ref().map(Url::to_string) };
    Ok(OpenSource { media: Rc::new(bucket), place, managed: None, earlier: None })
}

fn open_catalogsync(source: &SourceConfig) -> Result<OpenSource, ImportFailure> {
    let file = Rc::new(CatalogsyncFile::open(&source.path).map_err(ImportError::from)?);
    Ok(OpenSource {
        media: Rc::clone(&file) as Rc<dyn MediaSource>,
        place: Place::Rows,
        managed: None,
        earlier: Some(file),
    })
}

/// The folder that a source's files are copied to.
///
/// # Errors
/// When it can't be made.
pub fn open_managed(name: &str, data_dir: &Path) -> Result<(ManagedFolder, Place), ImportFailure> {
    let failed = |source| ImportFailure::Managed { folder: data_dir.join("media"), source };
    let managed = ManagedFolder::open(data_dir, name).map_err(failed)?;
    let not_text = || ImportFailure::FolderName { path: managed.path().to_owned() };
    let place = Place::Folder(managed.path().to_str().ok_or_else(not_text)?.to_owned());
    Ok((managed, place))
}
