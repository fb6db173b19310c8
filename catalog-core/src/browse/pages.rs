//! A page of each list.

use super::{AlbumCursor, Cursor, EntryCursor, NameCursor, Page, PageAfter, PlaceCursor, TrackCursor};
use crate::model::{
    Album, AlbumId, Artist, ArtistId, Genre, GenreId, Playlist, PlaylistEntry, PlaylistId, Toplist, Track,
};
use crate::ports::{CatalogReader, ReadResult};

/// The list that [`find_artist`](super::find_artist) begins.
pub(super) const ARTIST_ALBUMS: &str = "artist-albums";

/// A page of all albums, by name.
pub fn list_albums(reader: &dyn CatalogReader, page: &PageAfter<NameCursor>) -> ReadResult<Page<Album>> {
    let items = reader.list_albums(page.key(), page.limit + 1)?;
    Ok(Page::cut(items, page.limit, |album| by_name("albums", &album.sort_key, album.id.number())))
}

/// A page of the artists that have albums or tracks, by name.
pub fn list_artists(reader: &dyn CatalogReader, page: &PageAfter<NameCursor>) -> ReadResult<Page<Artist>> {
    let items = reader.list_artists(page.key(), page.limit + 1)?;
    Ok(Page::cut(items, page.limit, |artist| by_name("artists", &artist.sort_key, artist.id.number())))
}

/// A page of the playlists, by name.
pub fn list_playlists(reader: &dyn CatalogReader, page: &PageAfter<NameCursor>) -> ReadResult<Page<Playlist>> {
    let items = reader.list_playlists(page.key(), page.limit + 1)?;
    Ok(Page::cut(items, page.limit, |list| by_name("playlists", &list.sort_key, list.id.number())))
}

/// A page of the genres, by name.
pub fn list_genres(reader: &dyn CatalogReader, page: &PageAfter<NameCursor>) -> ReadResult<Page<Genre>> {
    let items = reader.list_genres(page.key(), page.limit + 1)?;
    Ok(Page::cut(items, page.limit, |genre| by_name("genres", &genre.sort_key, genre.id.number())))
}

/// A page of all tracks, by id.
pub fn list_tracks(reader: &dyn CatalogReader, page: &PageAfter<TrackCursor>) -> ReadResult<Page<Track>> {
    let items = reader.list_tracks(page.track(), page.limit + 1)?;
    Ok(Page::cut(items, page.limit, |track| TrackCursor(track.id).encode("tracks")))
}

/// A page of the toplists, in their order.
pub fn list_toplists(reader: &dyn CatalogReader, page: &PageAfter<PlaceCursor>) -> ReadResult<Page<Toplist>> {
    let items = reader.list_toplists(page.first().checked_sub(1), page.limit + 1)?;
    Ok(Page::cut(items, page.limit, |toplist| PlaceCursor(toplist.position.saturating_add(1)).encode("toplists")))
}

/// A page of a playlist's entries; none when there is no such playlist.
pub fn list_playlist_entries(
    reader: &dyn CatalogReader,
    id: PlaylistId,
    page: &PageAfter<EntryCursor>,
) -> ReadResult<Option<Page<PlaylistEntry>>> {
    let Some(_) = reader.find_playlist(id)? else { return Ok(None) };
    let (after, shown) = page.after.map_or((None, 0), |cursor| (Some(cursor.position), cursor.shown));
    let shown = shown.saturating_add(u32::try_from(page.limit).unwrap_or(u32::MAX));
    let items = reader.list_playlist_entries(id, after, page.limit + 1)?;
    let cursor = |last: &PlaylistEntry| EntryCursor { position: last.position, shown }.encode("entries");
    Ok(Some(Page::cut(items, page.limit, cursor)))
}

/// A page of an album's tracks, by disc and number; none when there is no such album.
pub fn list_album_tracks(
    reader: &dyn CatalogReader,
    id: AlbumId,
    page: &PageAfter<AlbumCursor>,
) -> ReadResult<Option<Page<Track>>> {
    let Some(_) = reader.find_album(id)? else { return Ok(None) };
    Ok(Some(cut_album(reader.list_album_tracks(id, page.album_place(), page.limit + 1)?, page.limit)))
}

