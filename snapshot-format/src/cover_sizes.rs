//! The ladder of cover renditions.

/// The longest sides, in pixels, that covers are published in, smallest first.
pub const LADDER: [u32; 5] = [64, 150, 300, 600, 1200];

/// The renditions that a picture whose longer side is `longest_side` pixels is published in.
///
/// Pictures are never enlarged: the last rendition of a small picture keeps the picture's own size under the name of
/// the next step of the ladder.
pub fn renditions(longest_side: u32) -> &'static [u32] {
    let needed = LADDER.iter().take_while(|size| **size < longest_side).count() + 1;
    &LADDER[..needed.min(LADDER.len())]
}

/// The rendition that answers a wish for `wanted` pixels: the smallest that is large enough, else the largest there is.
/// Without a wish it is the largest.
pub fn choose(wanted: Option<u32>, largest_size: u32) -> u32 {
    let Some(wanted) = wanted else { return largest_size };
    LADDER.into_iter().find(|size| *size >= wanted && *size <= largest_size).unwrap_or(largest_size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pictures_are_not_enlarged() {
        assert_eq!(renditions(40), [64]);
        assert_eq!(renditions(64), [64]);
        assert_eq!(renditions(65), [64, 150]);
        assert_eq!(renditions(5000), LADDER);
    }

    #[test]
    fn a_wish_gets_the_smallest_that_is_large_enough() {
        assert_eq!(choose(Some(100), 1200), 150);
        assert_eq!(choose(Some(150), 1200), 150);
        assert_eq!(choose(Some(4000), 600), 600);
        assert_eq!(choose(None, 300), 300);
        assert_eq!(choose(Some(0), 300), 64);
    }
}
