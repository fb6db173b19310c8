//! Playlists, which only their owner's NAS can change.

use catalog_core::model::{Playlist, PlaylistEntry, PlaylistId};
use catalog_core::ports::{CatalogReader, ReadResult};

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// Rows that are read at once.
const BATCH: usize = 500;

/// `getPlaylists`: every one, since the protocol has no pages for them.
pub(in crate::http::subsonic) fn playlists(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let playlists = all_playlists(reader)?;
    answer.object("playlists", |list| {
        list.list("playlist", &playlists, |object, playlist| views::playlist(object, playlist, &asked.edition));
    });
    Ok(())
}

/// `getPlaylist`, whole.
pub(in crate::http::subsonic) fn playlist(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let id = asked.params.id("playlist")?;
    let playlist = reader.find_playlist(id)?.ok_or(SubsonicError::NotFound("playlist"))?;
    let entries = all_entries(reader, id)?;
    answer.object("playlist", |object| {
        views::playlist(object, &playlist, &asked.edition);
        object.list("entry", &entries, |object, entry| views::song(object, &entry.track));
    });
    Ok(())
}

fn all_playlists(reader: &dyn CatalogReader) -> ReadResult<Vec<Playlist>> {
    let mut playlists = reader.list_playlists(None, BATCH)?;
    let mut batch_length = playlists.len();
    while batch_length == BATCH {
        let last = playlists.last().map(|playlist| (playlist.sort_key.as_str(), playlist.id.number()));
        let batch = reader.list_playlists(last, BATCH)?;
        batch_length = batch.len();
        playlists.extend(batch);
    }
    Ok(playlists)
}

fn all_entries(reader: &dyn CatalogReader, id: PlaylistId) -> ReadResult<Vec<PlaylistEntry>> {
    let mut entries = reader.list_playlist_entries(id, None, BATCH)?;
    let mut batch_length = entries.len();
    while batch_length == BATCH {
        let batch = reader.list_playlist_entries(id, entries.last().map(|entry| entry.position), BATCH)?;
        batch_length = batch.len();
        entries.extend(batch);
    }
    Ok(entries)
}
