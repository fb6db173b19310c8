//! The tracks of a file that a CUE sheet cuts up.

use std::collections::HashSet;
use std::ops::Range;

use super::describe::describe;
use super::names::{Separators, parse_date, parse_decibels, parse_peak, parse_position};
use super::sheet::{CueFile, CueSheet, CueTrack, FRAMES_PER_SEC, Said};
use super::track::{AlbumTags, ArtistName, AudioProperties, Contributor, Level, Loudness, TrackRecord};
use crate::model::CreditRole;

/// A track that is a part of a file.
#[derive(Clone, PartialEq, Debug)]
pub struct Cut {
    /// Its number on the disc.
    pub number: u32,
    /// What it has of the file's samples, counted once for all channels.
    pub samples: Range<u64>,
    /// All that the catalog holds of it.
    pub record: TrackRecord,
}

/// The tracks that `file` of a sheet cuts a file into, which lies at `path` and as a whole is `whole`. None where there is
/// nothing to cut: a single track, a file of unknown length, or one that the sheet doesn't fit.
pub fn cut(path: &str, whole: &TrackRecord, sheet: &CueSheet, file: &CueFile, separators: &Separators) -> Vec<Cut> {
    let Some(samples) = ranges(&whole.properties, &file.tracks) else { return Vec::new() };
    let track_total = sheet.files.iter().flat_map(|file| &file.tracks).filter(|track| track.number > 0).count();
    let disc = Disc { path, whole, said: &sheet.disc, track_total, separators };
    let parts = file.tracks.iter().zip(samples).filter(|(track, _)| track.number > 0);
    parts
        .map(|(track, samples)| {
            let record = disc.record(track, &samples);
            Cut { number: track.number, samples, record }
        })
        .collect()
}

/// What each track has of the samples; `None` when the sheet tells it of some alone, they are
/// not in order, or do not fit into the file.
fn ranges(properties: &AudioProperties, tracks: &[CueTrack]) -> Option<Vec<Range<u64>>> {
    let rate = u64::from(properties.sample_rate_hz.filter(|rate| *rate > 0)?);
    properties.channels.filter(|channels| *channels > 0)?;
    let end = properties.duration_ms?.checked_mul(rate)? / 1000;
    let sample = |track: &CueTrack| Some(u64::from(track.start?) * rate / u64::from(FRAMES_PER_SEC));
    let starts = tracks.iter().map(sample).collect::<Option<Vec<u64>>>()?;
    let ends = starts.iter().copied().skip(1).chain([end]);
    let ranges: Vec<Range<u64>> = starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect();
    let audio = || tracks.iter().map(|track| track.number).filter(|number| *number > 0);
    let is_sound = audio().count() > 1
        && audio().collect::<HashSet<_>>().len() == audio().count()
        && ranges.iter().all(|range| !range.is_empty());
    is_sound.then_some(ranges)
}

/// What all tracks of a file share.
struct Disc<'a> {
    path: &'a str,
    whole: &'a TrackRecord,
    said: &'a Said,
    track_total: usize,
    separators: &'a Separators,
}

