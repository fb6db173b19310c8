//! From bytes to the tag reader's common form, with what that form leaves out picked up on the way.

use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use lofty::ape::ApeFile;
use lofty::config::{ParseOptions, ParsingMode};
use lofty::error::FileParseError;
use lofty::file::{AudioFile, FileType, TaggedFile};
use lofty::flac::FlacFile;
use lofty::iff::aiff::AiffFile;
use lofty::iff::wav::WavFile;
use lofty::mp4::Mp4File;
use lofty::mpeg::MpegFile;
use lofty::musepack::MpcFile;
use lofty::ogg::{OpusFile, SpeexFile, VorbisFile};
use lofty::probe::Probe;
use lofty::wavpack::WavPackFile;

use super::first_tag::FirstTagReader;
use super::unmapped::Unmapped;
use super::{TagError, charsets};

/// A file's tags.
pub(super) struct Parsed {
    pub(super) file: TaggedFile,
    pub(super) unmapped: Unmapped,
}

pub(super) fn parse(reader: &mut (impl Read + Seek), with_pictures: bool) -> Result<Parsed, TagError> {
    let options = ParseOptions::new().parsing_mode(ParsingMode::Relaxed).read_cover_art(with_pictures);
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let mut reader = FirstTagReader::new(reader)?;
        let probe = Probe::new(&mut reader).options(options).guess_file_type()?;
        let kind = probe.file_type().ok_or(TagError::UnknownFormat)?;
        let mut reader = probe.into_inner();
        Ok(parse_as(kind, &mut reader, options)?)
    }));
    parsed.unwrap_or(Err(TagError::Panicked))
}

fn parse_as(kind: FileType, reader: &mut (impl Read + Seek), options: ParseOptions) -> Result<Parsed, FileParseError> {
    let mut unmapped = Unmapped::default();
    let file = match kind {
        FileType::Mpeg => {
            let mut file = MpegFile::read_from(reader, options)?;
            charsets::mend_id3v1(file.id3v1_mut());
            charsets::mend_id3v2(file.id3v2_mut());
            unmapped.add_id3v2(file.id3v2());
            unmapped.add_ape(file.ape());
            file.into()
        }
        FileType::Flac => {
            let file = FlacFile::read_from(reader, options)?;
            unmapped.add_vorbis(file.vorbis_comments());
            unmapped.add_id3v2(file.id3v2());
            file.into()
        }
        FileType::Mp4 => {
            let file = Mp4File::read_from(reader, options)?;
            unmapped.add_mp4(file.ilst());
            file.into()
        }
        FileType::Opus => {
            let file = OpusFile::read_from(reader, options)?;
            unmapped.add_vorbis(Some(file.vorbis_comments()));
            let gain = f64::from(file.properties().output_gain_db());
            unmapped.base_gain_db = (gain != 0.0).then_some(gain);
            file.into()
        }
        FileType::Vorbis => {
            let file = VorbisFile::read_from(reader, options)?;
            unmapped.add_vorbis(Some(file.vorbis_comments()));
            file.into()
        }
        FileType::Speex => {
            let file = SpeexFile::read_from(reader, options)?;
            unmapped.add_vorbis(Some(file.vorbis_comments()));
            file.into()
        }
        FileType::Wav => {
            let mut file = WavFile::read_from(reader, options)?;
            charsets::mend_id3v2(file.id3v2_mut());
            unmapped.add_id3v2(file.id3v2());
            file.into()
        }
        FileType::Aiff => {
            let mut file = AiffFile::read_from(reader, options)?;
            charsets::mend_id3v2(file.id3v2_mut());
            unmapped.add_id3v2(file.id3v2());
            file.into()
        }
        FileType::Ape => {
            let mut file = ApeFile::read_from(reader, options)?;
            charsets::mend_id3v1(file.id3v1_mut());
            unmapped.add_ape(file.ape());
            file.into()
        }
        FileType::Mpc => {
            let mut file = MpcFile::read_from(reader, options)?;
            charsets::mend_id3v1(file.id3v1_mut());
            unmapped.add_ape(file.ape());
            file.into()
        }
        FileType::WavPack => {
            let mut file = WavPackFile::read_from(reader, options)?;
            charsets::mend_id3v1(file.id3v1_mut());
            unmapped.add_ape(file.ape());
            file.into()
        }
        other => Probe::with_file_type(reader, other).options(options).read()?,
    };
    Ok(Parsed { file, unmapped })
}
