//! From a file's bytes to its tags, whatever the format and however odd the file.

use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use catalog_core::import::{
    AlbumTags, ArtistName, AudioProperties, Level, Loudness, TrackRecord, clean, parse_date, parse_decibels,
    parse_peak, parse_position, parse_r128_gain, split_genres, split_names,
};
use lofty::config::{GlobalOptions, ParseOptions, ParsingMode, apply_global_options};
use lofty::file::{AudioFile, TaggedFile, TaggedFileExt};
use lofty::picture::{Picture, PictureType};
use lofty::probe::Probe;
use lofty::properties::FileProperties;
use lofty::tag::{ItemKey, Tag};

use super::pictures::PictureError;

/// The memory that one item of a tag may take, in bytes: a picture, with room for its text form.
const ITEM_LIMIT_BYTES: usize = 64 * 1024 * 1024;
/// Longest lyrics, in bytes; longer ones are left out.
const MAX_LYRICS_BYTES: usize = 256 * 1024;

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
    #[error("its cover cannot be kept: {0}")]
    Picture(#[source] PictureError),
}

impl TagError {
    /// Whether the cause lies outside the file: the system refused to read it or to keep its picture.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Io(error) => error.raw_os_error().is_some(),
            Self::Picture(_) => true,
            Self::Empty | Self::UnknownFormat | Self::Damaged(_) | Self::Panicked => false,
        }
    }
}

/// To be called once by each thread that reads tags.
pub(super) fn prepare_thread() {
    apply_global_options(GlobalOptions::new().allocation_limit(ITEM_LIMIT_BYTES).preserve_format_specific_items(false));
}

/// Reads the tags, and the picture to show.
pub(super) fn read(reader: &mut (impl Read + Seek)) -> Result<(TrackRecord, Option<Picture>), TagError> {
    if reader.seek(SeekFrom::End(0))? == 0 {
        return Err(TagError::Empty);
    }
    let mut file = match parse(reader, true) {
        // Perhaps the picture is what is too large or broken.
        Err(TagError::Damaged(_) | TagError::Panicked) => parse(reader, false)?,
        parsed => parsed?,
    };
    let picture = take_picture(&mut file);
    let tags: Vec<&Tag> = file.primary_tag().into_iter().chain(other_tags(&file)).collect();
    Ok((record(&Tags(tags), file.properties()), picture))
}

fn parse(reader: &mut (impl Read + Seek), with_pictures: bool) -> Result<TaggedFile, TagError> {
    let options = ParseOptions::new().parsing_mode(ParsingMode::Relaxed).read_cover_art(with_pictures);
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        reader.seek(SeekFrom::Start(0))?;
        let probe = Probe::new(reader).options(options).guess_file_type()?;
        if probe.file_type().is_none() {
            return Err(TagError::UnknownFormat);
        }
        Ok(probe.read()?)
    }));
    parsed.unwrap_or(Err(TagError::Panicked))
}

/// Tags besides the format's own fill in what that one lacks, as `ID3v1` does behind `ID3v2`.
fn other_tags(file: &TaggedFile) -> impl Iterator<Item = &Tag> {
    let primary = file.primary_tag_type();
    file.tags().iter().rev().filter(move |tag| tag.tag_type() != primary)
}

fn take_picture(file: &mut TaggedFile) -> Option<Picture> {
    let pictures = || file.tags().iter().flat_map(Tag::pictures).filter(|picture| !picture.data().is_empty());
    let front = pictures().find(|picture| picture.pic_type() == PictureType::CoverFront);
    let icons = [PictureType::Icon, PictureType::OtherIcon];
    front.or_else(|| pictures().find(|picture| !icons.contains(&picture.pic_type()))).cloned()
}

/// All tags of a file, the format's own first.
struct Tags<'a>(Vec<&'a Tag>);

