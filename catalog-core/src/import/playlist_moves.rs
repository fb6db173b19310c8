//! Which playlist a file is that appeared: one that vanished, when both list the same tracks. And what the entries of a
//! playlist are: the track at an entry's path, else the one that was there when the playlist was read before.

use std::collections::{BTreeSet, HashMap};

use super::change::ListedTrack;
use crate::model::{PlaylistId, TrackId};

/// An entry of a file: its path below the root, if it can lie there, and the track that lies there now.
pub(super) type FoundEntry = (Option<Box<str>>, Option<TrackId>);

/// A playlist whose file is gone.
#[derive(Clone, Debug)]
pub(super) struct VanishedPlaylist {
    pub(super) id: PlaylistId,
    pub(super) path: Box<str>,
    pub(super) entries: Vec<ListedTrack>,
}

/// A file that was not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct AppearedPlaylist<'a> {
    pub(super) path: &'a str,
    pub(super) entries: &'a [FoundEntry],
}

/// The entries that are tracks. `before` are the playlist's own when it was last read: a track that moved away from an
/// entry's path stays in the playlist.
pub(super) fn resolve(entries: &[FoundEntry], before: &[ListedTrack]) -> Vec<ListedTrack> {
    let before: HashMap<&str, TrackId> = before.iter().map(|entry| (&*entry.path, entry.track)).collect();
    let listed = |(path, found): &FoundEntry| {
        let path = path.clone()?;
        let track = found.or_else(|| before.get(&*path).copied())?;
        Some(ListedTrack { path, track })
    };
    entries.iter().filter_map(listed).collect()
}

/// For each file that appeared the place of the playlist that it is among those that vanished. Only what is certain is
/// taken: a playlist and a file that have the same tracks, and no other has; where several have, the one of the same
/// file name.
pub(super) fn match_playlists(vanished: &[VanishedPlaylist], appeared: &[AppearedPlaylist<'_>]) -> Vec<Option<usize>> {
    let mut pairs = pairs(vanished, appeared);
    let mut matched = vec![None; appeared.len()];
    for needs_same_name in [true, false] {
        let is_open = |(file, list): &(usize, usize)| {
            !needs_same_name || name_of(appeared[*file].path) == name_of(&vanished[*list].path)
        };
        let open: Vec<(usize, usize)> = pairs.iter().copied().filter(is_open).collect();
        let (mut lists_of, mut files_of) = (vec![0; appeared.len()], vec![0; vanished.len()]);
        for (file, list) in &open {
            (lists_of[*file], files_of[*list]) = (lists_of[*file] + 1, files_of[*list] + 1);
        }
        let mut is_taken = vec![false; vanished.len()];
        for (file, list) in open.into_iter().filter(|(file, list)| lists_of[*file] == 1 && files_of[*list] == 1) {
            (matched[file], is_taken[list]) = (Some(list), true);
        }
        pairs.retain(|(file, list)| matched[*file].is_none() && !is_taken[*list]);
    }
    matched
}

/// Files and playlists that have the same tracks. A playlist is compared with files that have its first entry alone: a
/// thousand albums with a list each may be renamed at once.
fn pairs(vanished: &[VanishedPlaylist], appeared: &[AppearedPlaylist<'_>]) -> Vec<(usize, usize)> {
    let (mut by_track, mut by_path) = (HashMap::new(), HashMap::new());
    for (list, first) in vanished.iter().enumerate().filter_map(|(at, list)| Some((at, list.entries.first()?))) {
        by_track.entry(first.track).or_insert_with(Vec::new).push(list);
        by_path.entry(&*first.path).or_insert_with(Vec::new).push(list);
    }
    let mut pairs = Vec::new();
    for (at, file) in appeared.iter().enumerate() {
        let lists = file.entries.iter().flat_map(|(path, found)| {
            let same_track = found.as_ref().and_then(|track| by_track.get(track));
            let same_path = path.as_deref().and_then(|path| by_path.get(path));
            same_track.into_iter().chain(same_path).flatten().copied()
        });
        let candidates: BTreeSet<usize> = lists.collect();
        let same = candidates.into_iter().filter(|list| has_tracks_of(file, &vanished[*list]));
        pairs.extend(same.map(|list| (at, list)));
    }
    pairs
}

fn has_tracks_of(file: &AppearedPlaylist<'_>, list: &VanishedPlaylist) -> bool {
    let tracks = resolve(file.entries, &list.entries);
    let tracks = tracks.iter().map(|entry| entry.track);
    tracks.eq(list.entries.iter().map(|entry| entry.track))
}

fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: i64) -> TrackId {
        TrackId::new(number).unwrap()
    }

    fn entries(tracks: &[(&str, i64)]) -> Vec<ListedTrack> {
        tracks.iter().map(|(path, track)| ListedTrack { path: (*path).into(), track: id(*track) }).collect()
    }

    fn vanished(number: i64, path: &str, tracks: &[(&str, i64)]) -> VanishedPlaylist {
        VanishedPlaylist { id: PlaylistId::new(number).unwrap(), path: path.into(), entries: entries(tracks) }
    }

    /// Entries by path, with the track that is there now.
    fn listed(tracks: &[(&str, Option<i64>)]) -> Vec<FoundEntry> {
        tracks.iter().map(|(path, track)| (Some((*path).into()), track.map(id))).collect()
    }

    fn matched(lists: &[VanishedPlaylist], files: &[(&str, Vec<FoundEntry>)]) -> Vec<Option<usize>> {
        let appeared: Vec<_> = files.iter().map(|(path, entries)| AppearedPlaylist { path, entries }).collect();
        match_playlists(lists, &appeared)
    }

    #[test]
    fn a_track_that_moved_away_stays_in_the_playlist_that_lists_its_old_path() {
        let found = listed(&[("a", Some(1)), ("b", None), ("c", None)]);
        assert_eq!(resolve(&found, &entries(&[("a", 7), ("b", 2)])), entries(&[("a", 1), ("b", 2)]));
    }

    #[test]
    fn a_renamed_list_and_one_that_moved_with_its_tracks_are_known_again() {
        let lists = [vanished(1, "a/x.m3u", &[("a/1", 1), ("a/2", 2)]), vanished(2, "y.m3u", &[("b/3", 3)])];
        let files = [
            ("new.m3u", listed(&[("b/3", None), ("b/4", None)])),
            ("b/x.m3u", listed(&[("b/1", Some(1)), ("b/2", Some(2))])),
            ("other.m3u", listed(&[("a/1", Some(2)), ("a/2", Some(1))])),
        ];
        assert_eq!(matched(&lists, &files), [Some(1), Some(0), None]);
    }

    #[test]
    fn of_several_with_the_same_tracks_the_one_of_the_same_name_is_it_and_nothing_is_guessed() {
        let lists = ["a/x.m3u", "a/y.m3u"].map(|path| vanished(1, path, &[("1", 1)]));
        let one = |path| (path, listed(&[("1", Some(1))]));
        assert_eq!(
            matched(&lists, &[one("b/y.m3u"), one("b/z.m3u")]),
            [Some(1), Some(0)],
            "what is left is one of each"
        );
        assert_eq!(matched(&lists, &[one("b/u.m3u"), one("b/v.m3u")]), [None, None]);
        assert_eq!(matched(&lists[..1], &[one("b/u.m3u"), one("b/v.m3u")]), [None, None]);
        assert_eq!(matched(&[vanished(1, "x.m3u", &[])], &[("y.m3u", listed(&[]))]), [None]);
    }
}
