//! An earlier system's rows as the import takes them in: the same reading as for a snapshot, as owned values, one after
//! the other.

mod files;
mod lists;

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::{Connection, Row};

pub(crate) use files::{EarlierBackend, EarlierFile};
pub(crate) use lists::{EarlierPlaylist, EarlierToplist};

use self::files::FilesBySong;
use super::metadata::Metadata;
use super::names::split;
use super::songs::{self, RowError};
use crate::snapshot::build::input::{FileOrder, Skipped};
use crate::snapshot::build::source::{self, Keeper};
use crate::snapshot::build::{BuildError, values};

/// An earlier system's database inside one read transaction.
pub(crate) struct EarlierCatalog(Connection);

/// A song.
pub(crate) struct EarlierSong {
    pub(crate) id: i64,
    /// `platform:remote_song_id`.
    pub(crate) key: String,
    pub(crate) name: String,
    /// As shown.
    pub(crate) singers: Option<String>,
    pub(crate) album: Option<String>,
    pub(crate) album_artist: Option<String>,
    pub(crate) release_date: Option<String>,
    pub(crate) genres: Vec<String>,
    pub(crate) disc_number: Option<u32>,
    pub(crate) track_number: Option<u32>,
    pub(crate) duration_ms: Option<u64>,
    pub(crate) bit_rate_kbps: Option<u32>,
    pub(crate) ext: Option<String>,
    pub(crate) size_bytes: Option<i64>,
}

impl EarlierSong {
    /// The names in a text of singers.
    pub(crate) fn names(text: &str) -> Vec<String> {
        split(text).map(str::to_owned).collect()
    }
}

impl EarlierCatalog {
    /// Opens it read-only.
    ///
    /// # Errors
    /// What is not there or is no such database.
    pub(crate) fn open(path: &Path) -> Result<Self, BuildError> {
        match source::open(path)? {
            (connection, Keeper::Earlier) => Ok(Self(connection)),
            (_, Keeper::Ours) => Err(BuildError::NotACatalog { path: path.to_owned() }),
        }
    }

    /// Ids and keys of the songs in id order, until told to stop.
    pub(crate) fn each_key(&self, mut visit: impl FnMut(i64, &str) -> ControlFlow<()>) -> Result<(), BuildError> {
        let mut key = String::new();
        songs::each_row(&self.0, &songs::COLUMNS[..3], &mut Skipped::default(), |row, id, _| {
            put_key(row, &mut key)?;
            Ok(visit(id, &key))
        })
    }

    /// Songs in id order.
    pub(crate) fn each_song(&self, mut visit: impl FnMut(EarlierSong)) -> Result<(), BuildError> {
        songs::each_row(&self.0, &songs::COLUMNS, &mut Skipped::default(), |row, id, _| {
            visit(song(row, id)?);
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Songs with their active files, in id order and until told to stop. `pick` says by their keys which ones, and what
    /// for.
    pub(crate) fn each_song_with_files<T>(
        &self,
        mut pick: impl FnMut(&str) -> Option<T>,
        mut visit: impl FnMut(T, EarlierSong, Vec<EarlierFile>) -> ControlFlow<()>,
    ) -> Result<(), BuildError> {
        let at = |source| BuildError::Source { what: "files", source };
        let backends = self.backends()?;
        let sql = super::files::select(&self.0, FileOrder::ByTrack)?;
        let mut statement = sql.map(|sql| self.0.prepare(&sql)).transpose().map_err(at)?;
        let rows = statement.as_mut().map(|statement| statement.query([])).transpose().map_err(at)?;
        let mut files = FilesBySong::new(rows, &backends);
        let mut key = String::new();
        songs::each_row(&self.0, &songs::COLUMNS, &mut Skipped::default(), |row, id, _| {
            put_key(row, &mut key)?;
            let Some(picked) = pick(&key) else { return Ok(ControlFlow::Continue(())) };
            let files = files.take_of(id).map_err(|source| RowError::Build(at(source)))?;
            Ok(visit(picked, song(row, id)?, files))
        })
    }
}

/// `platform:remote_song_id`.
fn put_key(row: &Row<'_>, key: &mut String) -> rusqlite::Result<()> {
    let [platform, remote_id] = [values::text(row, 1)?, values::text(row, 2)?].map(Option::unwrap_or_default);
    key.clear();
    key.extend([&*platform, ":", &*remote_id]);
    Ok(())
}

fn song(row: &Row<'_>, id: i64) -> rusqlite::Result<EarlierSong> {
    let json = values::filled_text(row, 7)?;
    let metadata = json.as_deref().and_then(Metadata::parse).unwrap_or_default();
    let text = |key: &str| metadata.text(key).map(Cow::into_owned);
    let number = |key: &str| metadata.number(key).and_then(values::positive);
    let mut key = String::new();
    put_key(row, &mut key)?;
    Ok(EarlierSong {
        id,
        key,
        name: values::text(row, 3)?.unwrap_or_default().into_owned(),
        singers: values::filled_text(row, 4)?.map(|singers| songs::trimmed(singers).into_owned()),
        album: text("album"),
        album_artist: text("album_artist"),
        release_date: metadata.date(),
        genres: metadata.genres(),
        disc_number: number("disc_number"),
        track_number: number("track_number"),
        duration_ms: metadata.number("duration_ms").and_then(|number| u64::try_from(number).ok()),
        bit_rate_kbps: number("bitrate_kbps"),
        ext: values::filled_text(row, 5)?.map(Cow::into_owned),
        size_bytes: values::integer(row, 6)?.filter(|size| *size >= 0),
    })
}
