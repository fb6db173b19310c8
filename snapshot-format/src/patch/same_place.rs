//! Where the old database has a segment's pages, when nearly all of them are there as they were. Most pages of a
//! database outlive a change, at their place or moved together by those that came and went before them.

use std::ops::Range;

/// Bytes in a page of a read database.
pub(super) const PAGE_BYTES: usize = 4096;

/// Pages of a segment that are looked for.
const PROBES: usize = 8;

/// One page in so many may differ.
const MAX_CHANGED: usize = 8;

/// The stretch of a window that has the segment's pages, as offsets into the window, which begins with a page.
pub(super) fn find(segment: &[u8], window: &[u8]) -> Option<Range<usize>> {
    let pages = segment.len() / PAGE_BYTES;
    let mut places = (0..PROBES).filter_map(|probe| {
        let number = pages * probe / PROBES;
        let page = segment.chunks_exact(PAGE_BYTES).nth(number)?;
        let found = window.chunks_exact(PAGE_BYTES).position(|candidate| candidate == page)?;
        let start = found.checked_sub(number)? * PAGE_BYTES;
        let place = start..start + segment.len();
        (place.end <= window.len()).then_some(place)
    });
    places.find(|place| is_alike(segment, &window[place.clone()]))
}

fn is_alike(segment: &[u8], stretch: &[u8]) -> bool {
    let pairs = segment.chunks(PAGE_BYTES).zip(stretch.chunks(PAGE_BYTES));
    let changed = pairs.filter(|(new, old)| new != old).count();
    changed * MAX_CHANGED <= segment.len() / PAGE_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages that differ from each other, by their numbers.
    fn pages(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
        numbers.into_iter().flat_map(|number| number.to_le_bytes().repeat(PAGE_BYTES / 4)).collect()
    }

    #[test]
    fn pages_are_found_where_they_were_and_where_they_moved_together() {
        let window = pages(0..100);
        assert_eq!(find(&pages(30..60), &window), Some(30 * PAGE_BYTES..60 * PAGE_BYTES));
        let mut changed = pages(30..60);
        changed[0] ^= 1;
        changed[20 * PAGE_BYTES] ^= 1;
        assert_eq!(find(&changed, &window), Some(30 * PAGE_BYTES..60 * PAGE_BYTES), "a few may have changed");
    }

    #[test]
    fn what_was_cut_up_or_is_partly_outside_has_no_place() {
        let window = pages(0..100);
        assert_eq!(find(&pages((0..30).chain(40..70)), &window), None, "two stretches");
        assert_eq!(find(&pages(90..120), &window), None, "behind the end");
        assert_eq!(find(&pages((200..210).chain(0..30)), &window), None, "before the beginning");
        assert_eq!(find(&[], &window), None);
    }
}
