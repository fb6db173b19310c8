//! Patches of random pairs, and what happens to those that were damaged or meant for another database.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::Sha256Hex;

fn patch(old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut patch = Vec::new();
    let sizes = (old.len() as u64, new.len() as u64);
    let bytes = make((&mut Cursor::new(old), sizes.0), (&mut Cursor::new(new), sizes.1), &mut patch, u64::MAX);
    assert_eq!(bytes.expect("made"), Some(patch.len() as u64));
    patch
}

fn applied(old: &[u8], patch: &[u8]) -> Result<Vec<u8>, PatchError> {
    let mut new = Vec::new();
    apply((&mut Cursor::new(old), old.len() as u64), &mut &*patch, &mut new)?;
    Ok(new)
}

/// Rows as a database has them, so that a change shifts much and alters little.
fn rows(numbers: impl Iterator<Item = u32>) -> Vec<u8> {
    numbers.flat_map(|number| Sha256Hex::of(&number.to_le_bytes()).as_str().as_bytes().to_vec()).collect()
}

#[test]
fn a_small_change_makes_a_small_patch_of_one_frame() {
    let (old, new) = (rows(0..5000), rows((0..5000).filter(|number| number % 1000 != 7)));
    let patch = patch(&old, &new);
    assert!(patch.len() < 2000, "{}", patch.len());
    assert_eq!(patch[..4], 0xFD2F_B528_u32.to_le_bytes(), "zstd's own frame, so that `zstd --patch-from` reads it");
    assert_eq!(applied(&old, &patch).expect("applied"), new);
}

#[test]
fn a_stock_tool_applies_a_small_patch() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (rows(0..5000), rows(20..5100));
    for (name, bytes) in [("old", &old), ("patch", &patch(&old, &new))] {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    let arguments = ["-d", "-q", "--patch-from=old", "patch", "-o", "new"];
    match std::process::Command::new("zstd").args(arguments).current_dir(folder.path()).status() {
        Ok(status) => assert!(status.success(), "{status}"),
        Err(error) => return println!("SKIPPED: zstd can't be run: {error}"),
    }
    assert!(std::fs::read(folder.path().join("new")).expect("made") == new);
}

#[test]
fn what_is_larger_than_a_window_is_cut_and_still_found() {
    let old = rows(0..500_000);
    let new = rows((0..500_000).filter(|number| number % 5000 != 7).chain(900_000..901_000));
    assert!(old.len() as u64 > 24 << 20);
    let patch = patch(&old, &new);
    assert!(patch.len() < 200_000, "{}", patch.len());
    assert_eq!(applied(&old, &patch).expect("applied"), new);
    assert!(applied(&old[..1 << 20], &patch).is_err(), "windows beyond a smaller database");
}

#[test]
fn pages_that_moved_together_are_compared_with_themselves_alone() {
    let old = rows(0..500_000);
    let mut new = [&rows(900_000..900_192), &old[..]].concat();
    new.iter_mut().step_by(100 * 4096).for_each(|byte| *byte ^= 1);
    let patch = patch(&old, &new);
    assert!(patch.len() < 30_000, "{}", patch.len());
    assert_eq!(applied(&old, &patch).expect("applied"), new);
    let second =
        patch.windows(4).skip(4).position(|bytes| bytes == 0x184D_2A50_u32.to_le_bytes()).expect("a window") + 12;
    let number = |at: usize| u64::from_le_bytes(patch[at..at + 8].try_into().expect("eight bytes"));
    assert_eq!((number(second), number(second + 8)), (SEGMENT_BYTES - 3 * 4096, SEGMENT_BYTES), "three pages back");
}

#[test]
fn another_base_makes_another_database() {
    let (old, other, new) = (rows(0..1000), rows(5000..6000), rows(10..1010));
    let made = applied(&other, &patch(&old, &new));
    assert!(made.is_err() || made.is_ok_and(|made| made != new), "a digest tells them apart");
}

#[test]
fn a_patch_that_grows_too_large_is_given_up() {
    let (old, new) = (rows(0..1000), rows(1000..2000));
    let mut written = Vec::new();
    let sizes = (old.len() as u64, new.len() as u64);
    let made = make((&mut Cursor::new(&old), sizes.0), (&mut Cursor::new(&new), sizes.1), &mut written, 1000);
    assert_eq!(made.expect("no error"), None);
    assert!(written.len() <= 1000);
}

#[test]
fn a_window_too_large_to_hold_is_refused_before_it_is_read() {
    let header = Window { offset: 0, length: MAX_WINDOW_BYTES + 1 }.to_header();
    let mut nothing = Cursor::new([]);
    let error = apply((&mut nothing, 1 << 40), &mut &*header, &mut Vec::new()).expect_err("refused");
    assert!(matches!(error, PatchError::Window { .. }), "{error}");
}

/// Bytes with repetitions, and a few edits of them.
fn pairs() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let bytes = prop::collection::vec(any::<u8>(), 0..4000);
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..60usize, any::<u8>()), 0..6);
    (bytes, edits).prop_map(|(old, edits)| {
        let mut new = old.clone();
        for (place, length, byte) in edits {
            let at = place.index(new.len() + 1);
            let end = (at + length).min(new.len());
            new.splice(at..end, std::iter::repeat_n(byte, length / 2));
        }
        (old, new)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_patch_applied_to_its_base_is_the_new_database((old, new) in pairs()) {
        prop_assert_eq!(applied(&old, &patch(&old, &new)).expect("applied"), new);
    }

    #[test]
    fn a_patch_that_was_cut_never_makes_the_new_database((old, new) in pairs(), at in any::<prop::sample::Index>()) {
        let patch = patch(&old, &new);
        prop_assume!(!patch.is_empty());
        let made = applied(&old, &patch[..at.index(patch.len())]);
        prop_assert!(made.is_err() || made.is_ok_and(|made| made.is_empty()), "all frames or an error");
    }

    #[test]
    fn damage_ends_in_bytes_or_an_error((old, new) in pairs(), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut patch = patch(&old, &new);
        prop_assume!(!patch.is_empty());
        let at = at.index(patch.len());
        patch[at] ^= 1 << bit;
        let _ = applied(&old, &patch);
    }
}
