//! Short tunes: a pentatonic walk of soft bells over a drone, told by a seed.

use std::f32::consts::TAU;
use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const RATE_HZ: u32 = 22_050;
/// Notes of a tune.
const NOTES: usize = 28;
/// Steps of the pentatonic scale in semitones.
const SCALE: [i32; 5] = [0, 2, 4, 7, 9];
/// A3.
const LOWEST_HZ: f32 = 220.0;
/// How long a bell rings, in seconds.
const RING_SECS: f32 = 1.6;

/// Writes the tune of a seed as a WAV file: 16 bit, mono, about ten seconds.
pub(super) fn write(path: &Path, seed: usize) -> Result<(), hound::Error> {
    let spec = WavSpec { channels: 1, sample_rate: RATE_HZ, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let mut file = WavWriter::create(path, spec)?;
    for sample in render(seed) {
        #[expect(clippy::cast_possible_truncation, reason = "clamped to the range of an i16")]
        file.write_sample((sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16)?;
    }
    file.finalize()
}

fn render(seed: usize) -> Vec<f32> {
    let mut random = StdRng::seed_from_u64(seed as u64);
    let note_secs = random.random_range(0.28..0.42);
    let root_hz = LOWEST_HZ * semitones(random.random_range(0..7));
    let mut samples = vec![0.0; samples_in(note_secs) * NOTES + samples_in(RING_SECS)];
    drone(&mut samples, root_hz / 2.0);
    let mut step = 4;
    for note in 0..NOTES {
        step = (step + random.random_range(-2..=2)).clamp(0, 9);
        if random.random_bool(0.8) {
            let hz = root_hz * semitones(SCALE[usize::try_from(step % 5).unwrap_or(0)] + 12 * (step / 5));
            bell(&mut samples[note * samples_in(note_secs)..], hz);
        }
    }
    samples
}

fn bell(samples: &mut [f32], hz: f32) {
    for (index, sample) in samples.iter_mut().take(samples_in(RING_SECS)).enumerate() {
        let seconds = seconds_at(index);
        let attack = (seconds * 200.0).min(1.0);
        let tone = (TAU * hz * seconds).sin() + 0.3 * (TAU * hz * 2.01 * seconds).sin();
        *sample += 0.22 * attack * (-3.2 * seconds).exp() * tone;
    }
}

fn drone(samples: &mut [f32], hz: f32) {
    let length_secs = seconds_at(samples.len());
    for (index, sample) in samples.iter_mut().enumerate() {
        let seconds = seconds_at(index);
        let swell = seconds.min(length_secs - seconds).min(1.0);
        *sample += 0.08 * swell * ((TAU * hz * seconds).sin() + 0.5 * (TAU * hz * 1.5 * seconds).sin());
    }
}

fn semitones(count: i32) -> f32 {
    2.0_f32.powf(f32::from(i16::try_from(count).unwrap_or(0)) / 12.0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a few seconds"
)]
fn samples_in(seconds: f32) -> usize {
    (seconds * RATE_HZ as f32) as usize
}

#[expect(clippy::cast_precision_loss, reason = "a few seconds of samples")]
fn seconds_at(index: usize) -> f32 {
    index as f32 / RATE_HZ as f32
}
