//! Fingerprints of music that is made here, beside those of `fpcalc`, and files that are none.

use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;

use super::*;

const RATE: u32 = 44_100;
/// Of all bits of two fingerprints; other music has half of them in common.
const SAME: f64 = 0.95;

/// A melody in three voices, 16 bits, stereo: a WAV file.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers, none below nothing")]
fn melody(seconds: u32) -> Vec<u8> {
    let notes = [0, 4, 7, 12, 9, 5, 2, 11, 7, 3];
    let mut samples = Vec::new();
    for at in 0..RATE * seconds {
        let time = f64::from(at) / f64::from(RATE);
        let voice = |voice: usize, pace: f64| {
            let note = notes[(((time * pace) as usize) * 7 + voice * 3) % notes.len()];
            let hertz = 220.0 * 2_f64.powf(f64::from(note + 12 * i32::try_from(voice).unwrap()) / 12.0);
            (time * hertz * std::f64::consts::TAU).sin()
        };
        let level = (voice(0, 1.3) + voice(1, 2.1) + voice(2, 0.7)) / 3.0;
        let sample = (level * 20_000.0) as i16;
        samples.extend(sample.to_le_bytes());
        samples.extend((sample / 2).to_le_bytes());
    }
    wav(&samples)
}

fn wav(samples: &[u8]) -> Vec<u8> {
    let length = u32::try_from(samples.len()).unwrap();
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((length + 36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((RATE * 4).to_le_bytes());
    bytes.extend(b"\x04\0\x10\0data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples);
    bytes
}

fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file
}

fn raw(file: File, ext: &str) -> Result<Vec<u32>, SoundError> {
    raw_fingerprint(file, ext, &Configuration::preset_test2(), &|| true)
}

/// The part of the bits that two fingerprints have in common.
fn likeness(one: &[u32], other: &[u32]) -> f64 {
    let length = one.len().min(other.len());
    let differing: u32 = one.iter().zip(other).map(|(one, other)| (one ^ other).count_ones()).sum();
    1.0 - f64::from(differing) / (f64::from(u32::try_from(length).unwrap()) * 32.0)
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("-version").output().is_ok()
}

fn by_fpcalc(path: &Path) -> Vec<u32> {
    let told = Command::new("fpcalc").args(["-raw", "-plain"]).arg(path).output().unwrap();
    // Its status tells that the file ended, too.
    let numbers = String::from_utf8(told.stdout).unwrap();
    numbers.trim().split(',').map(|number| number.parse().unwrap()).collect()
}

fn encoded(folder: &Path, wav: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let done = Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(wav).args(arguments).arg(&path).status();
    assert!(done.unwrap().success(), "{name}");
    path
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
    let mut capped = CappedFile::open(file_of(&[7; 100]), 60).unwrap();
    let error = std::io::copy(&mut capped, &mut std::io::sink()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
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
