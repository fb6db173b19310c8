//! Drawn covers: two colours and three discs, different for every album.

use std::io::Cursor;

use image::{ImageFormat, ImageResult, Rgb, RgbImage};

const SIDE: u32 = 600;

/// Ground, second colour and disc colour of each album in turn.
const PALETTES: [[[u8; 3]; 3]; 6] = [
    [[16, 42, 67], [72, 149, 161], [232, 241, 242]],
    [[45, 64, 46], [163, 177, 108], [244, 235, 208]],
    [[60, 22, 66], [232, 93, 117], [255, 209, 102]],
    [[13, 17, 38], [58, 80, 158], [245, 200, 130]],
    [[92, 47, 34], [214, 140, 85], [250, 232, 200]],
    [[30, 30, 36], [110, 92, 130], [202, 190, 214]],
];

/// The PNG of the album with this number.
pub(super) fn draw(number: usize) -> ImageResult<Vec<u8>> {
    let [ground, second, disc] = PALETTES[number % PALETTES.len()];
    let discs = discs(number);
    let picture = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let depth = mix(ground, second, (x / 3 + y) * 255 / (SIDE + SIDE / 3));
        let covered = discs.iter().filter(|disc| disc.covers(x, y)).count();
        let share = u32::try_from(covered).unwrap_or(0) * 70;
        Rgb(mix(depth, disc, share.min(255)))
    });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}

struct Disc {
    x: i64,
    y: i64,
    radius: i64,
}

impl Disc {
    fn covers(&self, x: u32, y: u32) -> bool {
        let (dx, dy) = (i64::from(x) - self.x, i64::from(y) - self.y);
        dx * dx + dy * dy < self.radius * self.radius
    }
}

fn discs(number: usize) -> [Disc; 3] {
    let spread = i64::try_from(number).unwrap_or(0) * 37;
    let side = i64::from(SIDE);
    [(210, 250, 190), (390, 330, 150), (300, 150, 110)].map(|(x, y, radius)| Disc {
        x: (x + spread) % side,
        y: (y + spread * 2) % side,
        radius: radius - spread % 60,
    })
}

/// `share` of 255 parts of the second colour.
fn mix(first: [u8; 3], second: [u8; 3], share: u32) -> [u8; 3] {
    let blend = |(a, b): (u8, u8)| (u32::from(a) * (255 - share) + u32::from(b) * share) / 255;
    let parts = [(first[0], second[0]), (first[1], second[1]), (first[2], second[2])].map(blend);
    parts.map(|part| u8::try_from(part).unwrap_or(u8::MAX))
}
