//! What a file's tags and path together say: names where the tags are silent, and which tracks are one album.

use super::names::identity_key;
use super::path_names::{album_folder, names_from_path};
use super::track::{ArtistName, TrackRecord};

/// The album artist of collections.
pub const VARIOUS_ARTISTS: &str = "Various Artists";

/// The album of tracks that are on none, as MusicBrainz's taggers call it: most clients reach a track only through an
/// album.
pub(crate) const NO_ALBUM: &str = "[non-album tracks]";

/// Who performs tracks that name nobody, as MusicBrainz calls them: most clients reach an album only through an artist.
pub(crate) const NO_ARTIST: &str = "[unknown]";

/// Completes a file's tags: by what its path tells where there are no names at all, the title where only that is
/// missing; the performers by the album's; and every track is on an album and by somebody.
pub fn describe(path: &str, mut tags: TrackRecord) -> TrackRecord {
    if tags.artists.is_empty() {
        let names: Vec<&str> = tags.album.artists.iter().map(|artist| artist.name.as_str()).collect();
        tags.artist = (!names.is_empty()).then(|| names.join(" / "));
        tags.artists.clone_from(&tags.album.artists);
    }
    tags.is_untagged = tags.title.is_empty() && tags.artists.is_empty() && tags.album.name.is_none();
    if tags.title.is_empty() {
        name_by_path(path, &mut tags);
    }
    tags.album.name.get_or_insert_with(|| NO_ALBUM.to_owned());
    if tags.artists.is_empty() {
        tags.artist = Some(NO_ARTIST.to_owned());
        tags.artists = vec![ArtistName::from(NO_ARTIST)];
    }
    tags
}

fn name_by_path(path: &str, tags: &mut TrackRecord) {
    let told = names_from_path(path);
    tags.title = told.title;
    tags.track_number = tags.track_number.or(told.track_number);
    tags.disc_number = tags.disc_number.or(told.disc_number);
    if tags.is_untagged {
        tags.artists = told.artist.iter().map(|name| ArtistName::from(name.as_str())).collect();
        tags.artist = told.artist;
        tags.album.name = told.album;
        tags.release_date = tags.release_date.take().or(told.year);
    }
}

/// What makes tracks one album; `None` for a track that is on none.
///
/// The release id where there is one; else artist and title. The folder counts only where these say too little: for
/// collections and for untagged files.
pub fn album_key(path: &str, track: &TrackRecord) -> Option<String> {
    if let Some(id) = &track.album.musicbrainz_id {
        return Some(format!("mb:{}", id.to_ascii_lowercase()));
    }
    let name = identity_key(track.album.name.as_deref()?);
    let artists = shown_album_artists(track).iter().map(|artist| identity_key(&artist.name)).collect::<Vec<_>>();
    let artist = artists.join("\u{1f}");
    let is_anybody = [VARIOUS_ARTISTS, NO_ARTIST].iter().any(|name| artist == identity_key(name));
    let needs_folder = track.is_untagged || artist.is_empty() || is_anybody;
    let folder = if needs_folder { album_folder(path) } else { "" };
    Some(format!("{artist}\u{1e}{name}\u{1e}{folder}"))
}

/// Whom the album is by: the album artists, or Various Artists for a collection, or the first performer.
pub fn shown_album_artists(track: &TrackRecord) -> Vec<ArtistName> {
    if !track.album.artists.is_empty() {
        track.album.artists.clone()
    } else if track.album.is_compilation {
        vec![ArtistName::from(VARIOUS_ARTISTS)]
    } else {
        track.artists.first().cloned().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::track::AlbumTags;
    use super::*;

    fn tagged(artist: &str, album: &str) -> TrackRecord {
        TrackRecord {
            title: "Title".to_owned(),
            artists: vec![ArtistName::from(artist)],
            album: AlbumTags { name: Some(album.to_owned()), ..AlbumTags::default() },
            ..TrackRecord::default()
        }
    }

    #[test]
    fn an_untagged_file_is_named_by_its_path() {
        let track = describe("Artist/2001 - Album/01 - Song.mp3", TrackRecord::default());
        assert!(track.is_untagged);
        assert_eq!((track.title.as_str(), track.artist.as_deref()), ("Song", Some("Artist")));
        assert_eq!((track.album.name.as_deref(), track.release_date.as_deref()), (Some("Album"), Some("2001")));
    }

    #[test]
    fn a_missing_title_alone_comes_from_the_path() {
        let mut tags = tagged("Somebody", "Something");
        tags.title.clear();
        let track = describe("Artist/Album/01 - Song.mp3", tags);
        assert!(!track.is_untagged);
        assert_eq!((track.title.as_str(), track.artists[0].name.as_str()), ("Song", "Somebody"));
    }

    #[test]
    fn what_the_tags_leave_out_is_not_taken_from_a_folders_name() {
        let mut tags = tagged("Somebody", "");
        tags.album.name = None;
        let track = describe("secret folder/01 - Song.mp3", tags);
        assert_eq!((track.title.as_str(), track.album.name.as_deref()), ("Title", Some(NO_ALBUM)));
    }

    #[test]
    fn an_album_artist_performs_where_nobody_else_is_named() {
        let mut tags = tagged("", "Something");
        tags.artists.clear();
        tags.album.artists = vec![ArtistName::from("The Band")];
        let track = describe("x.mp3", tags);
        assert_eq!((track.artist.as_deref(), track.artists), (Some("The Band"), vec![ArtistName::from("The Band")]));
    }

    #[test]
    fn what_names_nobody_is_by_somebody_unknown_and_kept_apart_by_folder() {
        let loose = describe("Noise.mp3", TrackRecord::default());
        assert!(loose.is_untagged, "its owner may still hide it");
        let mut titled = tagged("", "Something");
        titled.artists.clear();
        let titled = describe("a/1.mp3", titled);
        for track in [&loose, &titled] {
            assert_eq!((track.artist.as_deref(), track.artists.len()), (Some(NO_ARTIST), 1), "{track:?}");
            assert_eq!(shown_album_artists(track), [ArtistName::from(NO_ARTIST)]);
            assert_ne!(album_key("a/1.mp3", track), album_key("b/1.mp3", track));
        }
    }

    #[test]
    fn an_album_is_one_across_folders_and_spellings() {
        let (first, second) = (tagged("The Band", "Songs"), tagged("the band", "SONGS"));
        assert_eq!(album_key("a/1.mp3", &first), album_key("b/2.mp3", &second));
        assert_ne!(album_key("a/1.mp3", &first), album_key("a/2.mp3", &tagged("Others", "Songs")));
    }

    #[test]
    fn collections_of_one_name_are_kept_apart_by_folder() {
        let mut track = tagged("Anyone", "Greatest Hits");
        track.album.is_compilation = true;
        assert_ne!(album_key("a/1.mp3", &track), album_key("b/1.mp3", &track));
        assert_eq!(album_key("a/CD1/1.mp3", &track), album_key("a/CD2/1.mp3", &track));
        track.album.musicbrainz_id = Some("F00".to_owned());
        assert_eq!(album_key("a/1.mp3", &track), album_key("b/1.mp3", &track));
    }
}
