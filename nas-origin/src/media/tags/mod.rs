//! From a file's bytes to its tags, whatever the format and however odd the file.

mod charsets;
mod contributors;
pub(super) mod ffprobe;
mod first_tag;
mod lyrics;
mod parse;
mod record;
mod unmapped;
mod values;

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use catalog_core::import::{Separators, TrackRecord};
use lofty::config::{GlobalOptions, apply_global_options};
use lofty::file::{AudioFile, TaggedFile, TaggedFileExt};
use lofty::picture::{Picture, PictureType};
use lofty::tag::Tag;

use self::ffprobe::ProbeError;
use self::parse::parse;
use self::unmapped::Unmapped;
use self::values::Tags;
use super::pictures::PictureError;

/// The memory that one item of a tag may take, in bytes: a picture, with room for its text form.
const ITEM_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// Why a file's tags cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum TagError {
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("the file is empty")]
    Empty,
    #[error("not a known audio format")]
    UnknownFormat,
    #[error("the audio file is damaged: {0}")]
    Damaged(#[from] lofty::error::FileParseError),
    #[error("the audio file is damaged: the tag reader gave up")]
    Panicked,
    #[error(transparent)]
    Probe(#[from] ProbeError),
    #[error("its cover cannot be kept: {0}")]
    Picture(#[source] PictureError),
}

impl TagError {
    /// Whether the cause lies outside the file: the system refused to read it or to keep its picture.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Io(error) => error.raw_os_error().is_some(),
            Self::Picture(_) => true,
            Self::Probe(error) => error.may_pass(),
            Self::Empty | Self::UnknownFormat | Self::Damaged(_) | Self::Panicked => false,
        }
    }
}

/// To be called once by each thread that reads tags.
pub(super) fn prepare_thread() {
    apply_global_options(GlobalOptions::new().allocation_limit(ITEM_LIMIT_BYTES).preserve_format_specific_items(false));
}

/// Reads the tags, and the picture to show.
pub(super) fn read(
    reader: &mut (impl Read + Seek),
    separators: &Separators,
) -> Result<(TrackRecord, Option<Picture>), TagError> {
    if reader.seek(SeekFrom::End(0))? == 0 {
        return Err(TagError::Empty);
    }
    let parsed = match parse(reader, true) {
        // Perhaps the picture is what is too large or broken.
        Err(TagError::Damaged(_) | TagError::Panicked) => parse(reader, false)?,
        parsed => parsed?,
    };
    let picture = take_picture(&parsed.file);
    let all = parsed.file.primary_tag().into_iter().chain(other_tags(&parsed.file)).collect();
    let tags = Tags { all, unmapped: &parsed.unmapped, separators };
    Ok((record::record(&tags, parsed.file.properties()), picture))
}

/// Reads a file of a format that `ffprobe` is asked for, by its absolute path. Pictures are left out.
pub(super) fn read_by_ffprobe(path: &Path, format: &str, separators: &Separators) -> Result<TrackRecord, TagError> {
    let probed = ffprobe::read(path, format)?;
    let tags = Tags { all: vec![&probed.tag], unmapped: &Unmapped::default(), separators };
    Ok(record::record(&tags, &probed.properties))
}

/// Tags besides the format's own fill in what that one lacks, as `ID3v1` does behind `ID3v2`.
fn other_tags(file: &TaggedFile) -> impl Iterator<Item = &Tag> {
    let primary = file.primary_tag_type();
    file.tags().iter().rev().filter(move |tag| tag.tag_type() != primary)
}

fn take_picture(file: &TaggedFile) -> Option<Picture> {
    let pictures = || file.tags().iter().flat_map(Tag::pictures).filter(|picture| !picture.data().is_empty());
    let front = pictures().find(|picture| picture.pic_type() == PictureType::CoverFront);
    let icons = [PictureType::Icon, PictureType::OtherIcon];
    front.or_else(|| pictures().find(|picture| !icons.contains(&picture.pic_type()))).cloned()
}

#[cfg(test)]
mod tests;
