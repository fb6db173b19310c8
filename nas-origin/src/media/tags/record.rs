//! A track's record from its tags and its stream's properties.

use catalog_core::import::{AlbumTags, AudioProperties, Level, Loudness, TrackRecord, clean};
use catalog_core::model::{Advisory, Movement, Work};
use lofty::properties::FileProperties;
use lofty::tag::ItemKey;

use super::unmapped::{BPM, MOVEMENT_NUMBER, MOVEMENT_TOTAL};
use super::values::{ArtistKeys, Tags, distinct};
use super::{contributors, lyrics};
use crate::media::text_file::tidy_lines;

/// Longest CUE sheet; a longer one is left out.
const MAX_SHEET_BYTES: usize = 256 * 1024;
const PERFORMERS: ArtistKeys = ArtistKeys {
    shown: ItemKey::TrackArtist,
    list: Some(ItemKey::TrackArtists),
    sort: ItemKey::TrackArtistSortOrder,
    sort_names: &[],
    musicbrainz: Some(ItemKey::MusicBrainzArtistId),
};
const ALBUM_ARTISTS: ArtistKeys = ArtistKeys {
    shown: ItemKey::AlbumArtist,
    list: Some(ItemKey::AlbumArtists),
    sort: ItemKey::AlbumArtistSortOrder,
    sort_names: &[],
    musicbrainz: Some(ItemKey::MusicBrainzReleaseArtistId),
};

pub(super) fn record(tags: &Tags<'_>, properties: &FileProperties) -> TrackRecord {
    let (artist, artists) = tags.artists(&PERFORMERS);
    let (composer, contributors) = contributors::of(tags);
    let (track_number, track_total) = tags.position(ItemKey::TrackNumber, ItemKey::TrackTotal);
    let (disc_number, disc_total) = tags.position(ItemKey::DiscNumber, ItemKey::DiscTotal);
    let (groupings, works) = groupings_and_works(tags);
    TrackRecord {
        is_untagged: false,
        title: tags.text(ItemKey::TrackTitle).unwrap_or_default(),
        sort_title: tags.text(ItemKey::TrackTitleSortOrder),
        artist,
        artists,
        composer,
        contributors,
        album: album(tags),
        disc_number,
        disc_total,
        track_number,
        track_total,
        release_date: tags.date(&[ItemKey::RecordingDate, ItemKey::Year, ItemKey::ReleaseDate]),
        original_date: tags.date(&[ItemKey::OriginalReleaseDate]),
        genres: listed(tags, ItemKey::Genre),
        moods: listed(tags, ItemKey::Mood),
        groupings,
        works,
        movement: movement(tags),
        advisory: tags.unmapped.advisory.or_else(|| advisory(tags)),
        properties: audio_properties(properties),
        loudness: loudness(tags),
        bpm: bpm(tags),
        comment: tags.text(ItemKey::Comment),
        lyrics: lyrics::of(tags),
        isrcs: tags.ids(ItemKey::Isrc),
        musicbrainz_recording_id: tags.text(ItemKey::MusicBrainzRecordingId),
        musicbrainz_track_id: tags.text(ItemKey::MusicBrainzTrackId),
        picture: None,
        sheet: sheet(tags),
    }
}

fn sheet(tags: &Tags<'_>) -> Option<String> {
    let text = tags.unmapped.texts(&["CUESHEET"]).into_iter().next().filter(|text| text.len() <= MAX_SHEET_BYTES);
    text.map(tidy_lines)
}

