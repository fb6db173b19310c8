//! Toplists: playlists in pools of kind `toplist`, under ids that say which pool.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::{Connection, named_params};

use super::{Insert, signed};
use crate::snapshot::build::BuildError;
use crate::snapshot::build::input::{CatalogInput, PlaylistRow, Skipped, ToplistRow};

const INSERT_TOPLIST: &str =
    "INSERT INTO catalog_toplists VALUES (:toplist_id, :platform, :name, :description, :cover_url,
    :play_count, :song_count, :group_name, :playlist_id, :position)";

pub(super) fn write(
    input: &mut dyn CatalogInput,
    playlists: &[PlaylistRow],
    database: &Connection,
    skipped: &mut Skipped,
) -> Result<(), BuildError> {
    let mut toplists = input.toplists(skipped)?;
    let mut seen = HashSet::new();
    toplists.retain(|toplist| seen.insert((toplist.pool_id, toplist.playlist_id)));
    let playlists: HashMap<i64, &PlaylistRow> = playlists.iter().map(|playlist| (playlist.id, playlist)).collect();
    toplists.retain(|toplist| playlists.contains_key(&toplist.playlist_id));
    let mut rows = BTreeMap::new();
    for (position, (id, toplist)) in (0_u32..).zip(ids(&toplists).into_iter().zip(&toplists)) {
        match rows.entry(id) {
            Entry::Vacant(free) => _ = free.insert((position, toplist)),
            Entry::Occupied(_) => skipped.add("toplist with the id of another"),
        }
    }
    let mut insert = Insert::new(database, "toplists", INSERT_TOPLIST)?;
    rows.iter().try_for_each(|(id, (position, toplist))| {
        write_toplist(id, *position, toplist, playlists[&toplist.playlist_id], &mut insert)
    })
}

/// The pool's external id, with `:<playlist_id>` where it names several: in a pool with several playlists, and in all
/// pools with the same external id but the lowest.
fn ids(toplists: &[ToplistRow]) -> Vec<String> {
    let mut lowest: HashMap<&str, i64> = HashMap::new();
    let mut sizes: HashMap<i64, u32> = HashMap::new();
    for toplist in toplists {
        let first = lowest.entry(&toplist.external_id).or_insert(toplist.pool_id);
        *first = toplist.pool_id.min(*first);
        *sizes.entry(toplist.pool_id).or_default() += 1;
    }
    let id = |toplist: &ToplistRow| {
        let is_alone = sizes[&toplist.pool_id] == 1 && lowest[&*toplist.external_id] == toplist.pool_id;
        let full = || format!("{}:{}", toplist.external_id, toplist.playlist_id);
        if is_alone { toplist.external_id.clone() } else { full() }
    };
    toplists.iter().map(id).collect()
}

fn write_toplist(
    id: &str,
    position: u32,
    toplist: &ToplistRow,
    playlist: &PlaylistRow,
    insert: &mut Insert<'_>,
) -> Result<(), BuildError> {
    insert.named_row(named_params! {
        ":toplist_id": id,
        ":platform": playlist.platform,
        ":name": playlist.name,
        ":description": playlist.description,
        ":cover_url": playlist.cover_url,
        ":play_count": signed(playlist.play_count),
        ":song_count": signed(playlist.song_count),
        ":group_name": toplist.pool_name,
        ":playlist_id": toplist.playlist_id,
        ":position": position,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_say_which_playlist_only_where_the_pool_does_not() {
        let row = |pool_id, external_id: &str, playlist_id| ToplistRow {
            pool_id,
            external_id: external_id.to_owned(),
            pool_name: String::new(),
            playlist_id,
        };
        let rows = [row(5, "top", 1), row(6, "all", 1), row(6, "all", 2), row(7, "top", 3), row(8, "one", 1)];
        assert_eq!(ids(&rows), ["top", "all:1", "all:2", "top:3", "one"]);
    }
}
