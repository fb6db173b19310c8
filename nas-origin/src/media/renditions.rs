//! Covers in the sizes that are published: JPEG, upright, without transparency, never enlarged.

use std::io::Cursor;

use fast_image_resize::{ResizeError, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageError, ImageReader, Limits, Rgb, RgbImage};

/// The longest side of a picture that is decoded, in pixels.
const MAX_SIDE_PIXELS: u32 = 8000;

/// The memory that decoding one picture may take, in bytes.
const MAX_DECODED_BYTES: u64 = 256 * 1024 * 1024;

const JPEG_QUALITY: u8 = 82;

/// What shows through transparent pictures.
const PAPER: u8 = 255;

/// One picture in one size.
pub struct Rendition {
    /// The step of the ladder that it is published under, in pixels.
    pub size: u32,
    /// The JPEG file.
    pub jpeg: Vec<u8>,
}

/// Why a picture has no renditions.
#[derive(Debug, thiserror::Error)]
pub enum RenditionError {
    /// Not a picture, a damaged one, or one beyond the limits.
    #[error("the picture can't be decoded")]
    Undecodable(#[source] ImageError),
    /// Not a picture at all.
    #[error("the picture's format isn't known")]
    Unknown(#[source] std::io::Error),
    /// Scaling failed.
    #[error("the picture can't be scaled")]
    Unscalable(#[source] ResizeError),
    /// No JPEG could be made of it.
    #[error("the picture can't be written as JPEG")]
    Unwritable(#[source] ImageError),
}

/// Renders a picture for every step of `sizes`, in their order. The longer side of each rendition is the step, or the
/// picture's own when that is shorter.
///
/// # Errors
/// When the picture is damaged, above 8000 pixels a side or would take more than 256 MiB.
pub fn render(picture: &[u8], sizes: &[u32]) -> Result<Vec<Rendition>, RenditionError> {
    let mut scaled = flattened(decode(picture)?);
    let mut descending = sizes.to_vec();
    descending.sort_unstable_by_key(|size| std::cmp::Reverse(*size));
    let mut renditions = Vec::with_capacity(sizes.len());
    for size in descending {
        // Each step is scaled from the one above it: the picture is read in full once.
        scaled = scale(scaled, size)?;
        renditions.push(Rendition { size, jpeg: encode(&scaled)? });
    }
    renditions.reverse();
    Ok(renditions)
}

fn decode(picture: &[u8]) -> Result<DynamicImage, RenditionError> {
    let mut reader = ImageReader::new(Cursor::new(picture)).with_guessed_format().map_err(RenditionError::Unknown)?;
    let mut bounds = Limits::default();
    bounds.max_image_width = Some(MAX_SIDE_PIXELS);
    bounds.max_image_height = Some(MAX_SIDE_PIXELS);
    bounds.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(RenditionError::Undecodable)?;
    let orientation = decoder.orientation().map_err(RenditionError::Undecodable)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(RenditionError::Undecodable)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// JPEG has no transparency: what is transparent shows white paper.
fn flattened(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let (width, height) = image.dimensions();
    RgbImage::from_fn(width, height, |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|channel| over_paper(channel, alpha)))
    })
}

fn over_paper(channel: u8, alpha: u8) -> u8 {
    let (channel, alpha) = (u16::from(channel), u16::from(alpha));
    let mixed = (channel * alpha + u16::from(PAPER) * (255 - alpha) + 127) / 255;
    u8::try_from(mixed).unwrap_or(PAPER)
}

fn scale(image: RgbImage, size: u32) -> Result<RgbImage, RenditionError> {
    let (width, height) = image.dimensions();
    let longest = width.max(height);
    if longest <= size {
        return Ok(image);
    }
    let mut target = RgbImage::new(scaled_side(width, size, longest), scaled_side(height, size, longest));
    Resizer::new().resize(&image, &mut target, None).map_err(RenditionError::Unscalable)?;
    Ok(target)
}

fn scaled_side(side: u32, wanted: u32, longest: u32) -> u32 {
    let scaled = (u64::from(side) * u64::from(wanted) + u64::from(longest) / 2) / u64::from(longest);
    u32::try_from(scaled).unwrap_or(wanted).clamp(1, wanted)
}

fn encode(image: &RgbImage) -> Result<Vec<u8>, RenditionError> {
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY);
    let (width, height) = image.dimensions();
    encoder.encode(image.as_raw(), width, height, ExtendedColorType::Rgb8).map_err(RenditionError::Unwritable)?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests;
