//! What can be edited of an album, for all of its tracks at once.

use super::{Editable, Slot};
use crate::import::AlbumSummary;

impl Editable for AlbumSummary {
    const FIELDS: &'static [&'static str] = &[
        "name",
        "sort_name",
        "artists",
        "is_compilation",
        "release_date",
        "original_date",
        "version",
        "release_types",
        "labels",
        "musicbrainz_id",
    ];

    fn slot(&mut self, field: &str) -> Option<Slot<'_>> {
        Some(match field {
            "name" => Slot::Required(&mut self.name),
            "sort_name" => Slot::Text(&mut self.sort_name),
            "artists" => Slot::Texts(&mut self.artists),
            "is_compilation" => Slot::Flag(&mut self.is_compilation),
            "release_date" => Slot::Date(&mut self.release_date),
            "original_date" => Slot::Date(&mut self.original_date),
            "version" => Slot::Text(&mut self.version),
            "release_types" => Slot::Texts(&mut self.release_types),
            "labels" => Slot::Texts(&mut self.labels),
            "musicbrainz_id" => Slot::Text(&mut self.musicbrainz_id),
            _ => return None,
        })
    }
}
