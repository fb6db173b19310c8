//! A part of a file's sound as a WAV file, of which any range of bytes can be read.
//!
//! The same range is always the same bytes, wherever reading begins: a decoder that needs what lies before gets it.

use std::fs::File;
use std::io;
use std::ops::Range;

use symphonia::core::audio::GenericAudioBufferRef;

use super::decoding::{DecodeError, Decoding, Piece};
use super::piped::{self, Piped};
use super::wave::Wave;

/// Extensions of files of which parts are made, the last four by `ffmpeg`.
pub const EXTS: &[&str] = &["flac", "wav", "wave", "aif", "aiff", "mp3", "ape", "wv", "tta", "tak"];

/// Samples that are decoded before the first that is wanted: the formats with a memory remember less.
const RUN_UP: u64 = 16 * 1152;
/// Samples that may be missing where a decoder loses its way, or at the end: they are silent. Half a minute of a disc.
const MAX_SILENCE: u64 = 30 * 44_100;
/// How often a file may be read through for one answer, as one that has to be searched is.
const MAX_READINGS: u64 = 4;
/// The size of a chunk, about: a packet more is not cut.
const CHUNK_BYTES: usize = 256 * 1024;

/// Which part of a file's sound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The samples, counted once for all channels.
    pub samples: Range<u64>,
    /// The form in which they are sent.
    pub wave: Wave,
    /// The extension of the whole file.
    pub ext: String,
}

impl Part {
    /// The size of the part as a WAV file.
    pub fn file_bytes(&self) -> u64 {
        self.wave.file_bytes(self.samples.end.saturating_sub(self.samples.start))
    }
}

/// Whether parts are made of files with this extension here.
pub fn is_cut(ext: &str) -> bool {
    EXTS.contains(&ext) && (piped::format_of(ext).is_none() || piped::is_installed())
}

/// Reads a range of bytes of a part, chunk by chunk.
pub struct PartReader {
    sound: Sound,
    wave: Wave,
    /// What of the header was asked for.
    header: Vec<u8>,
    /// The next sample, and the one behind the last.
    samples: Range<u64>,
    /// Bytes of the first sample that were not asked for.
    skipped: usize,
    /// Bytes that are still to come.
    left: u64,
    silence: u64,
    buffer: Vec<i32>,
}

impl PartReader {
    /// Opens the range `bytes` of a part of `file`. It reads and decodes: call it from a blocking thread.
    ///
    /// # Errors
    /// When the file can't be decoded.
    pub fn open(file: File, part: &Part, bytes: Range<u64>) -> io::Result<Self> {
        let max_bytes = file.metadata()?.len().saturating_mul(MAX_READINGS);
        let wave = part.wave;
        let header = wave.header(part.samples.end.saturating_sub(part.samples.start));
        let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(header.len());
        let (start, header) = (bytes.start, header[at(bytes.start)..at(bytes.end)].to_vec());
        let into_sound = start.saturating_sub(wave.header_bytes());
        let first = part.samples.start + into_sound / wave.frame_bytes().max(1);
        let skipped = usize::try_from(into_sound % wave.frame_bytes().max(1)).unwrap_or_default();
        let sound = match piped::format_of(&part.ext) {
            // It may be a sample beside the one that it is asked for, so that it is asked for the same one always.
            Some(format) => {
                let begins = part.samples.start;
                Sound::Piped(Piped::open(file, format, wave, begins)?, begins)
            }
            None => Sound::Decoded(decode_from(first, file, &part.ext, max_bytes).map_err(failure)?),
        };
        let (samples, left) = (first..part.samples.end, bytes.end.saturating_sub(start));
        Ok(Self { sound, wave, header, samples, skipped, left, silence: 0, buffer: Vec::new() })
    }

