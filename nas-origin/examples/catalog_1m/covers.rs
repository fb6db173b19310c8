//! A dozen pictures, kept as an import keeps them.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use anyhow::Result;
use image::{ImageFormat, Rgb, RgbImage};
use snapshot_format::Sha256Hex;

pub(crate) const COVERS: u8 = 12;

/// In pixels.
pub(crate) const SIDE: u32 = 600;

/// Writes the pictures into `data_dir` and names them.
pub(crate) fn write(data_dir: &Path) -> Result<Vec<Sha256Hex>> {
    (0..COVERS).map(|number| write_one(number, data_dir)).collect()
}

fn write_one(number: u8, data_dir: &Path) -> Result<Sha256Hex> {
    let shade = |at: u32| u8::try_from(at * 255 / SIDE).unwrap_or(u8::MAX);
    let picture = RgbImage::from_fn(SIDE, SIDE, |x, y| Rgb([shade(x), shade(y), number * 20]));
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    let sha256 = Sha256Hex::of(png.get_ref());
    let folder = data_dir.join("covers").join(sha256.shard());
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(sha256.as_str()), png.get_ref())?;
    Ok(sha256)
}
