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
    let mut read: ReadResult<()> = Ok(());
    answer.object("playlist", |object| {
        views::playlist(object, &playlist, &asked.edition);
        read = object.items("entry", |entries| {
            each_entry(reader, id, &mut |entry| entries.item(|object| views::song(object, &entry.track)))
        });
    });
    Ok(read?)
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

/// Shows the entries to `see`, one by one: a playlist may hold a whole library.
fn each_entry(reader: &dyn CatalogReader, id: PlaylistId, see: &mut dyn FnMut(&PlaylistEntry)) -> ReadResult<()> {
    let mut after = None;
    loop {
        let batch = reader.list_playlist_entries(id, after, BATCH)?;
        batch.iter().for_each(&mut *see);
        match batch.last() {
            Some(last) if batch.len() == BATCH => after = Some(last.position),
            _ => return Ok(()),
        }
    }
}
