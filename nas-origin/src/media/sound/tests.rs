//! Fingerprints of music that is made here, beside those of `fpcalc`, and files that are none.

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use super::super::made_sound::{encoded, file_of, is_installed, melody, wav};
use super::*;

/// Of all bits of two fingerprints; other music has half of them in common.
const SAME: f64 = 0.95;

fn raw(file: File, ext: &str) -> Result<Vec<u32>, SoundError> {
    raw_fingerprint(file, ext, &Configuration::preset_test2(), &|| true)
}

/// The part of the bits that two fingerprints have in common.
fn likeness(one: &[u32], other: &[u32]) -> f64 {
    let length = one.len().min(other.len());
    let differing: u32 = one.iter().zip(other).map(|(one, other)| (one ^ other).count_ones()).sum();
    1.0 - f64::from(differing) / (f64::from(u32::try_from(length).unwrap()) * 32.0)
}

fn by_fpcalc(path: &Path) -> Vec<u32> {
    let told = Command::new("fpcalc").args(["-raw", "-plain"]).arg(path).output().unwrap();
    // Its status tells that the file ended, too.
    let numbers = String::from_utf8(told.stdout).unwrap();
    numbers.trim().split(',').map(|number| number.parse().unwrap()).collect()
}

#[test]
fn the_same_sound_has_the_same_fingerprint_in_every_format_and_by_fpcalc() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.wav");
    std::fs::write(&path, melody(30)).unwrap();
    let ours = raw(File::open(&path).unwrap(), "wav").unwrap();
    if is_installed("fpcalc") {
        let theirs = by_fpcalc(&path);
        assert!(likeness(&ours, &theirs) > SAME && ours.len().abs_diff(theirs.len()) < 3, "fpcalc");
    } else {
        eprintln!("SKIPPED: fpcalc is not installed (libchromaprint-tools), fingerprints were not compared with its");
    }
    if !is_installed("ffmpeg") {
        eprintln!("SKIPPED: ffmpeg is not installed, 8 formats were not listened to");
        return;
    }
    let formats: [(&str, &[&str]); 8] = [
        ("song.mp3", &[]),
        ("song.flac", &["-ar", "48000"]),
        ("song.ogg", &["-c:a", "libvorbis"]),
        ("song.m4a", &["-c:a", "aac"]),
        ("alac.m4a", &["-c:a", "alac"]),
        ("song.aiff", &["-ac", "1"]),
        ("song.aac", &["-c:a", "aac"]),
        ("deep.wav", &["-c:a", "pcm_s24le", "-ar", "96000"]),
    ];
    for (name, arguments) in formats {
        let path = encoded(folder.path(), &path, name, arguments);
        let ext = name.rsplit_once('.').unwrap().1;
        let found = raw(File::open(&path).unwrap(), ext).unwrap();
        assert!(likeness(&ours, &found) > SAME, "{name}: {}", likeness(&ours, &found));
    }
}

#[test]
fn other_music_has_another_fingerprint() {
    let song = melody(20);
    let mut backwards: Vec<u8> = song[44..].chunks_exact(4).rev().flatten().copied().collect();
    backwards = wav(&backwards);
    let (one, other) = (raw(file_of(&song), "wav").unwrap(), raw(file_of(&backwards), "wav").unwrap());
    assert!(likeness(&one, &other) < 0.8, "{}", likeness(&one, &other));
}

#[test]
fn two_minutes_are_listened_to_and_a_tag_before_the_sound_is_jumped_over() {
    let long = melody(150);
    let heard = raw(file_of(&long), "wav").unwrap();
    let short = raw(file_of(&melody(120)), "wav").unwrap();
    assert_eq!(heard, short);
    let tag = [b"ID3\x04\0\0\0\0\x10\0".as_slice(), &[0; 2048]].concat();
    let tagged = raw(file_of(&[tag.as_slice(), &melody(10)].concat()), "wav").unwrap();
    assert_eq!(tagged, raw(file_of(&melody(10)), "wav").unwrap());
}

#[test]
fn what_is_no_music_fails_with_a_reason() {
    let reason = |bytes: &[u8], ext: &str| fingerprint(file_of(bytes), ext, &|| true).unwrap_err().to_string();
    for (bytes, ext) in [(&b"no music at all"[..], "mp3"), (b"", "flac"), (&melody(1)[..], "wav"), (&wav(&[]), "wav")] {
        assert!(reason(bytes, ext).starts_with("cannot be fingerprinted"), "{}", reason(bytes, ext));
    }
    let endless = fingerprint(file_of(&melody(20)), "wav", &|| false).unwrap_err();
    assert!(matches!(endless, SoundError::Interrupted));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is done to a file, it has a fingerprint or a reason, also where the decoder panics.
    #[test]
    fn damaged_files_neither_hang_nor_bring_anything_down(
        ext in prop::sample::select(vec!["wav", "mp3", "flac", "ogg", "m4a", "aiff"]),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = melody(1);
        for (place, byte) in places {
            let place = place.index(bytes.len().min(200));
            bytes[place] = byte;
        }
        bytes.truncate(length.index(bytes.len()));
        let found = fingerprint(file_of(&bytes), ext, &|| true);
        let told = found.unwrap_or_else(|error| error.to_string());
        prop_assert!(told.starts_with("AQAA") || told.starts_with("cannot be "), "{told}");
    }
}
