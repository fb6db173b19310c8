//! Whether a source can be read now, and in words why not: for the doctor and for the owner's API.

use std::fs;
use std::path::Path;

use catalog_core::finding::in_words;

use super::bucket::Bucket;
use super::catalogsync::CatalogsyncFile;
use super::local::LocalFolder;
use crate::config::{SourceConfig, SourceKind};

/// Looks at a source: what there is, or what is wrong and what to do. Blocks.
///
/// # Errors
/// What is wrong, for people.
pub fn look_at(source: &SourceConfig, data_dir: &Path) -> Result<String, String> {
    match source.kind {
        SourceKind::Local => look_at_folder(&source.path, data_dir),
        SourceKind::ObjectStore => look_at_bucket(source, data_dir),
        SourceKind::Catalogsync => match CatalogsyncFile::open(&source.path) {
            Ok(_) => Ok(format!("{} can be read", source.path.display())),
            Err(error) => Err(in_words(&error)),
        },
    }
}

fn look_at_folder(path: &Path, data_dir: &Path) -> Result<String, String> {
    let folder = path.display();
    let opened = LocalFolder::open(path, data_dir);
    opened.map_err(|error| format!("{}: mount the disk, or correct the path", in_words(&error)))?;
    match fs::read_dir(path).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Ok(format!("{folder} can be read")),
        Ok(false) => Err(format!("{folder} is empty: is the disk mounted?")),
        Err(error) => Err(format!("{folder} can't be read: {error}")),
    }
}

fn look_at_bucket(source: &SourceConfig, data_dir: &Path) -> Result<String, String> {
    let bucket = Bucket::open(source, data_dir).map_err(|error| in_words(&error))?;
    match bucket.look() {
        Ok(true) => Ok("the bucket can be read".to_owned()),
        Ok(false) => Err("the bucket is empty: is it the right one?".to_owned()),
        Err(error) => Err(in_words(&error)),
    }
}
