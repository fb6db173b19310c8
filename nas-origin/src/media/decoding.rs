//! From a file to samples, packet by packet.
//!
//! Files are decoded by foreign code from bytes that nobody vouches for: how much of a file is read is bounded, and callers
//! bound the time, and take a panic for a failure of that file.

use std::fs::File;
use std::io;

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::units::Timestamp;

use super::capped_file::CappedFile;

/// Why a file gives no samples.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The format or the codec is none that is decoded here, or the file is damaged.
    #[error("cannot be decoded")]
    Decoder(#[source] Error),
    /// There is no sound in it.
    #[error("has no sound")]
    Silent,
    /// The system refuses to read it.
    #[error("cannot be read")]
    Unreadable(#[source] io::Error),
}

/// What refuses to be read may be read later; a file that ends too early is damaged.
impl From<Error> for DecodeError {
    fn from(error: Error) -> Self {
        match error {
            Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => Self::Unreadable(error),
            error => Self::Decoder(error),
        }
    }
}

/// A file that is being decoded.
pub(super) struct Decoding {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
}

/// The next piece of a file.
pub(super) enum Piece<'d> {
    /// Samples, and the place of the first of them in the file.
    Sound(i64, GenericAudioBufferRef<'d>),
    /// Something else.
    Other,
    /// It is damaged.
    Broken,
    /// The file is over.
    End,
}

impl Decoding {
    /// Begins with the first sound of a file, of which `max_bytes` are read at most.
    pub(super) fn open(file: File, ext: &str, max_bytes: u64) -> Result<Self, DecodeError> {
        let source = CappedFile::open(file, max_bytes).map_err(DecodeError::Unreadable)?;
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let mut hint = Hint::new();
        hint.with_extension(ext);
        let probe = symphonia::default::get_probe();
        let reader = probe.probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())?;
        let track = reader.default_track(TrackType::Audio).ok_or(DecodeError::Silent)?;
        let params = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or(DecodeError::Silent)?;
        let decoder = symphonia::default::get_codecs().make_audio_decoder(params, &AudioDecoderOptions::default())?;
        Ok(Self { track_id: track.id, reader, decoder })
    }

    /// Goes on at this sample or before it.
    pub(super) fn seek(&mut self, sample: i64) -> Result<(), DecodeError> {
        let to = SeekTo::Timestamp { ts: Timestamp::new(sample), track_id: self.track_id };
        self.reader.seek(SeekMode::Accurate, to)?;
        self.decoder.reset();
        Ok(())
    }

    /// Decodes a packet.
    pub(super) fn next(&mut self) -> Result<Piece<'_>, DecodeError> {
        let packet = match self.reader.next_packet() {
            Ok(Some(packet)) => packet,
            // A file that is cut off is known by what is left, and one of several recordings by the first.
            Ok(None) | Err(Error::ResetRequired) => return Ok(Piece::End),
            Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Piece::End),
            Err(error) => return Err(error.into()),
        };
        if packet.track_id != self.track_id {
            return Ok(Piece::Other);
        }
        let begins = packet.pts.get().saturating_add_unsigned(packet.trim_start.get());
        match self.decoder.decode(&packet) {
            Ok(samples) => Ok(Piece::Sound(begins, samples)),
            Err(Error::DecodeError(_)) => Ok(Piece::Broken),
            Err(error) => Err(error.into()),
        }
    }
}
