//! Albums and the orders that they are listed in.

use rusqlite::{Connection, named_params};
use snapshot_format::album_list::{self, ListNumber, ListedAlbum};
use snapshot_format::read_schema::AlbumList;
use snapshot_format::row_json::{self, AlbumExtra, CreditJson, RoleJson};
use snapshot_format::search_rowid::{self, Kind};

use super::{Insert, covers, signed};
use crate::snapshot::build::BuildError;
use crate::snapshot::build::derive::{Derived, place};
use crate::snapshot::build::input::ArtistRow;
use crate::snapshot::build::search::SearchFeed;

const INSERT_ALBUM: &str = "INSERT INTO catalog_albums VALUES (:album_id, :name, :sort_key, :artist, :artist_id, :year,
    :release_date, :original_date, :song_count, :duration_ms, :play_count, :genre, :is_compilation, :cover_id, :added_at,
    :credits_json, :extra_json)";

const LISTS: [AlbumList; 5] =
    [AlbumList::ByName, AlbumList::ByArtist, AlbumList::Newest, AlbumList::ByYear, AlbumList::MostPlayed];

/// What lists show of most albums takes less, in bytes.
const USUAL_LISTED_BYTES: usize = 96;

/// How many albums were written, and how many of them have a year.
pub(super) struct Written {
    pub(super) shown: u64,
    pub(super) dated: u64,
}

