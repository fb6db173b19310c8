//! Writing the tables, each in the order of its key.

mod albums;
mod artists;
mod covers;
mod files;
mod genres;
mod likenesses;
mod playlists;
mod toplists;
mod tracks;

use rusqlite::{Connection, Params, Statement, ToSql};

pub(super) use tracks::TrackRows;

use super::BuildError;
use super::DatabaseCounts;
use super::derive::Derived;
use super::input::{CatalogInput, Skipped};
use super::search::SearchFeed;

/// Writes all rows but those of tracks and the search index, and hands the names of albums, artists and playlists to it.
pub(super) fn write(
    input: &mut dyn CatalogInput,
    derived: &Derived,
    database: &Connection,
    search: &mut SearchFeed,
    skipped: &mut Skipped,
) -> Result<DatabaseCounts, BuildError> {
    // All names first: their index is put in order while the rows are written.
    let playlists = input.playlists(skipped)?;
    artists::feed(derived, search)?;
    albums::feed(derived, search)?;
    playlists::feed(&playlists, search)?;
    search.end()?;
    let covers = covers::Shown::new(derived, &playlists);
    tracks::write_pages(derived, database)?;
    let files = files::write(input, derived, database, skipped)?;
    let playlists = playlists::write(input, playlists, derived, database, skipped)?;
    toplists::write(input, &playlists.playlists, database, skipped)?;
    let albums = albums::write(derived, database)?;
    let artists = artists::write(derived, database)?;
    likenesses::write(derived, database)?;
    let genres = genres::write(derived, database)?;
    let covers = covers.write(input, database)?;
    tracks::write_lyrics(input, derived, database)?;
    let counts = DatabaseCounts {
        playlists: playlists.playlists.len() as u64,
        tracks: derived.tracks.ids.len() as u64,
        files,
        covers: covers + playlists.with_link_only,
        albums: albums.shown,
        artists,
    };
    write_counts(&counts, genres, albums.dated, database)?;
    Ok(counts)
}

fn write_counts(counts: &DatabaseCounts, genres: u64, dated: u64, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "counts", "INSERT INTO catalog_counts VALUES (?, ?)")?;
    for (name, value) in [
        ("albums", counts.albums),
        ("artists", counts.artists),
        ("covers", counts.covers),
        ("dated_albums", dated),
        ("files", counts.files),
        ("genres", genres),
        ("playlists", counts.playlists),
        ("tracks", counts.tracks),
    ] {
        insert.row((name, signed(value)))?;
    }
    Ok(())
}

/// A prepared INSERT that says what it was writing when it fails.
struct Insert<'d> {
    statement: Statement<'d>,
    what: &'static str,
}

impl<'d> Insert<'d> {
    fn new(database: &'d Connection, what: &'static str, sql: &str) -> Result<Self, BuildError> {
        let statement = database.prepare(sql).map_err(|source| BuildError::Target { what, source })?;
        Ok(Self { statement, what })
    }

    fn row(&mut self, values: impl Params) -> Result<(), BuildError> {
        let inserted = self.statement.execute(values);
        inserted.map(|_| ()).map_err(|source| BuildError::Target { what: self.what, source })
    }

    /// A row of values in the order of the statement, under the names that it has for them: looking up two dozen
    /// names for each of a million rows takes seconds.
    fn named_row(&mut self, values: &[(&str, &dyn ToSql)]) -> Result<(), BuildError> {
        let what = self.what;
        let at = |source| BuildError::Target { what, source };
        for (index, (name, value)) in (1..).zip(values) {
            debug_assert_eq!(self.statement.parameter_name(index), Some(*name), "the order of the statement");
            self.statement.raw_bind_parameter(index, value).map_err(at)?;
        }
        self.statement.raw_execute().map(|_| ()).map_err(at)
    }
}

/// A count as SQLite holds it.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
