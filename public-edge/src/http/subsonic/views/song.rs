//! A track as `Child`.

use std::fmt::Write;

use catalog_core::media_type;
use catalog_core::model::{Advisory, AnyId, Credit, CreditRole, ReplayGain, Track};

use super::{genres, moment, named_artists, role_name, seconds};
use crate::http::subsonic::printer::Printer;

/// A track below its album, or below its artist when it is on none.
pub(in crate::http::subsonic) fn song(object: &mut Printer, track: &Track) {
    let album = track.album.as_ref().map(|album| AnyId::Album(album.id));
    let parent = album.or_else(|| first_artist(track).map(|credit| AnyId::Artist(credit.artist_id)));
    song_below(object, track, parent);
}

/// A track below a directory.
pub(in crate::http::subsonic) fn song_below(object: &mut Printer, track: &Track, parent: Option<AnyId>) {
    object.id("id", track.id);
    if let Some(parent) = parent {
        object.id("parent", parent);
    }
    object.flag("isDir", false);
    object.flag("isVideo", false);
    object.text("type", "music");
    object.text("mediaType", "song");
    names(object, track);
    place(object, track);
    file(object, track);
    tags(object, track);
    lists(object, track);
}

fn names(object: &mut Printer, track: &Track) {
    let album = track.album.as_ref();
    object.text("title", &track.title);
    object.text("sortName", track.sort_title.as_deref().unwrap_or_default());
    object.optional_text("artist", track.artist.as_deref());
    object.text("displayArtist", track.artist.as_deref().unwrap_or_default());
    object.text("displayAlbumArtist", album.and_then(|album| album.artist.as_deref()).unwrap_or_default());
    object.text("displayComposer", track.composer.as_deref().unwrap_or_default());
    if let Some(credit) = first_artist(track) {
        object.id("artistId", credit.artist_id);
    }
    if let Some(album) = album {
        object.text("album", &album.name);
        object.id("albumId", album.id);
    }
    if let Some(cover) = cover(track) {
        object.id("coverArt", cover);
    }
}

fn place(object: &mut Printer, track: &Track) {
    object.optional_number("track", track.track_number);
    object.optional_number("discNumber", track.disc_number);
    object.optional_number("year", track.year);
    object.optional_text("genre", track.genres.first().map(String::as_str));
    moment(object, "created", track.added_at);
    object.number("playCount", track.play_count);
    object.text("path", &path(track));
}

fn file(object: &mut Printer, track: &Track) {
    if let Some(ext) = &track.ext {
        object.text("suffix", ext);
        object.text("contentType", media_type::of_extension(ext));
    }
    object.optional_number("size", track.file_size_bytes);
    object.optional_number("duration", track.duration_ms.map(seconds));
    object.optional_number("bitRate", track.bit_rate_kbps);
    object.number("bitDepth", track.bit_depth.unwrap_or(0));
    object.number("samplingRate", track.sample_rate_hz.unwrap_or(0));
    object.number("channelCount", track.channels.unwrap_or(0));
}

fn tags(object: &mut Printer, track: &Track) {
    object.number("bpm", track.bpm.unwrap_or(0));
    object.text("comment", track.comment.as_deref().unwrap_or_default());
    object.text("musicBrainzId", track.musicbrainz_id.as_deref().unwrap_or_default());
    object.text("explicitStatus", track.advisory.map_or("", Advisory::name));
}

fn lists(object: &mut Printer, track: &Track) {
    object.texts("isrc", track.isrcs.iter().map(String::as_str));
    genres(object, &track.genres);
    named_artists(object, "artists", with_role(track, CreditRole::Artist));
    named_artists(object, "albumArtists", track.album.iter().flat_map(|album| &album.credits));
    let contributors = track.credits.iter().filter(|credit| credit.role.is_contributor());
    object.list("contributors", contributors, |contributor, credit| {
        contributor.text("role", role_name(credit.role));
        contributor.optional_text("subRole", credit.instrument.as_deref());
        contributor.object("artist", |artist| {
            artist.id("id", credit.artist_id);
            artist.text("name", &credit.name);
        });
    });
    object.texts("moods", track.moods.iter().map(String::as_str));
    object.texts("groupings", track.groupings.iter().map(String::as_str));
    object.list("works", &track.works, |object, work| {
        object.text("name", &work.name);
        object.optional_text("musicBrainzId", work.musicbrainz_id.as_deref());
    });
    object.list("movements", &track.movement, |object, movement| {
        object.text("name", &movement.name);
        object.optional_number("number", movement.number);
        object.optional_number("count", movement.count);
    });
    object.object("replayGain", |gain| replay_gain(gain, &track.replay_gain));
}

fn replay_gain(object: &mut Printer, gain: &ReplayGain) {
    object.decimal("trackGain", gain.track_gain_db);
    object.decimal("trackPeak", gain.track_peak.filter(|peak| *peak >= 0.0));
    object.decimal("albumGain", gain.album_gain_db);
    object.decimal("albumPeak", gain.album_peak.filter(|peak| *peak >= 0.0));
    object.decimal("baseGain", gain.base_gain_db);
}

/// The picture to ask for: the album's, unless the track has another.
fn cover(track: &Track) -> Option<AnyId> {
    let album = track.album.as_ref().filter(|_| !track.has_own_cover);
    let cover = album.map_or(AnyId::Track(track.id), |album| AnyId::Album(album.id));
    track.has_cover.then_some(cover)
}

fn first_artist(track: &Track) -> Option<&Credit> {
    with_role(track, CreditRole::Artist).next()
}

fn with_role(track: &Track, role: CreditRole) -> impl Iterator<Item = &Credit> {
    track.credits.iter().filter(move |credit| credit.role == role)
}

/// A path for clients that show or store by one: made from the tags, never the NAS's.
fn path(track: &Track) -> String {
    let album = track.album.as_ref();
    let artist = album.and_then(|album| album.artist.as_deref()).or(track.artist.as_deref());
    let mut path = String::with_capacity(96);
    push_part(&mut path, artist.unwrap_or("Unknown Artist"));
    path.push('/');
    push_part(&mut path, album.map_or("Unknown Album", |album| &album.name));
    path.push('/');
    if let Some(number) = track.track_number {
        // Writing to memory cannot fail.
        let _ = write!(path, "{number:02} - ");
    }
    push_part(&mut path, &track.title);
    if let Some(ext) = &track.ext {
        path.push('.');
        path.push_str(ext);
    }
    path
}

/// One component: nothing in it leads elsewhere.
fn push_part(path: &mut String, part: &str) {
    if part.is_empty() || part.starts_with('.') {
        path.push('_');
    }
    if part.bytes().any(|byte| matches!(byte, b'/' | b'\\' | b'\0')) {
        path.push_str(&part.replace(['/', '\\', '\0'], "_"));
    } else {
        path.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_made_of_tags_leads_nowhere_else() {
        let track = Track { title: "../../etc/passwd".to_owned(), ext: Some("mp3".to_owned()), ..Track::default() };
        assert_eq!(path(&track), "Unknown Artist/Unknown Album/_.._.._etc_passwd.mp3");
    }
}
