//! The `Range` header, RFC 9110 section 14: one range of bytes is served; several, other units and what is not a
//! range at all are ignored, and the whole file is sent.

use std::ops::Range;

/// What a `Range` header asks of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Asked {
    /// Nothing that is served in parts.
    Whole,
    /// These bytes: never empty, never beyond the end.
    Part(Range<u64>),
    /// Bytes that the file doesn't have.
    Unsatisfiable,
}

/// Understands a `Range` header for a file of `size_bytes`.
pub(super) fn parse(header: &str, size_bytes: u64) -> Asked {
    let Some((unit, spec)) = header.split_once('=') else { return Asked::Whole };
    let Some((first, last)) = spec.trim().split_once('-') else { return Asked::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Asked::Whole;
    }
    match (position(first), position(last)) {
        (Some(first), Some(last)) if first <= last => part(first, last.saturating_add(1).min(size_bytes)),
        (Some(first), None) if last.is_empty() => part(first, size_bytes),
        (None, Some(suffix)) if first.is_empty() => part(size_bytes.saturating_sub(suffix), size_bytes),
        _ => Asked::Whole,
    }
}

fn part(start: u64, end: u64) -> Asked {
    if start < end { Asked::Part(start..end) } else { Asked::Unsatisfiable }
}

/// Digits alone. A number too large for any file is as good as the largest.
fn position(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Asked, parse};

    #[rstest]
    #[case("bytes=0-0", Asked::Part(0..1))]
    #[case("bytes=2-5", Asked::Part(2..6))]
    #[case("Bytes = 2-5", Asked::Part(2..6))]
    #[case("bytes=2-", Asked::Part(2..10))]
    #[case("bytes=2-99999999999999999999999", Asked::Part(2..10))]
    #[case("bytes=-3", Asked::Part(7..10))]
    #[case("bytes=-30", Asked::Part(0..10))]
    #[case("bytes=-0", Asked::Unsatisfiable)]
    #[case("bytes=10-", Asked::Unsatisfiable)]
    #[case("bytes=10-12", Asked::Unsatisfiable)]
    #[case("bytes=5-2", Asked::Whole)]
    #[case("bytes=-", Asked::Whole)]
    #[case("bytes=a-b", Asked::Whole)]
    #[case("bytes=+1-2", Asked::Whole)]
    #[case("bytes=0-1,4-5", Asked::Whole)]
    #[case("seconds=0-1", Asked::Whole)]
    #[case("bytes", Asked::Whole)]
    fn ten_bytes_are_cut_as_the_rfc_says(#[case] header: &str, #[case] asked: Asked) {
        assert_eq!(parse(header, 10), asked);
    }

    #[test]
    fn an_empty_file_has_no_part() {
        assert_eq!(parse("bytes=0-", 0), Asked::Unsatisfiable);
        assert_eq!(parse("bytes=-5", 0), Asked::Unsatisfiable);
    }

    proptest! {
        #[test]
        fn no_header_leads_beyond_the_file(header in "(bytes=)?[-0-9, ]{0,24}", size_bytes in any::<u64>()) {
            if let Asked::Part(part) = parse(&header, size_bytes) {
                prop_assert!(part.start < part.end && part.end <= size_bytes);
            }
        }
    }
}