impl<'a> Tags<'a> {
    /// The values of the first tag that has any.
    fn texts(&self, key: ItemKey) -> Vec<&'a str> {
        let values = |tag: &&'a Tag| -> Vec<&'a str> {
            tag.get_strings(key).filter(|text| !text.trim_matches(['\0', ' ']).is_empty()).collect()
        };
        self.0.iter().map(values).find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn raw(&self, key: ItemKey) -> Option<&'a str> {
        self.0.iter().find_map(|tag| tag.get_string(key).filter(|text| !text.trim_matches(['\0', ' ']).is_empty()))
    }

    fn text(&self, key: ItemKey) -> Option<String> {
        self.raw(key).and_then(clean)
    }

    fn number(&self, key: ItemKey) -> Option<u32> {
        self.raw(key).and_then(|text| parse_position(text).0)
    }

    /// Number and total, whether they stand in one text or in two.
    fn position(&self, number: ItemKey, total: ItemKey) -> (Option<u32>, Option<u32>) {
        let (first, behind) = self.raw(number).map(parse_position).unwrap_or_default();
        (first, self.number(total).or(behind))
    }

    fn date(&self, keys: &[ItemKey]) -> Option<String> {
        keys.iter().find_map(|key| self.raw(*key).and_then(parse_date))
    }

    fn ids(&self, key: ItemKey) -> Vec<String> {
        self.texts(key).into_iter().flat_map(|text| text.split(['/', ';', '\0'])).filter_map(clean).collect()
    }

    /// Artists: from the list of names where there is one, else from the text as shown.
    fn artists(&self, keys: &ArtistKeys) -> (Option<String>, Vec<ArtistName>) {
        let shown = self.texts(keys.shown);
        let listed = keys.list.map(|key| self.texts(key)).unwrap_or_default();
        let source = if listed.is_empty() { &shown } else { &listed };
        let mut names: Vec<String> = source.iter().flat_map(|text| split_names(text)).collect();
        remove_repeated(&mut names);
        let sort_names = keys.sort.map(|key| self.texts(key)).unwrap_or_default();
        let sort_names: Vec<String> = sort_names.into_iter().flat_map(split_names).collect();
        let ids = keys.musicbrainz.map(|key| self.ids(key)).unwrap_or_default();
        let matching = |values: &[String], index: usize| (values.len() == names.len()).then(|| values[index].clone());
        let artists = (0..names.len()).map(|index| ArtistName {
            name: names[index].clone(),
            sort_name: matching(&sort_names, index),
            musicbrainz_id: matching(&ids, index),
        });
        let artists = artists.collect();
        let text = if let [one] = shown[..] { clean(one) } else { None };
        (text.or_else(|| (!names.is_empty()).then(|| names.join(" / "))), artists)
    }

    fn gain(&self, replay_gain: ItemKey, r128: ItemKey) -> Option<Level> {
        let tagged = self.raw(replay_gain).and_then(parse_decibels);
        tagged.or_else(|| self.raw(r128).and_then(parse_r128_gain)).map(Level)
    }

    fn peak(&self, key: ItemKey) -> Option<Level> {
        self.raw(key).and_then(parse_peak).map(Level)
    }
}

struct ArtistKeys {
    shown: ItemKey,
    list: Option<ItemKey>,
    sort: Option<ItemKey>,
    musicbrainz: Option<ItemKey>,
}

const PERFORMERS: ArtistKeys = ArtistKeys {
    shown: ItemKey::TrackArtist,
    list: Some(ItemKey::TrackArtists),
    sort: Some(ItemKey::TrackArtistSortOrder),
    musicbrainz: Some(ItemKey::MusicBrainzArtistId),
};
const ALBUM_ARTISTS: ArtistKeys = ArtistKeys {
    shown: ItemKey::AlbumArtist,
    list: Some(ItemKey::AlbumArtists),
    sort: Some(ItemKey::AlbumArtistSortOrder),
    musicbrainz: Some(ItemKey::MusicBrainzReleaseArtistId),
};
const COMPOSERS: ArtistKeys =
    ArtistKeys { shown: ItemKey::Composer, list: None, sort: Some(ItemKey::ComposerSortOrder), musicbrainz: None };

