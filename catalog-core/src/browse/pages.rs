//! A page of each list.

use super::{NameCursor, Page, PageAfter, PlaceCursor};
use crate::model::{
    Album, Artist, ArtistId, Genre, GenreId, Playlist, PlaylistEntry, PlaylistId, Toplist, Track, TrackId,
};
use crate::ports::{CatalogReader, ReadResult};

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

/// A page of the genres, by name. They are few: the reader gives all of them.
pub fn list_genres(reader: &dyn CatalogReader, page: &PageAfter<NameCursor>) -> ReadResult<Page<Genre>> {
    let is_behind = |genre: &Genre| page.key().is_none_or(|key| (genre.sort_key.as_str(), genre.id.number()) > key);
    let items = reader.list_genres()?.into_iter().filter(is_behind).take(page.limit + 1).collect();
    Ok(Page::cut(items, page.limit, |genre: &Genre| by_name("genres", &genre.sort_key, genre.id.number())))
}

/// A page of all tracks, by id.
pub fn list_tracks(reader: &dyn CatalogReader, page: &PageAfter<PlaceCursor>) -> ReadResult<Page<Track>> {
    let items = reader.list_tracks(page.place().and_then(TrackId::new), page.limit + 1)?;
    Ok(Page::cut(items, page.limit, |track| PlaceCursor(track.id.number()).encode("tracks")))
}

/// A page of the toplists, in their order.
pub fn list_toplists(reader: &dyn CatalogReader, page: &PageAfter<PlaceCursor>) -> ReadResult<Page<Toplist>> {
    let after = page.place().and_then(|place| u64::try_from(place).ok());
    let items = reader.list_toplists(after, page.limit + 1)?;
    Ok(Page::cut(items, page.limit, |toplist| PlaceCursor(toplist.position.cast_signed()).encode("toplists")))
}

/// A page of a playlist's entries; none when there is no such playlist.
pub fn list_playlist_entries(
    reader: &dyn CatalogReader,
    id: PlaylistId,
    page: &PageAfter<PlaceCursor>,
) -> ReadResult<Option<Page<PlaylistEntry>>> {
    if reader.find_playlist(id)?.is_none() {
        return Ok(None);
    }
    let items = reader.list_playlist_entries(id, page.place(), page.limit + 1)?;
    Ok(Some(Page::cut(items, page.limit, |entry| PlaceCursor(entry.position).encode("entries"))))
}

/// A page of what an artist performs; none when there is no such artist.
pub fn list_artist_tracks(
    reader: &dyn CatalogReader,
    id: ArtistId,
    page: &PageAfter<PlaceCursor>,
) -> ReadResult<Option<Page<Track>>> {
    if reader.find_artist(id)?.is_none() {
        return Ok(None);
    }
    let items = reader.list_artist_tracks(id, page.place().and_then(TrackId::new), page.limit + 1)?;
    Ok(Some(Page::cut(items, page.limit, |track| PlaceCursor(track.id.number()).encode("artist-tracks"))))
}

/// A page of a genre's tracks; none when there is no such genre.
pub fn list_genre_tracks(
    reader: &dyn CatalogReader,
    id: GenreId,
    page: &PageAfter<PlaceCursor>,
) -> ReadResult<Option<Page<Track>>> {
    let Some(_) = reader.find_genre(id)? else { return Ok(None) };
    let first = first_place(page);
    let items = reader.list_genre_tracks(id, first, page.limit + 1)?;
    Ok(Some(Page::cut(items, page.limit, |_| last_place(first, page.limit).encode("genre-tracks"))))
}

/// A page of a genre's albums; none when there is no such genre.
pub fn list_genre_albums(
    reader: &dyn CatalogReader,
    id: GenreId,
    page: &PageAfter<PlaceCursor>,
) -> ReadResult<Option<Page<Album>>> {
    let Some(_) = reader.find_genre(id)? else { return Ok(None) };
    let first = first_place(page);
    let items = reader.list_genre_albums(id, first, page.limit + 1)?;
    Ok(Some(Page::cut(items, page.limit, |_: &Album| last_place(first, page.limit).encode("genre-albums"))))
}

fn by_name(list: &str, sort_key: &str, id: i64) -> String {
    NameCursor { sort_key: sort_key.to_owned(), id }.encode(list)
}

fn first_place(page: &PageAfter<PlaceCursor>) -> u64 {
    page.place().and_then(|place| u64::try_from(place).ok()).map_or(0, |place| place + 1)
}

/// The place of a full page's last item.
fn last_place(first: u64, limit: usize) -> PlaceCursor {
    PlaceCursor(first.saturating_add(limit as u64).saturating_sub(1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AlbumId;
    use crate::testing::{FakeReader, sample_catalog};

    #[test]
    fn pages_of_three_make_the_whole_list() {
        let reader = FakeReader::new(sample_catalog());
        let (mut names, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = PageAfter::by_name("albums", Some("3"), cursor.as_deref()).expect("a page");
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
        let first = PageAfter::by_place("genre-tracks", Some("4"), None).expect("a page");
        let first = list_genre_tracks(&reader, genre.id, &first).expect("tracks").expect("a genre");
        let second = PageAfter::by_place("genre-tracks", Some("500"), first.next_cursor.as_deref()).expect("a page");
        let second = list_genre_tracks(&reader, genre.id, &second).expect("tracks").expect("a genre");
        let whole = reader.list_genre_tracks(genre.id, 0, 100).expect("tracks");
        assert_eq!([first.items, second.items].concat(), whole);
        assert_eq!(second.next_cursor, None);
    }
}
