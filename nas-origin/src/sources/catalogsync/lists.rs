//! The earlier system's playlists and toplists, written when its songs are.

use std::hash::Hash;

use catalog_core::import::{ImportError, ImportReport};
use catalog_core::ports::SourceError;

use super::{CatalogsyncFile, hash_of};
use crate::library::earlier_lists::{self, ListedPlaylist, ListedToplist, Lists};
use crate::library::sources::Source;
use crate::library::{Library, LibraryError};
use crate::snapshot::build::{BuildError, EarlierPlaylist, EarlierToplist};
use crate::sources::import::ImportFailure;

/// Makes the library's lists of a source what the file says: the answer is how many playlists were written, all or, when
/// nothing about them changed, none.
///
/// # Errors
/// When the file can't be read or the library can't be written.
pub fn replace_lists(
    library: &Library,
    source: &Source,
    file: &CatalogsyncFile,
    report: &ImportReport,
    now: i64,
) -> Result<u64, ImportFailure> {
    let lists = file.lists().map_err(ImportError::from)?;
    let is_same_music = report.added + report.updated == 0;
    if is_same_music && library.read(|read| earlier_lists::are_written(read, source, &lists))? {
        return Ok(0);
    }
    let tracks = library.read(|read| -> Result<_, ImportFailure> {
        let mut finder = earlier_lists::TrackFinder::new(read, source)?;
        file.each_key(|id, key| finder.add(id, key)).map_err(ImportError::from)?;
        Ok(finder.finish()?)
    })?;
    library.write(|tx| -> Result<(), LibraryError> { earlier_lists::replace(tx, source, &lists, &tracks, now) })?;
    Ok(lists.playlists.len() as u64)
}

impl CatalogsyncFile {
    fn lists(&self) -> Result<Lists, SourceError> {
        self.read_lists().map_err(self.failed())
    }

    fn read_lists(&self) -> Result<Lists, BuildError> {
        let (playlists, toplists) = self.catalog.lists()?;
        let digest = hash_of(|hasher| (&playlists, &toplists).hash(hasher));
        Ok(Lists {
            digest: format!("{digest:016x}"),
            playlists: playlists.into_iter().map(listed).collect(),
            toplists: toplists.into_iter().map(place).collect(),
        })
    }
}

fn listed(list: EarlierPlaylist) -> ListedPlaylist {
    ListedPlaylist {
        id: list.id,
        key: list.key,
        name: list.name,
        description: list.description,
        cover_url: list.cover_url,
        play_count: list.play_count,
        song_count: list.song_count,
        songs: list.songs,
    }
}

fn place(place: EarlierToplist) -> ListedToplist {
    ListedToplist {
        pool_id: place.pool_id,
        external_id: place.external_id,
        name: place.name,
        playlist_id: place.playlist_id,
    }
}