fn record(tags: &Tags<'_>, properties: &FileProperties) -> TrackRecord {
    let (artist, artists) = tags.artists(&PERFORMERS);
    let (composer, composers) = tags.artists(&COMPOSERS);
    let (track_number, track_total) = tags.position(ItemKey::TrackNumber, ItemKey::TrackTotal);
    let (disc_number, disc_total) = tags.position(ItemKey::DiscNumber, ItemKey::DiscTotal);
    TrackRecord {
        is_untagged: false,
        title: tags.text(ItemKey::TrackTitle).unwrap_or_default(),
        sort_title: tags.text(ItemKey::TrackTitleSortOrder),
        artist,
        artists,
        composer,
        composers,
        album: album(tags),
        disc_number,
        disc_total,
        track_number,
        track_total,
        release_date: tags.date(&[ItemKey::RecordingDate, ItemKey::Year, ItemKey::ReleaseDate]),
        original_date: tags.date(&[ItemKey::OriginalReleaseDate]),
        genres: genres(tags),
        properties: audio_properties(properties),
        loudness: loudness(tags),
        bpm: bpm(tags),
        comment: tags.text(ItemKey::Comment),
        lyrics: lyrics(tags),
        isrcs: tags.ids(ItemKey::Isrc),
        musicbrainz_recording_id: tags.text(ItemKey::MusicBrainzRecordingId),
        musicbrainz_track_id: tags.text(ItemKey::MusicBrainzTrackId),
        picture: None,
    }
}

fn album(tags: &Tags<'_>) -> AlbumTags {
    AlbumTags {
        name: tags.text(ItemKey::AlbumTitle),
        sort_name: tags.text(ItemKey::AlbumTitleSortOrder),
        artists: tags.artists(&ALBUM_ARTISTS).1,
        musicbrainz_id: tags.ids(ItemKey::MusicBrainzReleaseId).into_iter().next(),
        is_compilation: tags.raw(ItemKey::FlagCompilation).is_some_and(|flag| matches!(flag.trim(), "1" | "true")),
        disc_subtitle: tags.text(ItemKey::SetSubtitle),
    }
}

fn genres(tags: &Tags<'_>) -> Vec<String> {
    let mut genres: Vec<String> = tags.texts(ItemKey::Genre).into_iter().flat_map(split_genres).collect();
    remove_repeated(&mut genres);
    genres
}

fn loudness(tags: &Tags<'_>) -> Loudness {
    Loudness {
        track_gain: tags.gain(ItemKey::ReplayGainTrackGain, ItemKey::R128TrackGain),
        track_peak: tags.peak(ItemKey::ReplayGainTrackPeak),
        album_gain: tags.gain(ItemKey::ReplayGainAlbumGain, ItemKey::R128AlbumGain),
        album_peak: tags.peak(ItemKey::ReplayGainAlbumPeak),
    }
}

/// Whole beats a minute.
fn bpm(tags: &Tags<'_>) -> Option<u32> {
    let text = tags.raw(ItemKey::IntegerBpm).or_else(|| tags.raw(ItemKey::Bpm))?;
    let whole = text.trim().split(['.', ',']).next()?;
    whole.parse().ok().filter(|bpm| (1..=1000).contains(bpm))
}

fn lyrics(tags: &Tags<'_>) -> Option<String> {
    let text = tags.raw(ItemKey::UnsyncLyrics).or_else(|| tags.raw(ItemKey::Lyrics))?;
    let text = text.trim_matches(['\0', ' ', '\r', '\n']);
    (text.len() <= MAX_LYRICS_BYTES).then(|| text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', ""))
}

fn audio_properties(properties: &FileProperties) -> AudioProperties {
    let positive = |value: u32| (value > 0).then_some(value);
    AudioProperties {
        duration_ms: u64::try_from(properties.duration().as_millis()).ok().filter(|length| *length > 0),
        bit_rate_kbps: properties.audio_bitrate().or(properties.overall_bitrate()).and_then(positive),
        sample_rate_hz: properties.sample_rate().and_then(positive),
        bit_depth: properties.bit_depth().map(u32::from).and_then(positive),
        channels: properties.channels().map(u32::from).and_then(positive),
    }
}

fn remove_repeated(values: &mut Vec<String>) {
    let mut index = 0;
    while index < values.len() {
        if values[..index].contains(&values[index]) {
            values.remove(index);
        } else {
            index += 1;
        }
    }
}
