//! The counts and the search index.

use std::collections::BTreeSet;

use catalog_core::ports::AlbumOrder;
use catalog_core::search_text::{PREFIX_TERM_CHARS, document_terms, mark_terms};
use catalog_core::testing::MemoryCatalog;
use rusqlite::{Connection, Result, params};
use snapshot_format::search_rowid::{self, Kind};

use super::{number, run};

pub(super) fn insert_counts(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    for (name, value) in [
        ("tracks", catalog.tracks.len()),
        ("albums", catalog.albums.len()),
        ("artists", catalog.listed_artists().len()),
        ("playlists", catalog.playlists.len()),
        ("genres", catalog.genres.len()),
        ("dated_albums", catalog.albums_in(AlbumOrder::ByYear).len()),
    ] {
        run(connection, "catalog_counts", params![name, number(value)])?;
    }
    Ok(())
}

pub(super) fn insert(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    let mut documents = Vec::new();
    for artist in &catalog.artists {
        let row = search_rowid::encode(Kind::Artist, artist.song_count, artist.id.number());
        documents.push((row, terms(&artist.name, None)));
    }
    for album in &catalog.albums {
        let row = search_rowid::encode(Kind::Album, album.song_count, album.id.number());
        documents.push((row, terms(&album.name, album.artist.as_deref())));
    }
    for track in &catalog.tracks {
        let row = search_rowid::encode(Kind::Track, track.play_count, track.id.number());
        documents.push((row, terms(&track.title, track.artist.as_deref())));
    }
    for list in &catalog.playlists {
        let row = search_rowid::encode(Kind::Playlist, list.play_count, list.id.number());
        documents.push((row, terms(&list.name, None)));
    }
    for (row, terms) in &mut documents {
        let plain = std::mem::take(terms);
        mark_terms(&plain, search_rowid::mark_of(*row), terms);
    }
    documents.sort_unstable();
    let mut words = BTreeSet::new();
    for (row, terms) in &documents {
        connection
            .prepare_cached("INSERT INTO catalog_search (rowid, terms) VALUES (?, ?)")?
            .execute(params![row, terms])?;
        words.extend(terms.split_whitespace().filter(|word| word.chars().count() > 1 + PREFIX_TERM_CHARS));
    }
    words.into_iter().try_for_each(|word| run(connection, "catalog_search_words", params![word]))
}

fn terms(name: &str, artists: Option<&str>) -> String {
    let names = std::iter::once(name).chain(artists.into_iter().flat_map(|artists| artists.split(" / ")));
    names.map(document_terms).collect()
}
