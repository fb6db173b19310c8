//! An artist as `ArtistID3`, and as the `Artist` that older clients browse.

use catalog_core::model::Artist;

use super::role_name;
use crate::http::subsonic::printer::Printer;

/// An artist by tags.
pub(in crate::http::subsonic) fn artist(object: &mut Printer, artist: &Artist) {
    object.id("id", artist.id);
    object.text("name", &artist.name);
    if artist.has_cover {
        object.id("coverArt", artist.id);
    }
    object.number("albumCount", artist.album_count);
    object.text("musicBrainzId", artist.musicbrainz_id.as_deref().unwrap_or_default());
    object.text("sortName", artist.sort_name.as_deref().unwrap_or_default());
    object.text("disambiguation", "");
    object.texts("roles", artist.roles.iter().copied().map(role_name));
}

/// An artist as a directory.
pub(in crate::http::subsonic) fn artist_as_directory(object: &mut Printer, artist: &Artist) {
    object.id("id", artist.id);
    object.text("name", &artist.name);
}
