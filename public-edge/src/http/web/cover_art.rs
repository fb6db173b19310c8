//! Covers: the picture where there is one, else a sleeve drawn from the id, the same on every visit.

use std::fmt;

/// What is shown as a cover.
pub(super) struct CoverArt {
    /// Where the picture is, without a size.
    pub picture: Option<String>,
    /// What is drawn where there is no picture.
    pub sleeve: Sleeve,
}

impl CoverArt {
    /// The cover of the thing with this id. `number` is the id's, `name` what stands on a drawn sleeve.
    pub(super) fn new(id: &impl fmt::Display, number: i64, has_picture: bool, name: &str) -> Self {
        let picture = has_picture.then(|| format!("/api/v1/covers/{id}"));
        Self { picture, sleeve: Sleeve::draw(number.unsigned_abs(), name) }
    }
}

/// A drawn sleeve: two colours, a disc and an initial, in a square of 100 units.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Sleeve {
    /// Hue of the ground, in degrees.
    pub ground: u64,
    /// Hue of the disc, in degrees.
    pub disc: u64,
    /// The disc's middle.
    pub x: u64,
    /// The disc's middle.
    pub y: u64,
    /// The disc's radius.
    pub radius: u64,
    /// The name's first letter or digit.
    pub initial: String,
}

impl Sleeve {
    fn draw(number: u64, name: &str) -> Self {
        // The golden angle sets the hues of neighbouring ids far apart.
        let ground = number % 360 * 137 % 360;
        let places = [(76, 30), (30, 34), (66, 62), (50, 8), (96, 54), (18, 8)];
        let index = usize::try_from(number % 6).unwrap_or_default();
        let (x, y) = places[index];
        let initial = name.chars().find(|letter| letter.is_alphanumeric());
        Self {
            ground,
            disc: (ground + 24 + number % 5 * 14) % 360,
            x,
            y,
            radius: 30 + number % 4 * 7,
            initial: initial.map(|letter| letter.to_uppercase().collect()).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeve_is_the_same_every_time_and_unlike_its_neighbours() {
        assert_eq!(Sleeve::draw(7, "¡Ñandú!"), Sleeve::draw(7, "¡Ñandú!"));
        assert_eq!(Sleeve::draw(7, "¡ñandú!").initial, "Ñ");
        assert_eq!(Sleeve::draw(7, "").initial, "");
        let hues: Vec<_> = (0..12).map(|number| Sleeve::draw(number, "x").ground).collect();
        assert!(hues.windows(2).all(|pair| pair[0].abs_diff(pair[1]) > 60), "{hues:?}");
    }
}