fn album(tags: &Tags<'_>) -> AlbumTags {
    let labels = tags.texts_or_key(ItemKey::Label, ItemKey::Publisher);
    let release_types = tags.texts_or_named(ItemKey::MusicBrainzReleaseType, &["RELEASETYPE", "MUSICBRAINZ_ALBUMTYPE"]);
    let versions = ["ALBUMVERSION", "MUSICBRAINZ_ALBUMCOMMENT", "MUSICBRAINZ ALBUM COMMENT"];
    AlbumTags {
        name: tags.text(ItemKey::AlbumTitle),
        sort_name: tags.text(ItemKey::AlbumTitleSortOrder),
        artists: tags.artists(&ALBUM_ARTISTS).1,
        musicbrainz_id: tags.ids(ItemKey::MusicBrainzReleaseId).into_iter().next(),
        is_compilation: tags.raw(ItemKey::FlagCompilation).is_some_and(|flag| matches!(flag.trim(), "1" | "true")),
        disc_subtitle: first_clean(&tags.texts_or_named(ItemKey::SetSubtitle, &["SETSUBTITLE"])),
        version: first_clean(&tags.unmapped.texts(&versions)),
        release_types: parted(&release_types, &[';', ',', '/']),
        labels: parted(&labels, &[';']),
    }
}

fn first_clean(texts: &[&str]) -> Option<String> {
    texts.iter().find_map(|text| clean(text))
}

fn parted(texts: &[&str], separators: &[char]) -> Vec<String> {
    distinct(texts.iter().flat_map(|text| text.split(separators)).filter_map(clean))
}

/// Genres and moods.
fn listed(tags: &Tags<'_>, key: ItemKey) -> Vec<String> {
    distinct(tags.texts(key).into_iter().flat_map(|text| tags.separators.split_genres(text)))
}

/// Where a file has Apple's own tag for groupings, the common one holds the work.
fn groupings_and_works(tags: &Tags<'_>) -> (Vec<String>, Vec<Work>) {
    let (grouping, apples) = (tags.texts(ItemKey::ContentGroup), tags.texts(ItemKey::AppleId3v2ContentGroup));
    let (groupings, other_works) = if apples.is_empty() { (grouping, Vec::new()) } else { (apples, grouping) };
    let works = tags.texts(ItemKey::Work);
    let names = parted(if works.is_empty() { &other_works } else { &works }, &[]);
    let mut ids = tags.ids(ItemKey::MusicBrainzWorkId);
    if ids.len() != names.len() {
        ids.clear();
    }
    let mut ids = ids.into_iter();
    let works = names.into_iter().map(|name| Work { name, musicbrainz_id: ids.next() }).collect();
    (parted(&groupings, &[';']), works)
}

fn movement(tags: &Tags<'_>) -> Option<Movement> {
    let (number, count) = tags.position(ItemKey::MovementNumber, ItemKey::MovementTotal);
    let (number, count) =
        (number.or_else(|| tags.named(MOVEMENT_NUMBER)), count.or_else(|| tags.named(MOVEMENT_TOTAL)));
    Some(Movement { name: tags.text(ItemKey::Movement)?, number, count })
}

/// iTunes' number: 1 and, in old files, 4 are explicit, 2 is clean.
fn advisory(tags: &Tags<'_>) -> Option<Advisory> {
    let texts = tags.texts_or_named(ItemKey::ParentalAdvisory, &["ITUNESADVISORY"]);
    match texts.first()?.trim() {
        "1" | "4" => Some(Advisory::Explicit),
        "2" => Some(Advisory::Clean),
        _ => None,
    }
}

fn loudness(tags: &Tags<'_>) -> Loudness {
    Loudness {
        track_gain: tags.gain(ItemKey::ReplayGainTrackGain, ItemKey::R128TrackGain),
        track_peak: tags.peak(ItemKey::ReplayGainTrackPeak),
        album_gain: tags.gain(ItemKey::ReplayGainAlbumGain, ItemKey::R128AlbumGain),
        album_peak: tags.peak(ItemKey::ReplayGainAlbumPeak),
        base_gain: tags.unmapped.base_gain_db.map(Level),
    }
}
/// Whole beats a minute.
fn bpm(tags: &Tags<'_>) -> Option<u32> {
    let text = tags.raw(ItemKey::IntegerBpm).or_else(|| tags.raw(ItemKey::Bpm));
    let whole = text.and_then(|text| text.trim().split(['.', ',']).next()?.parse().ok());
    whole.or_else(|| tags.named(BPM)).filter(|bpm| (1..=1000).contains(bpm))
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
