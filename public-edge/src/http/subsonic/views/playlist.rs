//! A playlist.

use catalog_core::model::Playlist;

use super::seconds;
use crate::http::subsonic::call::Edition;
use crate::http::subsonic::format::SERVER_TYPE;
use crate::http::subsonic::printer::Printer;

/// A playlist, which only the next snapshot can change.
pub(in crate::http::subsonic) fn playlist(object: &mut Printer, playlist: &Playlist, edition: &Edition) {
    object.id("id", playlist.id);
    object.text("name", &playlist.name);
    object.optional_text("comment", playlist.description.as_deref());
    object.text("owner", SERVER_TYPE);
    object.flag("public", true);
    object.flag("readonly", true);
    object.number("songCount", playlist.entry_count);
    object.number("duration", seconds(playlist.duration_ms));
    let generated_at = edition.generated_at.to_string();
    object.text("created", &generated_at);
    object.text("changed", &generated_at);
    object.text("validUntil", &edition.valid_until.to_string());
    if playlist.has_cover {
        object.id("coverArt", playlist.id);
    }
}
