use image::{ImageFormat, RgbaImage};
use snapshot_format::cover_sizes;

use super::*;

fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

fn sides(picture: &[u8], sizes: &[u32]) -> Vec<(u32, (u32, u32))> {
    let rendered = render(picture, sizes).expect("renditions");
    let dimensions = |jpeg: &[u8]| {
        let image = image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).expect("a JPEG");
        (image.width(), image.height())
    };
    rendered.iter().map(|rendition| (rendition.size, dimensions(&rendition.jpeg))).collect()
}

#[test]
fn every_step_has_its_longer_side() {
    let picture = file(&DynamicImage::ImageRgb8(RgbImage::new(2000, 1000)), ImageFormat::Png);
    let wanted = [(64, (64, 32)), (150, (150, 75)), (300, (300, 150)), (600, (600, 300)), (1200, (1200, 600))];
    assert_eq!(sides(&picture, cover_sizes::renditions(2000)), wanted);
}

#[test]
fn nothing_is_enlarged() {
    let picture = file(&DynamicImage::ImageRgb8(RgbImage::new(100, 40)), ImageFormat::Bmp);
    assert_eq!(sides(&picture, cover_sizes::renditions(100)), [(64, (64, 26)), (150, (100, 40))]);
}

#[test]
fn a_line_stays_visible() {
    let picture = file(&DynamicImage::ImageRgb8(RgbImage::new(3000, 2)), ImageFormat::Png);
    assert_eq!(sides(&picture, &[64]), [(64, (64, 1))]);
}

#[test]
fn transparency_shows_white_paper() {
    let picture = file(&DynamicImage::ImageRgba8(RgbaImage::new(80, 80)), ImageFormat::Png);
    let rendered = render(&picture, &[64]).expect("renditions");
    let image = image::load_from_memory(&rendered[0].jpeg).expect("a JPEG").into_rgb8();
    assert!(image.pixels().all(|pixel| pixel.0.iter().all(|channel| *channel > 250)));
    assert_eq!((over_paper(0, 255), over_paper(0, 0), over_paper(100, 128)), (0, 255, 177));
}

#[test]
fn pictures_stand_upright() {
    // A camera's JPEG lies on its side and says so in an Exif segment: orientation 6, a quarter turn.
    let lying = file(&DynamicImage::ImageRgb8(RgbImage::new(200, 100)), ImageFormat::Jpeg);
    let exif = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let turned = [&lying[..2], exif, &lying[2..]].concat();
    assert_eq!(sides(&turned, &[300]), [(300, (100, 200))]);
}

#[test]
fn what_is_no_whole_picture_is_refused() {
    let whole = file(&DynamicImage::ImageRgb8(RgbImage::new(200, 200)), ImageFormat::Png);
    for picture in [&b""[..], b"<svg/>", &whole[..whole.len() / 2]] {
        assert!(render(picture, &[64]).is_err(), "{} bytes", picture.len());
    }
}

#[test]
fn a_picture_beyond_the_limits_is_refused() {
    let wide = file(&DynamicImage::new_luma8(MAX_SIDE_PIXELS + 1, 1), ImageFormat::Png);
    assert!(matches!(render(&wide, &[64]), Err(RenditionError::Undecodable(ImageError::Limits(_)))));
}
