//! Pictures as found, kept once each by content in `data_dir/covers/<2 hex>/<sha256>`.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use catalog_core::import::Picture;
use image::{ImageFormat, ImageReader};
use snapshot_format::Sha256Hex;

use super::renditions::{self, RenditionError};

/// Above this a picture is not taken in, in bytes.
pub const MAX_PICTURE_BYTES: u64 = 32 * 1024 * 1024;
/// Above this no rendition is made, so none is taken in, in pixels.
const MAX_SIDE_PIXELS: u32 = 8000;

/// The size that a picture is tried out in, in pixels.
const SAMPLE_PIXELS: u32 = 64;

/// Why a picture is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Its header cannot be read.
    #[error("not a picture of a known format")]
    Unknown(#[source] image::ImageError),
    /// Nothing says what it is.
    #[error("not a picture of a known format")]
    Unguessable,
    /// No side may be longer than 8000 pixels, none empty.
    #[error("a picture of {width} × {height} pixels")]
    Size {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// It cannot be decoded.
    #[error("a picture that is damaged")]
    Damaged(#[source] RenditionError),
    /// It cannot be kept.
    #[error("the picture cannot be written to {}", .path.display())]
    Write {
        /// Where it should lie.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Where the picture of a digest lies.
pub fn picture_path(data_dir: &Path, sha256: &str) -> PathBuf {
    data_dir.join("covers").join(&sha256[..sha256.len().min(2)]).join(sha256)
}

/// The folder of pictures.
pub struct PictureStore {
    folder: PathBuf,
    kept: Mutex<HashMap<Sha256Hex, Picture>>,
}

impl PictureStore {
    /// The pictures of a data folder.
    pub fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("covers"), kept: Mutex::default() }
    }

    /// As [`PictureStore::keep`], for a picture that can be shown: it is decoded once, which takes up to 256 MiB.
    ///
    /// # Errors
    /// Also when it is damaged.
    pub fn keep_decodable(&self, bytes: &[u8]) -> Result<Picture, PictureError> {
        describe(bytes, &Sha256Hex::of(bytes))?;
        renditions::render(bytes, &[SAMPLE_PIXELS]).map_err(PictureError::Damaged)?;
        self.keep(bytes)
    }

    /// Keeps a picture's bytes, unless they are kept already, and says what they are.
    ///
    /// # Errors
    /// When it is no picture, too large, or cannot be written.
    pub fn keep(&self, bytes: &[u8]) -> Result<Picture, PictureError> {
        let digest = Sha256Hex::of(bytes);
        let known = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        if let Some(picture) = known {
            return Ok(picture);
        }
        let picture = describe(bytes, &digest)?;
        let folder = self.folder.join(digest.shard());
        let path = folder.join(&picture.sha256);
        write_once(&folder, &path, bytes).map_err(|source| PictureError::Write { path, source })?;
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(digest, picture.clone());
        Ok(picture)
    }
}

fn describe(bytes: &[u8], digest: &Sha256Hex) -> Result<Picture, PictureError> {
    let format = image::guess_format(bytes).map_err(PictureError::Unknown)?;
    let ext = match format {
        ImageFormat::Jpeg => "jpg",
        ImageFormat::Png => "png",
        ImageFormat::Gif => "gif",
        ImageFormat::WebP => "webp",
        ImageFormat::Bmp => "bmp",
        _ => return Err(PictureError::Unguessable),
    };
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let (width, height) = reader.into_dimensions().map_err(PictureError::Unknown)?;
    if [width, height].iter().any(|side| !(1..=MAX_SIDE_PIXELS).contains(side)) {
        return Err(PictureError::Size { width, height });
    }
    Ok(Picture { sha256: digest.as_str().to_owned(), ext: ext.to_owned(), width, height })
}

/// Writes beside and renames: what lies under its name is whole. A file of another length, as a power cut leaves it,
/// is replaced.
fn write_once(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == bytes.len() as u64) {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}
