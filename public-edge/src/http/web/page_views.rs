//! From the catalog's model to what pages show: the one place where names, numbers and links are made.

use catalog_core::model::{Album, Artist, Credit, CreditRole, Genre, Playlist, PlaylistEntry, Toplist, Track};

use super::cover_art::CoverArt;
use super::humanise;
use super::texts::Texts;

/// A name that leads somewhere.
pub(super) struct Link {
    pub href: String,
    pub name: String,
}

/// An album, artist, playlist, toplist or genre in a list.
pub(super) struct Card {
    pub href: String,
    pub name: String,
    pub line: Option<String>,
    pub art: CoverArt,
    /// Whether its page has tracks to play.
    pub is_playable: bool,
}

/// A track in a list.
pub(super) struct TrackRow {
    pub id: String,
    pub number: String,
    pub title: String,
    pub artists: Vec<Link>,
    pub album: Option<Link>,
    pub clock: String,
    /// Where the player finds a picture, without a size.
    pub picture: Option<String>,
}

impl TrackRow {
    pub(super) fn href_play(&self) -> String {
        format!("/api/v1/tracks/{}/play", self.id)
    }

    pub(super) fn href_download(&self) -> String {
        format!("{}?download=true", self.href_play())
    }
}

/// A name as shown: never nothing, since a link without a text cannot be followed.
pub(super) fn named(name: &str, texts: &Texts) -> String {
    if name.trim().is_empty() { texts.untitled.to_owned() } else { name.to_owned() }
}

/// An album in a list: with its artist and year.
pub(super) fn album_card(album: &Album, texts: &Texts) -> Card {
    let parts = [album.artist.clone(), album.year.map(|year| year.to_string())];
    Card {
        href: format!("/albums/{}", album.id),
        name: named(&album.name, texts),
        line: joined(parts),
        art: album_art(album),
        is_playable: true,
    }
}

pub(super) fn album_art(album: &Album) -> CoverArt {
    CoverArt::new(&album.id, album.id.number(), album.has_cover, &album.name)
}

/// An artist in a list: with the number of albums.
pub(super) fn artist_card(artist: &Artist, texts: &Texts) -> Card {
    Card {
        href: format!("/artists/{}", artist.id),
        name: named(&artist.name, texts),
        line: Some(humanise::count(artist.album_count, &texts.counted.albums)),
        art: artist_art(artist),
        is_playable: false,
    }
}

pub(super) fn artist_art(artist: &Artist) -> CoverArt {
    CoverArt::new(&artist.id, artist.id.number(), artist.has_cover, &artist.name)
}

/// A playlist in a list: with what it holds.
pub(super) fn playlist_card(playlist: &Playlist, texts: &Texts) -> Card {
    Card {
        href: format!("/playlists/{}", playlist.id),
        name: named(&playlist.name, texts),
        line: Some(humanise::count(playlist.entry_count, &texts.counted.tracks)),
        art: playlist_art(playlist),
        is_playable: playlist.entry_count > 0,
    }
}

pub(super) fn playlist_art(playlist: &Playlist) -> CoverArt {
    let has_picture = playlist.has_cover || playlist.cover_url.is_some();
    CoverArt::new(&playlist.id, playlist.id.number(), has_picture, &playlist.name)
}

/// A toplist in a list: with its group. `playlist` is what it opens.
pub(super) fn toplist_card(toplist: &Toplist, playlist: Option<&Playlist>, texts: &Texts) -> Card {
    let number = toplist.playlist_id.number();
    let art = playlist.map(playlist_art);
    Card {
        href: format!("/toplists/{}", path_segment(&toplist.id)),
        name: named(&toplist.name, texts),
        line: joined([
            toplist.group_name.clone().filter(|group| *group != toplist.name),
            playlist.map(|playlist| humanise::count(playlist.entry_count, &texts.counted.tracks)),
        ]),
        art: art.unwrap_or_else(|| CoverArt::new(&toplist.playlist_id, number, false, &toplist.name)),
        is_playable: playlist.is_some_and(|playlist| playlist.entry_count > 0),
    }
}

/// A genre in a list: with what there is of it.
pub(super) fn genre_card(genre: &Genre, texts: &Texts) -> Card {
    Card {
        href: format!("/genres/{}", genre.id),
        name: named(&genre.name, texts),
        line: joined([
            Some(humanise::count(genre.album_count, &texts.counted.albums)),
            Some(humanise::count(genre.song_count, &texts.counted.tracks)),
        ]),
        art: CoverArt::new(&genre.id, genre.id.number(), false, &genre.name),
        is_playable: false,
    }
}

/// A track among others, with its album.
pub(super) fn track_row(track: &Track, number: Option<u64>, texts: &Texts) -> TrackRow {
    let album = track.album.as_ref();
    TrackRow {
        id: track.id.to_string(),
        number: number.map(humanise::grouped).unwrap_or_default(),
        title: named(&track.title, texts),
        artists: performers(&track.credits),
        album: album.map(|album| Link { href: format!("/albums/{}", album.id), name: named(&album.name, texts) }),
        clock: track.duration_ms.map(humanise::clock).unwrap_or_default(),
        picture: track_picture(track),
    }
}

/// A track on its album's page: its album goes without saying, and so do artists who made the whole album.
pub(super) fn album_track_row(track: &Track, album: &Album, texts: &Texts) -> TrackRow {
    let mut row = track_row(track, track.track_number.map(u64::from), texts);
    let of_album = album.credits.iter().map(|credit| credit.artist_id);
    let of_track = track.credits.iter().filter(|credit| credit.role == CreditRole::Artist);
    if of_track.map(|credit| credit.artist_id).eq(of_album) {
        row.artists.clear();
    }
    row.album = None;
    row
}

/// A place in a playlist, numbered as listeners count.
pub(super) fn entry_row(entry: &PlaylistEntry, number: u64, texts: &Texts) -> TrackRow {
    track_row(&entry.track, Some(number), texts)
}

pub(super) fn track_art(track: &Track) -> CoverArt {
    match &track.album {
        Some(album) if !track.has_own_cover => {
            CoverArt::new(&album.id, album.id.number(), track.has_cover, &album.name)
        }
        _ => CoverArt::new(&track.id, track.id.number(), track.has_cover, &track.title),
    }
}

fn track_picture(track: &Track) -> Option<String> {
    track_art(track).picture
}

/// The artists of a credit list as links, contributors aside.
pub(super) fn performers(credits: &[Credit]) -> Vec<Link> {
    let shown = credits.iter().filter(|credit| !credit.role.is_contributor() && !credit.name.trim().is_empty());
    shown.map(|credit| Link { href: format!("/artists/{}", credit.artist_id), name: credit.name.clone() }).collect()
}

/// What is known of several parts, side by side.
pub(super) fn joined<const N: usize>(parts: [Option<String>; N]) -> Option<String> {
    let known: Vec<_> = parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect();
    (!known.is_empty()).then(|| known.join(" · "))
}

/// A text as one segment of a path.
pub(super) fn path_segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