impl Disc<'_> {
    fn record(&self, track: &CueTrack, samples: &Range<u64>) -> TrackRecord {
        let (whole, said) = (self.whole, &track.said);
        let title = said.text(&["TITLE"]);
        let is_untagged = whole.is_untagged && title.is_none() && self.said.text(&["TITLE", "PERFORMER"]).is_none();
        let (artist, artists) = self.performers(said);
        let composer = said.text(&["SONGWRITER", "COMPOSER"]).or_else(|| self.said.text(&["SONGWRITER", "COMPOSER"]));
        let (disc_number, disc_total) = self.disc_position();
        let record = TrackRecord {
            title: title.unwrap_or_else(|| format!("Track {:02}", track.number)),
            artist,
            artists,
            contributors: composer.iter().flat_map(|names| self.composers(names)).collect(),
            composer,
            album: self.album(),
            disc_number,
            disc_total,
            track_number: Some(track.number),
            track_total: u32::try_from(self.track_total).ok(),
            release_date: self.said.text(&["DATE"]).as_deref().and_then(parse_date).or(whole.release_date.clone()),
            original_date: whole.original_date.clone(),
            genres: self.genres(said),
            moods: whole.moods.clone(),
            groupings: whole.groupings.clone(),
            properties: self.properties(samples),
            loudness: self.loudness(said),
            isrcs: said.text(&["ISRC"]).into_iter().collect(),
            musicbrainz_track_id: said.text(&["MUSICBRAINZ_TRACKID"]),
            ..TrackRecord::default()
        };
        TrackRecord { is_untagged, ..describe(self.path, record) }
    }

    fn performers(&self, track: &Said) -> (Option<String>, Vec<ArtistName>) {
        let said = track.text(&["PERFORMER"]).or_else(|| self.said.text(&["PERFORMER"]));
        let named = said.map(|shown| (self.artists(&shown), shown));
        named.map_or_else(
            || (self.whole.artist.clone(), self.whole.artists.clone()),
            |(artists, shown)| (Some(shown), artists),
        )
    }

    fn artists(&self, names: &str) -> Vec<ArtistName> {
        self.separators.split_artists(names).iter().map(|name| ArtistName::from(name.as_str())).collect()
    }

    fn composers(&self, names: &str) -> Vec<Contributor> {
        let composer = |artist| Contributor { role: CreditRole::Composer, artist, instrument: None };
        self.artists(names).into_iter().map(composer).collect()
    }

    fn album(&self) -> AlbumTags {
        let whole = &self.whole.album;
        let artists = self.said.text(&["PERFORMER"]).map(|names| self.artists(&names));
        let name = self.said.text(&["TITLE"]);
        AlbumTags {
            name: name.or(whole.name.clone()),
            artists: artists.unwrap_or(whole.artists.clone()),
            ..whole.clone()
        }
    }

    fn disc_position(&self) -> (Option<u32>, Option<u32>) {
        let (number, total) = self.said.text(&["DISCNUMBER"]).map_or((None, None), |text| parse_position(&text));
        let told = self.said.text(&["TOTALDISCS", "DISCTOTAL"]).and_then(|text| parse_position(&text).0);
        (number.or(self.whole.disc_number), total.or(told).or(self.whole.disc_total))
    }

    fn genres(&self, track: &Said) -> Vec<String> {
        let said = track.text(&["GENRE"]).or_else(|| self.said.text(&["GENRE"]));
        said.map_or_else(|| self.whole.genres.clone(), |genres| self.separators.split_genres(&genres))
    }

    fn properties(&self, samples: &Range<u64>) -> AudioProperties {
        let whole = self.whole.properties;
        let rate = u64::from(whole.sample_rate_hz.unwrap_or_default());
        let duration_ms = ((samples.end - samples.start) * 1000).checked_div(rate);
        AudioProperties { duration_ms, ..whole }
    }

    /// A gain of the whole file is no track's.
    fn loudness(&self, track: &Said) -> Loudness {
        let gain = |said: &Said, name| said.text(&[name]).as_deref().and_then(parse_decibels).map(Level);
        let peak = |said: &Said, name| said.text(&[name]).as_deref().and_then(parse_peak).map(Level);
        Loudness {
            track_gain: gain(track, "REPLAYGAIN_TRACK_GAIN"),
            track_peak: peak(track, "REPLAYGAIN_TRACK_PEAK"),
            album_gain: gain(self.said, "REPLAYGAIN_ALBUM_GAIN").or(self.whole.loudness.album_gain),
            album_peak: peak(self.said, "REPLAYGAIN_ALBUM_PEAK").or(self.whole.loudness.album_peak),
            base_gain: None,
        }
    }
}

#[cfg(test)]
mod tests;