    /// The next bytes; `None` when all were read.
    ///
    /// # Errors
    /// When the file can't be read on, or is another one than the part was made of.
    pub fn next_chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut chunk = std::mem::take(&mut self.header);
        while chunk.len() < CHUNK_BYTES && (chunk.len() as u64) < self.left {
            self.decode_into(&mut chunk)?;
        }
        chunk.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= chunk.len() as u64;
        Ok((!chunk.is_empty()).then_some(chunk))
    }

    fn decode_into(&mut self, chunk: &mut Vec<u8>) -> io::Result<()> {
        let (place, frames) = match self.sound.next(self.wave, &mut self.buffer)? {
            Some(heard) => heard,
            None if self.samples.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
            // What a decoder could not make is silent.
            None => (self.samples.end, 0),
        };
        self.silence_until(place.min(self.samples.end), chunk)?;
        let from = self.samples.start.saturating_sub(place);
        let until = self.samples.end.saturating_sub(place).min(frames);
        if from < until {
            self.put(from..until, chunk);
        }
        Ok(())
    }

    fn silence_until(&mut self, place: u64, chunk: &mut Vec<u8>) -> io::Result<()> {
        let missing = place.saturating_sub(self.samples.start);
        if missing == 0 {
            return Ok(());
        }
        self.silence += missing;
        if self.silence > MAX_SILENCE {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has less sound than it had"));
        }
        let bytes = usize::try_from(missing * self.wave.frame_bytes()).unwrap_or_default();
        self.samples.start += missing;
        let skipped = std::mem::take(&mut self.skipped).min(bytes);
        chunk.resize(chunk.len() + bytes - skipped, 0);
        Ok(())
    }

    /// Appends these of the buffer's samples.
    fn put(&mut self, frames: Range<u64>, chunk: &mut Vec<u8>) {
        let channels = u64::from(self.wave.channels);
        let at = |frame: u64| usize::try_from(frame * channels).unwrap_or(usize::MAX).min(self.buffer.len());
        let unused = 4 - usize::from(self.wave.sample_bytes);
        let skipped = std::mem::take(&mut self.skipped);
        let begin = chunk.len();
        // Samples are as large as they get: the bytes that are left out are those of the finest steps.
        for sample in &self.buffer[at(frames.start)..at(frames.end)] {
            chunk.extend_from_slice(&sample.to_le_bytes()[unused..]);
        }
        chunk.drain(begin..begin + skipped.min(chunk.len() - begin));
        self.samples.start += frames.end - frames.start;
    }
}

/// Where samples come from.
enum Sound {
    Decoded(Decoding),
    /// With the place of the next sample.
    Piped(Piped, u64),
}

impl Sound {
    /// Reads samples into a buffer: the place of the first one, and how many there are of each channel. `None` at the end.
    fn next(&mut self, wave: Wave, buffer: &mut Vec<i32>) -> io::Result<Option<(u64, u64)>> {
        match self {
            Self::Decoded(decoding) => loop {
                match decoding.next().map_err(failure)? {
                    Piece::Sound(place, samples) => {
                        check(&samples, wave)?;
                        samples.copy_to_vec_interleaved(buffer);
                        return Ok(Some((u64::try_from(place).unwrap_or_default(), samples.frames() as u64)));
                    }
                    Piece::Other | Piece::Broken => {}
                    Piece::End => return Ok(None),
                }
            },
            Self::Piped(piped, place) => {
                let (begins, frames) = (*place, piped.read(buffer)?);
                *place += frames;
                Ok((frames > 0).then_some((begins, frames)))
            }
        }
    }
}

fn decode_from(sample: u64, file: File, ext: &str, max_bytes: u64) -> Result<Decoding, DecodeError> {
    let mut decoding = Decoding::open(file, ext, max_bytes)?;
    let run_up = sample.saturating_sub(RUN_UP);
    if run_up > 0 {
        decoding.seek(run_up.cast_signed())?;
    }
    Ok(decoding)
}

fn check(samples: &GenericAudioBufferRef<'_>, wave: Wave) -> io::Result<()> {
    let is_same = samples.spec().rate() == wave.rate_hz && samples.num_planes() == usize::from(wave.channels);
    let other =
        || io::Error::new(io::ErrorKind::InvalidData, "the file has another rate or other channels than it had");
    is_same.then_some(()).ok_or_else(other)
}

fn failure(error: DecodeError) -> io::Error {
    match error {
        DecodeError::Unreadable(error) => error,
        error => io::Error::new(io::ErrorKind::InvalidData, error),
    }
}

#[cfg(test)]
mod tests;
