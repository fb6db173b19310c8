//! Small tagged files, made without any program.

use std::fs;
use std::path::Path;

use anyhow::Context;
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, ItemKey, ItemValue, Tag, TagExt, TagItem, TagType};

const RATE_HZ: u32 = 8000;

/// What a file is tagged with.
#[derive(Clone, Debug, Default)]
pub struct Song<'a> {
    /// The title.
    pub title: &'a str,
    /// The performers.
    pub artist: &'a str,
    /// The album.
    pub album: &'a str,
    /// The album artist, where it is not the performer.
    pub album_artist: Option<&'a str>,
    /// The place on the album.
    pub track: Option<u32>,
    /// The year.
    pub year: Option<u16>,
    /// The genre.
    pub genre: Option<&'a str>,
}

/// Writes a quarter of a second of a square wave, whose pitch makes the content unlike that of other files.
///
/// The file appears at once, with its tags: a daemon that looked at it in between would publish an album for the
/// untagged file, and then refuse to take that back, since of two albums one is half.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, pitch: u16, song: &Song<'_>) -> anyhow::Result<()> {
    let name = path.file_name().context("a file has a name")?.to_string_lossy();
    // Imports pass hidden files over.
    let hidden = path.with_file_name(format!(".{name}"));
    write_untagged(&hidden, pitch)?;
    tag(song).save_to_path(&hidden, WriteOptions::default())?;
    fs::rename(hidden, path)?;
    Ok(())
}

/// Writes the same sound without a tag.
///
/// # Errors
/// When the file cannot be written.
pub fn write_untagged(path: &Path, pitch: u16) -> anyhow::Result<()> {
    fs::create_dir_all(path.parent().context("a file has a folder")?)?;
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec)?;
    let half_wave = u32::from(pitch) + 2;
    for sample in 0..RATE_HZ / 4 {
        file.write_sample(if sample / half_wave % 2 == 0 { 4000_i16 } else { -4000 })?;
    }
    file.finalize()?;
    Ok(())
}

fn tag(song: &Song<'_>) -> Tag {
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_title(song.title.to_owned());
    tag.set_artist(song.artist.to_owned());
    tag.set_album(song.album.to_owned());
    let year = song.year.map(|year| year.to_string());
    let texts = [
        (ItemKey::AlbumArtist, song.album_artist.map(str::to_owned)),
        (ItemKey::RecordingDate, year),
        (ItemKey::Genre, song.genre.map(str::to_owned)),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            tag.push(TagItem::new(key, ItemValue::Text(text)));
        }
    }
    if let Some(track) = song.track {
        tag.set_track(track);
    }
    tag
}
