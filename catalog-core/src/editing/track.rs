//! What can be edited of a track.

use super::{Editable, Edits, Slot};
use crate::import::{ArtistName, TrackRecord, shown};
use crate::model::CreditRole;

impl Editable for TrackRecord {
    const FIELDS: &'static [&'static str] = &[
        "title",
        "sort_title",
        "artist",
        "artists",
        "composer",
        "composers",
        "genres",
        "moods",
        "groupings",
        "album",
        "album_sort_name",
        "album_artists",
        "album_version",
        "album_musicbrainz_id",
        "release_types",
        "labels",
        "is_compilation",
        "disc_subtitle",
        "disc_number",
        "disc_total",
        "track_number",
        "track_total",
        "release_date",
        "original_date",
        "bpm",
        "comment",
        "advisory",
        "isrcs",
        "musicbrainz_recording_id",
        "musicbrainz_track_id",
    ];

    const BESIDE: &'static [&'static str] = &["is_untagged"];

    fn slot(&mut self, field: &str) -> Option<Slot<'_>> {
        Some(match field {
            "title" => Slot::Required(&mut self.title),
            "sort_title" => Slot::Text(&mut self.sort_title),
            "artist" => Slot::Text(&mut self.artist),
            "artists" => Slot::Names(&mut self.artists),
            "composer" => Slot::Text(&mut self.composer),
            "composers" => Slot::Composers(&mut self.contributors),
            "genres" => Slot::Texts(&mut self.genres),
            "moods" => Slot::Texts(&mut self.moods),
            "groupings" => Slot::Texts(&mut self.groupings),
            "album" => Slot::Text(&mut self.album.name),
            "album_sort_name" => Slot::Text(&mut self.album.sort_name),
            "album_artists" => Slot::Names(&mut self.album.artists),
            "album_version" => Slot::Text(&mut self.album.version),
            "album_musicbrainz_id" => Slot::Text(&mut self.album.musicbrainz_id),
            "release_types" => Slot::Texts(&mut self.album.release_types),
            "labels" => Slot::Texts(&mut self.album.labels),
            "is_compilation" => Slot::Flag(&mut self.album.is_compilation),
            "disc_subtitle" => Slot::Text(&mut self.album.disc_subtitle),
            "disc_number" => Slot::Number(&mut self.disc_number),
            "disc_total" => Slot::Number(&mut self.disc_total),
            "track_number" => Slot::Number(&mut self.track_number),
            "track_total" => Slot::Number(&mut self.track_total),
            "release_date" => Slot::Date(&mut self.release_date),
            "original_date" => Slot::Date(&mut self.original_date),
            "bpm" => Slot::Number(&mut self.bpm),
            "comment" => Slot::Text(&mut self.comment),
            "advisory" => Slot::Advisory(&mut self.advisory),
            "isrcs" => Slot::Texts(&mut self.isrcs),
            "musicbrainz_recording_id" => Slot::Text(&mut self.musicbrainz_recording_id),
            "musicbrainz_track_id" => Slot::Text(&mut self.musicbrainz_track_id),
            "is_untagged" => Slot::Flag(&mut self.is_untagged),
            _ => return None,
        })
    }

    /// Names as shown follow the lists of names, and who names the album has tagged the file.
    fn settle(&mut self, edits: &Edits) {
        if edits.contains_key("artists") && !edits.contains_key("artist") {
            self.artist = shown(&self.artists);
        }
        if edits.contains_key("composers") && !edits.contains_key("composer") {
            let composers = self.contributors.iter().filter(|one| one.role == CreditRole::Composer);
            self.composer = shown(&composers.map(|one| one.artist.clone()).collect::<Vec<ArtistName>>());
        }
        if edits.contains_key("album") {
            self.is_untagged = false;
        }
    }
}
