//! What a file sounds like: a Chromaprint fingerprint of its first two minutes, which AcoustID knows recordings by.
//!
//! Files are decoded by foreign code from bytes that nobody vouches for. How much of a file is read, how much of it is
//! decoded and how long that takes is bounded, and a decoder that panics fails its file alone.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusty_chromaprint::{Configuration, FingerprintCompressor, Fingerprinter};
use symphonia::core::audio::GenericAudioBufferRef;

use super::decoding::{DecodeError, Decoding, Piece};

/// Two minutes of two channels of 24 bits at 192,000 samples a second are smaller, with their pictures.
const MAX_READ_BYTES: u64 = 192 * 1024 * 1024;
/// So much of a recording is listened to, in seconds: what everybody sends.
const LISTENED_SECS: u32 = 120;
/// No file needs more packets for that: they are of 2.5 milliseconds at least.
const MAX_PACKETS: u32 = 100_000;
/// More than these in a row that can't be decoded, and it is no music.
const MAX_BROKEN: u32 = 100;
/// Samples a second of anything that is listened to.
const SAMPLE_RATES: std::ops::RangeInclusive<u32> = 4_000..=768_000;
/// Channels of anything that is listened to.
const MAX_CHANNELS: usize = 32;

/// Why a file has no fingerprint.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// The format or the codec is none that is decoded here, or the file is damaged.
    #[error("cannot be fingerprinted")]
    Decoder(#[source] DecodeError),
    /// There is no music in it.
    #[error("cannot be fingerprinted: it has no sound")]
    Silent,
    /// A file as nobody makes them.
    #[error("cannot be fingerprinted: {0}")]
    Odd(&'static str),
    /// The decoder failed badly.
    #[error("cannot be fingerprinted: the decoder failed badly; please report the file")]
    Panicked,
    /// The system refuses to read it.
    #[error("cannot be read")]
    Unreadable(#[source] std::io::Error),
    /// Somebody wants it to stop, or it takes too long.
    #[error("cannot be fingerprinted in the time that there is for it")]
    Interrupted,
}

/// The fingerprint of a file's first two minutes, compressed and in the letters of URLs. `may_go_on` is asked ever again.
///
/// # Errors
/// When it has none.
pub fn fingerprint(file: File, ext: &str, may_go_on: &dyn Fn() -> bool) -> Result<String, SoundError> {
    let config = Configuration::preset_test2();
    let raw = raw_fingerprint(file, ext, &config, may_go_on)?;
    Ok(URL_SAFE_NO_PAD.encode(FingerprintCompressor::from(&config).compress(&raw)))
}

fn raw_fingerprint(
    file: File,
    ext: &str,
    config: &Configuration,
    may_go_on: &dyn Fn() -> bool,
) -> Result<Vec<u32>, SoundError> {
    let listened = catch_unwind(AssertUnwindSafe(|| listen(file, ext, config, may_go_on)));
    let raw = listened.unwrap_or(Err(SoundError::Panicked))?;
    if raw.is_empty() { Err(SoundError::Odd("it is too short")) } else { Ok(raw) }
}

fn listen(file: File, ext: &str, config: &Configuration, may_go_on: &dyn Fn() -> bool) -> Result<Vec<u32>, SoundError> {
    let mut decoding = Decoding::open(file, ext, MAX_READ_BYTES)?;
    let mut ear = Ear::new(config);
    let mut broken = 0;
    for _ in 0..MAX_PACKETS {
        if !may_go_on() {
            return Err(SoundError::Interrupted);
        }
        let is_enough = match decoding.next()? {
            Piece::Sound(_, samples) => ear.hear(&samples)?,
            Piece::End => true,
            Piece::Other => false,
            Piece::Broken if broken < MAX_BROKEN => {
                broken += 1;
                continue;
            }
            Piece::Broken => return Err(SoundError::Odd("it is damaged")),
        };
        if is_enough {
            break;
        }
        broken = 0;
    }
    ear.fingerprint()
}

impl From<DecodeError> for SoundError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Silent => Self::Silent,
            DecodeError::Unreadable(error) => Self::Unreadable(error),
            error @ DecodeError::Decoder(_) => Self::Decoder(error),
        }
    }
}

/// Takes samples in, as many as are listened to.
struct Ear {
    printer: Fingerprinter,
    samples: Vec<i16>,
    /// Samples a second and channels of what was heard first.
    spec: Option<(u32, usize)>,
    /// Samples of each channel that are still listened to.
    left: usize,
}

impl Ear {
    fn new(config: &Configuration) -> Self {
        Self { printer: Fingerprinter::new(config), samples: Vec::new(), spec: None, left: 0 }
    }

    /// Whether that was enough.
    fn hear(&mut self, heard: &GenericAudioBufferRef<'_>) -> Result<bool, SoundError> {
        let spec = (heard.spec().rate(), heard.num_planes());
        if heard.is_empty() {
            return Ok(false);
        }
        if self.spec.is_none() {
            self.begin(spec)?;
        }
        if self.spec != Some(spec) {
            return Err(SoundError::Odd("its sampling rate or its channels change"));
        }
        heard.copy_to_vec_interleaved(&mut self.samples);
        let taken = heard.frames().min(self.left);
        self.printer.consume(&self.samples[..taken * spec.1]);
        self.left -= taken;
        Ok(self.left == 0)
    }

    fn begin(&mut self, spec: (u32, usize)) -> Result<(), SoundError> {
        let (rate, channels) = spec;
        let count = u32::try_from(channels).ok().filter(|_| channels <= MAX_CHANNELS && SAMPLE_RATES.contains(&rate));
        let count = count.ok_or(SoundError::Odd("its sampling rate or its channels are out of range"))?;
        let begun = self.printer.start(rate, count).ok();
        begun.ok_or(SoundError::Odd("its sampling rate or its channels are out of range"))?;
        (self.spec, self.left) = (Some(spec), rate as usize * LISTENED_SECS as usize);
        Ok(())
    }

    fn fingerprint(mut self) -> Result<Vec<u32>, SoundError> {
        self.spec.ok_or(SoundError::Silent)?;
        self.printer.finish();
        Ok(self.printer.fingerprint().to_vec())
    }
}

#[cfg(test)]
mod tests;