/// A page of an album's tracks from one more than fit.
pub(super) fn cut_album(tracks: Vec<Track>, limit: usize) -> Page<Track> {
    Page::cut(tracks, limit, |track| AlbumCursor(track.album_place()).encode("album-tracks"))
}

/// A page of the albums that credit an artist, own ones first; none when there is no such artist.
pub fn list_artist_albums(
    reader: &dyn CatalogReader,
    id: ArtistId,
    page: &PageAfter<PlaceCursor>,
) -> ReadResult<Option<Page<Album>>> {
    let Some(_) = reader.find_artist(id)? else { return Ok(None) };
    Ok(Some(page.cut(ARTIST_ALBUMS, reader.list_artist_albums(id, page.first(), page.limit + 1)?)))
}

/// A page of what an artist performs; none when there is no such artist.
pub fn list_artist_tracks(
    reader: &dyn CatalogReader,
    id: ArtistId,
    page: &PageAfter<TrackCursor>,
) -> ReadResult<Option<Page<Track>>> {
    let Some(_) = reader.find_artist(id)? else { return Ok(None) };
    let items = reader.list_artist_tracks(id, page.track(), page.limit + 1)?;
    Ok(Some(Page::cut(items, page.limit, |track| TrackCursor(track.id).encode("artist-tracks"))))
}

/// A page of a genre's tracks; none when there is no such genre.
pub fn list_genre_tracks(
    reader: &dyn CatalogReader,
    id: GenreId,
    page: &PageAfter<PlaceCursor>,
) -> ReadResult<Option<Page<Track>>> {
    let Some(_) = reader.find_genre(id)? else { return Ok(None) };
    Ok(Some(page.cut("genre-tracks", reader.list_genre_tracks(id, page.first(), page.limit + 1)?)))
}

/// A page of a genre's albums; none when there is no such genre.
pub fn list_genre_albums(
    reader: &dyn CatalogReader,
    id: GenreId,
    page: &PageAfter<PlaceCursor>,
) -> ReadResult<Option<Page<Album>>> {
    let Some(_) = reader.find_genre(id)? else { return Ok(None) };
    Ok(Some(page.cut("genre-albums", reader.list_genre_albums(id, page.first(), page.limit + 1)?)))
}

fn by_name(list: &str, sort_key: &str, id: i64) -> String {
    NameCursor { sort_key: sort_key.to_owned(), id }.encode(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeReader, sample_catalog};

    #[test]
    fn pages_of_three_make_the_whole_list() {
        let reader = FakeReader::new(sample_catalog());
        let (mut names, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = PageAfter::asked("albums", Some("3"), cursor.as_deref()).expect("a page");
            let page = list_albums(&reader, &page).expect("albums");
            names.extend(page.items.into_iter().map(|album| album.id));
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let whole: Vec<AlbumId> = reader.list_albums(None, 100).expect("albums").iter().map(|album| album.id).collect();
        assert_eq!(names, whole);
    }

    #[test]
    fn places_go_on_behind_the_last_item() {
        let reader = FakeReader::new(sample_catalog());
        let genre = reader.find_genre_named("Pop").expect("an answer").expect("a genre");
        let first = PageAfter::asked("genre-tracks", Some("4"), None).expect("a page");
        let first = list_genre_tracks(&reader, genre.id, &first).expect("tracks").expect("a genre");
        let second = PageAfter::asked("genre-tracks", Some("500"), first.next_cursor.as_deref()).expect("a page");
        let second = list_genre_tracks(&reader, genre.id, &second).expect("tracks").expect("a genre");
        let whole = reader.list_genre_tracks(genre.id, 0, 100).expect("tracks");
        assert_eq!([first.items, second.items].concat(), whole);
        assert_eq!(second.next_cursor, None);
    }
}
