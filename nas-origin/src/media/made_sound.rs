//! Music that tests make, in the formats that `ffmpeg` writes.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) const RATE: u32 = 44_100;

/// A melody in three voices, 16 bits, stereo: a WAV file.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers, none below nothing")]
pub(super) fn melody(seconds: u32) -> Vec<u8> {
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

pub(super) fn wav(samples: &[u8]) -> Vec<u8> {
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

pub(super) fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file
}

pub(super) fn is_installed(program: &str) -> bool {
    Command::new(program).arg("-version").output().is_ok()
}

pub(super) fn encoded(folder: &Path, wav: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let done = Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(wav).args(arguments).arg(&path).status();
    assert!(done.unwrap().success(), "{name}");
    path
}