/// Albums are found by their name and their artist's; those with more songs come first.
pub(super) fn feed(derived: &Derived, search: &mut SearchFeed) -> Result<(), BuildError> {
    let mut rows: Vec<(i64, u32)> = (0..place(derived.albums.len()))
        .filter(|album| derived.is_album_shown(*album))
        .map(|album| {
            let songs = derived.album_sums[album as usize].song_count;
            (search_rowid::encode(Kind::Album, songs.into(), derived.albums[album as usize].id), album)
        })
        .collect();
    rows.sort_unstable();
    for (rowid, album) in rows {
        let album = &derived.albums[album as usize];
        search.add(rowid, &album.name, album.artist.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

pub(super) fn write(derived: &Derived, database: &Connection) -> Result<Written, BuildError> {
    let mut insert = Insert::new(database, "albums", INSERT_ALBUM)?;
    let mut listed = Listed::of(derived.albums.len());
    let mut written = Written { shown: 0, dated: 0 };
    for album in 0..place(derived.albums.len()) {
        if derived.is_album_shown(album) {
            write_album(album as usize, derived, &mut insert, &mut listed)?;
            written.shown += 1;
            written.dated += u64::from(derived.albums[album as usize].year.is_some());
        }
        listed.end_album();
    }
    write_lists(derived, &listed, database)?;
    Ok(written)
}

fn write_album(
    place: usize,
    derived: &Derived,
    insert: &mut Insert<'_>,
    listed: &mut Listed,
) -> Result<(), BuildError> {
    let (album, sum) = (&derived.albums[place], &derived.album_sums[place]);
    let cover_id = covers::of_album(derived, place);
    let (credits_json, extra_json) = (credits_json(place, derived)?, extra_json(place, derived)?);
    let row = ListedAlbum {
        album_id: album.id,
        song_count: sum.song_count.into(),
        duration_ms: signed(sum.duration_ms),
        play_count: signed(sum.play_count),
        added_at: album.added_at,
        artist_id: album.artists.first().map(|artist| derived.artists[*artist as usize].id),
        year: album.year.map(i64::from),
        is_compilation: album.is_compilation,
        has_cover: cover_id.is_some(),
        name: &album.name,
        artist: album.artist.as_deref(),
        release_date: album.release_date.as_deref(),
        original_date: album.original_date.as_deref(),
        genre: sum.genres.first().map(|genre| &*derived.genres[*genre as usize].name),
        credits_json: credits_json.as_deref(),
        extra_json: extra_json.as_deref(),
    };
    row.write(&mut listed.bytes);
    insert.named_row(named_params! {
        ":album_id": row.album_id,
        ":name": row.name,
        ":sort_key": derived.album_keys[place],
        ":artist": row.artist,
        ":artist_id": row.artist_id,
        ":year": row.year,
        ":release_date": row.release_date,
        ":original_date": row.original_date,
        ":song_count": row.song_count,
        ":duration_ms": row.duration_ms,
        ":play_count": row.play_count,
        ":genre": row.genre,
        ":is_compilation": row.is_compilation,
        ":cover_id": cover_id,
        ":added_at": row.added_at,
        ":credits_json": row.credits_json,
        ":extra_json": row.extra_json,
    })
}

/// What lists show of each album, made once for all orders.
struct Listed {
    bytes: Vec<u8>,
    /// Where the bytes of each album end, by its place.
    ends: Vec<usize>,
}

impl Listed {
    /// Room for so many albums of the usual length.
    fn of(albums: usize) -> Self {
        Self { bytes: Vec::with_capacity(albums * USUAL_LISTED_BYTES), ends: Vec::with_capacity(albums) }
    }

    fn end_album(&mut self) {
        self.ends.push(self.bytes.len());
    }

    fn album(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[place]]
    }
}

/// `None` when `artist` is the one artist on the cover.
fn credits_json(place: usize, derived: &Derived) -> Result<Option<String>, BuildError> {
    let album = &derived.albums[place];
    let artists = || album.artists.iter().map(|artist| &derived.artists[*artist as usize]);
    if album.artists.len() == 1 && artists().all(|artist| album.artist.as_deref() == Some(&*artist.name)) {
        return Ok(None);
    }
    let credits: Vec<CreditJson> = artists().map(credit).collect();
    Ok(row_json::column(&credits)?)
}

fn credit(artist: &ArtistRow) -> CreditJson {
    CreditJson { artist_id: artist.id, instrument: None, name: artist.name.to_string(), role: RoleJson::AlbumArtist }
}

fn extra_json(place: usize, derived: &Derived) -> Result<Option<String>, BuildError> {
    let (album, sum) = (&derived.albums[place], &derived.album_sums[place]);
    let genres = sum.genres.iter().map(|genre| derived.genres[*genre as usize].name.to_string());
    let extra = AlbumExtra {
        advisory: sum.advisory,
        disc_titles: album.disc_titles.clone(),
        genres: if sum.genres.len() > 1 { genres.collect() } else { Vec::new() },
        labels: album.labels.clone(),
        moods: sum.moods.clone(),
        musicbrainz_id: album.musicbrainz_id.as_deref().map(str::to_owned),
        release_types: album.release_types.clone(),
        sort_name: album.sort_name.as_deref().map(str::to_owned),
        version: album.version.as_deref().map(str::to_owned),
    };
    Ok(row_json::column(&extra)?)
}

fn write_lists(derived: &Derived, listed: &Listed, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "album lists", "INSERT INTO catalog_album_lists VALUES (?, ?)")?;
    let mut genres = Vec::new();
    for list in LISTS {
        let albums = derived.list_albums(list);
        write_list(list, &albums, listed, &mut insert)?;
        if list == AlbumList::ByYear {
            write_years(&albums, derived, database)?;
        }
        if list == AlbumList::ByName {
            genres = albums_of_genres(&albums, derived);
        }
    }
    for (genre, albums) in genres {
        if let Some(list) = ListNumber::of_genre(genre) {
            write_list(list, &albums, listed, &mut insert)?;
        }
    }
    Ok(())
}

/// The albums of each genre by name, in the order of the genres' ids.
fn albums_of_genres(by_name: &[u32], derived: &Derived) -> Vec<(i64, Vec<u32>)> {
    let mut genres: Vec<(i64, Vec<u32>)> = derived.genres.iter().map(|genre| (genre.id, Vec::new())).collect();
    for album in by_name {
        for genre in &derived.album_sums[*album as usize].genres {
            genres[*genre as usize].1.push(*album);
        }
    }
    genres.sort_unstable();
    genres
}

/// Rows of as many albums as they hold.
fn write_list(
    list: impl Into<ListNumber>,
    albums: &[u32],
    listed: &Listed,
    insert: &mut Insert<'_>,
) -> Result<(), BuildError> {
    let list = list.into();
    let mut row = Vec::with_capacity(album_list::ROW_BYTES);
    let mut first_rank = 0;
    for (rank, album) in (0..).zip(albums) {
        let album = listed.album(*album as usize);
        if !row.is_empty() && row.len() + album.len() > album_list::ROW_BYTES {
            insert.row((album_list::row_id(list, first_rank), &row))?;
            row.clear();
            first_rank = rank;
        }
        row.extend_from_slice(album);
    }
    if !row.is_empty() {
        insert.row((album_list::row_id(list, first_rank), &row))?;
    }
    Ok(())
}

fn write_years(dated: &[u32], derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "album years", "INSERT INTO catalog_album_years VALUES (?, ?, ?)")?;
    let year = |album: &u32| derived.albums[*album as usize].year;
    let mut first_rank = 0;
    for albums in dated.chunk_by(|one, other| year(one) == year(other)) {
        insert.row((albums.first().and_then(year), first_rank, place(albums.len())))?;
        first_rank += place(albums.len());
    }
    Ok(())
}
