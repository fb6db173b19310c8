//! Playlists, their entries and the pools of kind `toplist`.

use rusqlite::Row;

use super::{Catalogsync, schema};
use crate::snapshot::build::BuildError;
use crate::snapshot::build::input::{EntryRow, PlaylistRow, Skipped, ToplistRow, VisitEntry};
use crate::snapshot::build::values;

const COLUMNS: [&str; 9] = [
    "id",
    "platform",
    "remote_playlist_id",
    "name",
    "description",
    "cover_url",
    "play_count",
    "collected_song_count",
    "is_public",
];

/// Reads the public playlists and notes which others there are.
pub(super) fn list(input: &mut Catalogsync<'_>, skipped: &mut Skipped) -> Result<Vec<PlaylistRow>, BuildError> {
    let at = |source| BuildError::Source { what: "playlists", source };
    let columns = schema::select_list(input.source, "playlists", "p", &COLUMNS)?;
    let mut statement =
        input.source.prepare(&format!("SELECT {columns} FROM playlists p ORDER BY p.id")).map_err(at)?;
    let mut rows = statement.query([]).map_err(at)?;
    let mut playlists = Vec::new();
    while let Some(row) = rows.next().map_err(at)? {
        let Some(id) = values::id(row, 0).map_err(at)? else {
            skipped.add("playlist without a usable id");
            continue;
        };
        let is_public = values::integer(row, 8).map_err(at)?.is_none_or(|flag| flag != 0);
        if input.playlists.insert(id, is_public).is_some() {
            skipped.add("playlist with the id of another");
        } else if is_public {
            playlists.push(playlist(row, id).map_err(at)?);
        }
    }
    Ok(playlists)
}

fn playlist(row: &Row<'_>, id: i64) -> rusqlite::Result<PlaylistRow> {
    let cover_url = values::text(row, 5)?;
    Ok(PlaylistRow {
        id,
        platform: values::text(row, 1)?.unwrap_or_default().into_owned(),
        remote_id: values::text(row, 2)?.unwrap_or_default().into_owned(),
        name: values::text(row, 3)?.unwrap_or_default().into_owned(),
        description: values::text(row, 4)?.map(std::borrow::Cow::into_owned),
        cover_url: cover_url.as_deref().and_then(values::public_link).map(str::to_owned),
        cover_id: None,
        play_count: values::count(row, 6)?.unwrap_or(0),
        song_count: values::count(row, 7)?.unwrap_or(0),
    })
}

/// Entries of public playlists, in the order in which they were written.
pub(super) fn each_entry(
    input: &Catalogsync<'_>,
    skipped: &mut Skipped,
    visit: VisitEntry<'_>,
) -> Result<(), BuildError> {
    let at = |source| BuildError::Source { what: "playlist rows", source };
    let columns = schema::select_list(input.source, "playlist_songs", "e", &["playlist_id", "song_id", "position"])?;
    let mut statement =
        input.source.prepare(&format!("SELECT {columns} FROM playlist_songs e NOT INDEXED")).map_err(at)?;
    let mut rows = statement.query([]).map_err(at)?;
    while let Some(row) = rows.next().map_err(at)? {
        let playlist_id = values::id(row, 0).map_err(at)?;
        let Some((playlist_id, is_public)) = playlist_id.and_then(|id| Some((id, *input.playlists.get(&id)?))) else {
            skipped.add("playlist row without its playlist");
            continue;
        };
        let Some(track_id) = values::id(row, 1).map_err(at)? else {
            skipped.add("playlist row without its song");
            continue;
        };
        if is_public {
            visit(EntryRow { playlist_id, track_id, position: values::integer(row, 2).map_err(at)? })?;
        }
    }
    Ok(())
}

/// The playlists of pools of kind `toplist`; others' places are left out in silence.
pub(super) fn toplists(input: &Catalogsync<'_>, skipped: &mut Skipped) -> Result<Vec<ToplistRow>, BuildError> {
    for table in ["playlist_pools", "pool_playlists"] {
        if !schema::has_table(input.source, table)? {
            return Ok(Vec::new());
        }
    }
    let at = |source| BuildError::Source { what: "toplists", source };
    let columns =
        schema::select_list(input.source, "playlist_pools", "q", &["id", "external_id", "name", "pool_kind"])?;
    let sql = format!(
        "SELECT {columns}, pp.playlist_id FROM pool_playlists pp NOT INDEXED LEFT JOIN playlist_pools q ON q.id = pp.pool_id
         ORDER BY q.id"
    );
    let mut statement = input.source.prepare(&sql).map_err(at)?;
    let mut rows = statement.query([]).map_err(at)?;
    let mut toplists = Vec::new();
    while let Some(row) = rows.next().map_err(at)? {
        match toplist(input, row).map_err(at)? {
            Ok(toplist) => toplists.extend(toplist),
            Err(reason) => skipped.add(reason),
        }
    }
    Ok(toplists)
}

fn toplist(input: &Catalogsync<'_>, row: &Row<'_>) -> rusqlite::Result<Result<Option<ToplistRow>, &'static str>> {
    let Some(pool_id) = values::id(row, 0)? else { return Ok(Err("pool row without its pool")) };
    if values::text(row, 3)?.as_deref() != Some("toplist") {
        return Ok(Ok(None));
    }
    let playlist_id = values::id(row, 4)?;
    let Some((playlist_id, is_public)) = playlist_id.and_then(|id| Some((id, *input.playlists.get(&id)?))) else {
        return Ok(Err("pool row without its playlist"));
    };
    let external_id = values::filled_text(row, 1)?;
    let external_id = external_id.map_or_else(|| pool_id.to_string(), std::borrow::Cow::into_owned);
    let pool_name = values::text(row, 2)?.unwrap_or_default().into_owned();
    Ok(Ok(is_public.then_some(ToplistRow { pool_id, external_id, pool_name, playlist_id })))
}
