//! Chance that can be had again: a seeded sequence of numbers, and how long the long tests go on.

use std::time::{SystemTime, UNIX_EPOCH};

/// How many rounds a test with chance in it plays: `TORTURE_ROUNDS`, or a few.
///
/// # Panics
/// `TORTURE_ROUNDS` is no number.
pub fn rounds(few: u32) -> u32 {
    std::env::var("TORTURE_ROUNDS").map_or(few, |rounds| rounds.parse().expect("TORTURE_ROUNDS is a number"))
}

/// A sequence of numbers that only looks random (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The sequence of `TORTURE_SEED`, or a new one; the seed is printed with the test's output.
    ///
    /// # Panics
    /// `TORTURE_SEED` is no number.
    pub fn seeded() -> Self {
        let seed = std::env::var("TORTURE_SEED").map_or_else(
            |_| SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| u64::from(now.subsec_nanos())),
            |seed| seed.parse().expect("TORTURE_SEED is a number"),
        );
        eprintln!("TORTURE_SEED={seed}");
        Self(seed)
    }

    /// The sequence of a seed and a word.
    pub fn of(seed: u64, word: &str) -> Self {
        let mut chance = Self(seed);
        for byte in word.bytes() {
            chance.0 = chance.draw() ^ u64::from(byte);
        }
        chance
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// One of several.
    ///
    /// # Panics
    /// There is none.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(choices.len() as u64)).expect("an index");
        &choices[index]
    }
}
