//! Whole numbers as digits, eight at a time: nearly all numbers of answers have no more, and digits found together need
//! no loop and no table.

use crate::http::buffers::Short;

/// Numbers from here on have more digits.
const END: u32 = 100_000_000;

/// A number of up to eight digits.
#[derive(Clone, Copy)]
pub(super) struct Digits {
    /// Without zeros in front.
    bytes: [u8; 8],
    length: usize,
}

impl Digits {
    /// The digits of a number that is neither negative nor too large.
    #[inline]
    pub(super) fn of(number: impl TryInto<u32>) -> Option<Self> {
        let number = number.try_into().ok().filter(|number| *number < END)?;
        let values = values(number);
        // The last digit stays, also of 0.
        let zeros = values.trailing_zeros().min(u64::BITS - 8) / 8;
        let bytes = (values >> (8 * zeros) | ASCII).to_le_bytes();
        Some(Self { bytes, length: 8 - zeros as usize })
    }
}

impl From<Digits> for Short {
    fn from(digits: Digits) -> Self {
        Self { bytes: digits.bytes, length: digits.length }
    }
}

/// The last eight digits of a number, with zeros in front.
#[inline]
pub(in crate::http::subsonic) fn eight_digits(number: u32) -> [u8; 8] {
    (values(number % END) | ASCII).to_le_bytes()
}

/// Eight times `0`.
const ASCII: u64 = 0x3030_3030_3030_3030;

/// The values of eight digits, the first in the lowest byte. Halves, quarters and single digits are each parted in one
/// step, side by side; a division is a multiplication and a shift that are exact for numbers so small.
#[inline]
fn values(number: u32) -> u64 {
    let halves = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let quarters = hundreds | (halves - 100 * hundreds) << 16;
    let tens = ((quarters * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (quarters - 10 * tens) << 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spelled(number: u64) -> Option<String> {
        Digits::of(number).map(|digits| String::from_utf8_lossy(&digits.bytes[..digits.length]).into_owned())
    }

    #[test]
    fn every_part_of_a_number_is_right() {
        for part in 0..10_000 {
            assert_eq!(spelled(part), Some(part.to_string()));
            assert_eq!(spelled(part * 10_000), Some((part * 10_000).to_string()));
        }
        assert_eq!((spelled(99_999_999).as_deref(), spelled(100_000_000)), (Some("99999999"), None));
        assert!(Digits::of(-1_i64).is_none());
    }

    proptest! {
        #[test]
        fn numbers_are_spelled_as_a_formatter_spells_them(number in 0_u32..END) {
            prop_assert_eq!(spelled(number.into()), Some(number.to_string()));
            prop_assert_eq!(eight_digits(number).to_vec(), format!("{number:08}").into_bytes());
        }
    }
}
