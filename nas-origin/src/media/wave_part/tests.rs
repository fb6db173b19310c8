//! Parts of music that is made here, in every format, beside the samples that it was made of.

use catalog_core::import::AudioProperties;
use proptest::prelude::*;

use super::super::made_sound::{RATE, encoded, file_of, is_installed, melody, wav};
use super::*;

const HEADER: usize = 44;

fn part(samples: Range<u64>, ext: &str) -> Part {
    part_of(16, samples, ext)
}

fn part_of(bit_depth: u32, samples: Range<u64>, ext: &str) -> Part {
    let stream = AudioProperties {
        sample_rate_hz: Some(RATE),
        channels: Some(2),
        bit_depth: Some(bit_depth),
        ..AudioProperties::default()
    };
    Part { samples, wave: Wave::of(&stream), ext: ext.to_owned() }
}

fn read(file: File, part: &Part, bytes: Range<u64>) -> io::Result<Vec<u8>> {
    let mut reader = PartReader::open(file, part, bytes)?;
    let mut all = Vec::new();
    while let Some(chunk) = reader.next_chunk()? {
        all.extend(chunk);
    }
    Ok(all)
}

fn whole(file: File, part: &Part) -> Vec<u8> {
    read(file, part, 0..part.file_bytes()).unwrap()
}

#[test]
fn a_part_is_a_file_of_its_samples() {
    let song = melody(3);
    let part = part(44_100..88_200, "wav");
    let expected = wav(&song[HEADER + 44_100 * 4..HEADER + 88_200 * 4]);
    assert_eq!(whole(file_of(&song), &part), expected);
    assert_eq!(part.file_bytes(), expected.len() as u64);
}

#[test]
fn a_lossless_file_gives_the_samples_that_it_was_made_of() {
    if !is_installed("ffmpeg") {
        eprintln!("SKIPPED: ffmpeg is not installed, parts of 5 formats were not compared");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (song, path) = (melody(20), folder.path().join("song.wav"));
    std::fs::write(&path, &song).unwrap();
    let formats: [(&str, &[&str]); 5] = [
        ("song.flac", &[]),
        ("small.flac", &["-frame_size", "576"]),
        ("song.aiff", &[]),
        ("song.wv", &[]),
        ("song.tta", &[]),
    ];
    for (name, arguments) in formats {
        let path = encoded(folder.path(), &path, name, arguments);
        let ext = name.rsplit_once('.').unwrap().1;
        for samples in [0..1, 0..441_000, 300_001..700_003, 700_003..760_000, 880_000..882_000] {
            let part = part(samples.clone(), ext);
            let at = |sample: u64| HEADER + usize::try_from(sample).unwrap() * 4;
            let expected = wav(&song[at(samples.start)..at(samples.end)]);
            assert!(whole(File::open(&path).unwrap(), &part) == expected, "{name} {samples:?}");
        }
    }
}

#[test]
fn deep_samples_keep_their_bits() {
    if !is_installed("ffmpeg") {
        eprintln!("SKIPPED: ffmpeg is not installed, a part of 24 bits was not compared");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.wav");
    std::fs::write(&path, melody(2)).unwrap();
    let flac = encoded(folder.path(), &path, "deep.flac", &["-af", "volume=0.37", "-sample_fmt", "s32"]);
    let raw = encoded(folder.path(), &flac, "deep.raw", &["-f", "s24le"]);
    let part = part_of(24, 1_000..60_000, "flac");
    let found = whole(File::open(&flac).unwrap(), &part);
    assert!(found[68..] == std::fs::read(&raw).unwrap()[6_000..360_000]);
}

#[test]
fn what_a_cut_off_file_lacks_is_silent_and_too_much_of_it_an_error() {
    let song = melody(40);
    let part = part(0..40 * 44_100, "wav");
    let shorter = |seconds: usize| file_of(&song[..HEADER + seconds * 44_100 * 4]);
    let found = whole(shorter(20), &part);
    assert_eq!(found.len() as u64, part.file_bytes());
    assert!(found[HEADER + 20 * 44_100 * 4..].iter().all(|byte| *byte == 0));
    let error = read(shorter(5), &part, 0..part.file_bytes()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn another_sound_than_was_catalogued_is_an_error() {
    let mut mono = part(0..1_000, "wav");
    mono.wave.channels = 1;
    assert_eq!(read(file_of(&melody(1)), &mono, 0..100).unwrap_err().kind(), io::ErrorKind::InvalidData);
    let none = part(0..1_000, "flac");
    assert_eq!(read(file_of(b"no music"), &none, 0..100).unwrap_err().kind(), io::ErrorKind::InvalidData);
}

#[test]
fn a_lossy_file_gives_the_same_bytes_wherever_reading_begins() {
    if !is_installed("ffmpeg") {
        eprintln!("SKIPPED: ffmpeg is not installed, no part of an MP3 was read");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.wav");
    std::fs::write(&path, melody(10)).unwrap();
    let mp3 = encoded(folder.path(), &path, "song.mp3", &["-b:a", "192k"]);
    let all = part(0..400_000, "mp3");
    let expected = whole(File::open(&mp3).unwrap(), &all);
    for samples in [0..1_000, 100_000..101_000, 250_123..390_000] {
        let at = |sample: u64| HEADER + usize::try_from(sample).unwrap() * 4;
        let found = whole(File::open(&mp3).unwrap(), &part(samples.clone(), "mp3"));
        assert!(found[HEADER..] == expected[at(samples.start)..at(samples.end)], "{samples:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// As a player asks that jumps about.
    #[test]
    fn any_range_is_that_range_of_the_whole(start in 0_u64..400_000, length in 1_u64..200_000) {
        let song = melody(3);
        let part = part(11_000..111_000, "wav");
        let bytes = start..(start + length).min(part.file_bytes());
        if !bytes.is_empty() {
            let expected = whole(file_of(&song), &part);
            let found = read(file_of(&song), &part, bytes.clone()).unwrap();
            let at = |byte: u64| usize::try_from(byte).unwrap();
            prop_assert!(found == expected[at(bytes.start)..at(bytes.end)]);
        }
    }
}
