//! Imports of a folder in memory into a library in memory.

use super::*;
use crate::testing::{FakeContent, FakeFolder, FakeLibrary, LibraryUnderTest};

struct Unwatched;

impl ImportProgress for Unwatched {
    fn planned(&self, _files: u64) {}

    fn done(&self, _files: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}

fn imported(folder: &FakeFolder, library: &mut FakeLibrary) -> ImportReport {
    let options = ImportOptions { missing_retention_secs: 60, ..ImportOptions::default() };
    import(folder, library.store("music").as_mut(), &Unwatched, options).unwrap()
}

fn playlist(entries: &[&str]) -> FakeContent {
    FakeContent::Playlist(entries.join("\n"))
}

fn tune(title: &str) -> FakeContent {
    FakeContent::Tune(title.to_owned())
}

#[test]
fn a_file_that_was_refused_is_read_when_it_opens_although_it_is_the_same() {
    let (mut folder, mut library) = (FakeFolder::default(), FakeLibrary::default());
    folder.put("locked.mp3", FakeContent::Locked("One".to_owned()), 1);
    folder.put("damaged.mp3", FakeContent::Damaged, 1);
    assert_eq!(imported(&folder, &mut library).failures.len(), 2);
    folder.put("locked.mp3", tune("One"), 1);
    let report = imported(&folder, &mut library);
    assert_eq!((report.added, report.failures.len()), (1, 1));
    assert_eq!(report.failures[0].path, "damaged.mp3");
    assert_eq!(imported(&folder, &mut library).unchanged, 1);
}

#[test]
fn what_is_moved_and_listed_at_once_stays_together() {
    let (mut folder, mut library) = (FakeFolder::default(), FakeLibrary::default());
    for (path, title) in [("a/1.mp3", "One"), ("a/2.mp3", "Two"), ("3.mp3", "Three")] {
        folder.put(path, tune(title), 1);
    }
    folder.put("a/list.m3u", playlist(&["1.mp3", "2.mp3"]), 1);
    folder.put("mix.m3u", playlist(&["3.mp3", "a/1.mp3", "http://radio"]), 1);
    imported(&folder, &mut library);
    let before = library.list_playlists();
    assert_eq!(before.iter().map(|(_, tracks)| tracks.len()).collect::<Vec<_>>(), [2, 2]);
    for (from, to) in [("a/1.mp3", "b/1.mp3"), ("a/2.mp3", "b/2.mp3"), ("a/list.m3u", "b/list.m3u")] {
        folder.rename(from, to);
    }
    let report = imported(&folder, &mut library);
    assert_eq!((report.moved, report.playlists), (2, 1));
    assert_eq!(library.list_playlists(), before);
}

#[test]
fn a_playlist_that_nobody_can_tell_from_another_is_a_new_one() {
    let (mut folder, mut library) = (FakeFolder::default(), FakeLibrary::default());
    folder.put("1.mp3", tune("One"), 1);
    for path in ["a.m3u", "b.m3u"] {
        folder.put(path, playlist(&["1.mp3"]), 1);
    }
    imported(&folder, &mut library);
    folder.rename("a.m3u", "c.m3u");
    folder.rename("b.m3u", "d.m3u");
    assert_eq!(imported(&folder, &mut library).playlists, 4);
    let known = library.store("music").known().unwrap().playlists;
    assert_eq!(known.iter().filter(|list| list.is_missing).count(), 2);
}
