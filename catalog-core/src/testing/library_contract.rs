//! What every library has to do that imports write to.

use std::collections::HashSet;
use std::fmt::Debug;

use super::{FakeFolder, FakeLibrary, fake_picture, fake_track};
use crate::import::{
    Change, FileFailure, FileStamp, ImportOptions, ImportProgress, KnownFile, KnownLibrary, ListedTrack, PictureFile,
    PlaylistRecord, ScannedFile, TextKind, import,
};
use crate::model::{PlaylistId, TrackId};
use crate::ports::LibraryStore;

/// When the contract's imports happen, Unix seconds.
const NOW: i64 = 1_700_000_000;

/// A library, and what a publish would see of it.
pub trait LibraryUnderTest {
    /// A source's side of it, as an import gets it; the source is made when there is none of this name.
    fn store(&mut self, source: &str) -> Box<dyn LibraryStore + '_>;
    /// Names and tracks of the playlists that are there, by id.
    fn list_playlists(&self) -> Vec<(String, Vec<TrackId>)>;
    /// Another one after each transaction that changes what a snapshot could show.
    fn change_mark(&self) -> String;
}

/// Checks the libraries that `open` makes, each empty.
///
/// # Panics
/// At the first that differs.
pub fn library_contract(open: &dyn Fn() -> Box<dyn LibraryUnderTest>) {
    for behaviour in [
        knows_what_it_was_told,
        keeps_a_tracks_id,
        lets_tracks_change_places,
        forgets_failures_that_passed,
        knows_pictures_by_path,
        knows_texts_by_path,
        keeps_playlists,
        removes_what_was_missing_too_long,
        takes_a_batch_whole_or_not_at_all,
        keeps_sources_apart,
        gives_a_lost_track_to_the_source_that_has_its_file,
        marks_what_a_snapshot_could_show,
    ] {
        behaviour(open().as_mut());
    }
}

#[track_caller]
fn done<T, E: Debug>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => failed(&error),
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "a contract suite fails by panicking")]
fn failed(error: &dyn Debug) -> ! {
    panic!("{error:?}")
}

fn file(path: &str, mtime_ns: i64) -> ScannedFile {
    ScannedFile { path: path.into(), stamp: FileStamp { size_bytes: 5, mtime_ns } }
}

fn failure(path: &str, reason: &str) -> FileFailure {
    FileFailure { path: path.to_owned(), reason: reason.to_owned(), may_pass: false }
}

/// A track whose content and tags follow from the title.
fn add(path: &str, title: &str) -> Change {
    Change::Add { file: file(path, 1), track: Box::new(fake_track(path, title)) }
}

fn replace(id: TrackId, path: &str, title: &str) -> Change {
    Change::Replace { id, file: file(path, 2), track: Box::new(fake_track(path, title)) }
}

fn put_playlist(id: Option<PlaylistId>, path: &str, listed: u64, tracks: &[TrackId]) -> Change {
    let playlist = PlaylistRecord { name: path.to_owned(), listed, entries: entries(tracks) };
    Change::PutPlaylist { id, file: file(path, 1), playlist }
}

/// Entries whose paths tell where they stand.
fn entries(tracks: &[TrackId]) -> Vec<ListedTrack> {
    (0..).zip(tracks).map(|(at, track): (u32, _)| ListedTrack { path: at.to_string().into(), track: *track }).collect()
}

fn apply(library: &mut dyn LibraryUnderTest, changes: &[Change]) {
    done(library.store("music").apply(changes, NOW));
}

/// What is known, by path.
fn known(library: &mut dyn LibraryUnderTest, source: &str) -> KnownLibrary {
    let mut known = done(library.store(source).known());
    known.files.sort_by(|left, right| left.path.cmp(&right.path));
    known.pictures.sort_by(|left, right| left.path.cmp(&right.path));
    known.texts.sort_by(|(_, left), (_, right)| left.path.cmp(&right.path));
    known.playlists.sort_by(|left, right| left.file.path.cmp(&right.file.path));
    known.failures.sort_by(|left, right| left.file.path.cmp(&right.file.path));
    known
}

fn track_at(library: &mut dyn LibraryUnderTest, path: &str) -> Option<TrackId> {
    done(library.store("music").find_track_at(path))
}

/// The id of the track at a path where there must be one.
fn id_at(library: &mut dyn LibraryUnderTest, path: &str) -> TrackId {
    track_at(library, path).unwrap_or_else(|| failed(&path))
}

fn knows_what_it_was_told(library: &mut dyn LibraryUnderTest) {
    assert_eq!(known(library, "music"), KnownLibrary::default());
    apply(library, &[add("a/1", "One"), add("a/2", "Two")]);
    let files = known(library, "music").files;
    let paths: Vec<&str> = files.iter().map(|known| &*known.path).collect();
    assert_eq!(paths, ["a/1", "a/2"]);
    for (KnownFile { track_id, path, stamp, content, tags, is_missing, is_elsewhere }, title) in
        files.into_iter().zip(["One", "Two"])
    {
        let told = fake_track(&path, title);
        assert_eq!((stamp, content, tags), (file(&path, 1).stamp, told.content, told.tags));
        assert!(!is_missing && !is_elsewhere);
        assert_eq!(track_at(library, &path), Some(track_id));
    }
    assert_ne!(id_at(library, "a/1"), id_at(library, "a/2"));
    for elsewhere in ["a", "a/", "A/1", "a/3", ""] {
        assert_eq!(track_at(library, elsewhere), None, "{elsewhere}");
    }
}

fn keeps_a_tracks_id(library: &mut dyn LibraryUnderTest) {
    apply(library, &[add("a/1", "One")]);
    let id = id_at(library, "a/1");
    apply(library, &[replace(id, "b/1", "Another title")]);
    assert_eq!((track_at(library, "a/1"), track_at(library, "b/1")), (None, Some(id)));
    apply(library, &[Change::Touch { id, stamp: file("", 9).stamp }]);
    assert_eq!(known(library, "music").files[0].stamp.mtime_ns, 9);
    apply(library, &[Change::Miss { id }]);
    assert!(known(library, "music").files[0].is_missing);
    assert_eq!(track_at(library, "b/1"), Some(id), "a playlist's entry stays while its track is away");
    apply(library, &[Change::Return { id }]);
    assert!(!known(library, "music").files[0].is_missing);
    apply(library, &[Change::Miss { id }, replace(id, "c/1", "One")]);
    let back = &known(library, "music").files[0];
    assert_eq!((back.track_id, &*back.path, back.is_missing), (id, "c/1", false));
}

fn lets_tracks_change_places(library: &mut dyn LibraryUnderTest) {
    apply(library, &[add("1", "One"), add("2", "Two")]);
    let (one, two) = (id_at(library, "1"), id_at(library, "2"));
    apply(library, &[Change::Displace { id: one }, Change::Displace { id: two }, replace(one, "2", "One")]);
    assert_eq!((track_at(library, "1"), track_at(library, "2")), (None, Some(one)));
    let content = fake_track("", "Two").content;
    let lost = known(library, "music").files.into_iter().find(|file| file.track_id == two);
    assert_eq!(lost.map(|file| file.content), Some(content), "an import that broke off here finds it by its content");
    apply(library, &[replace(two, "1", "Two")]);
    assert_eq!((track_at(library, "1"), track_at(library, "2")), (Some(two), Some(one)));
}

fn forgets_failures_that_passed(library: &mut dyn LibraryUnderTest) {
    let fail = |path: &str, reason: &str, mtime| {
        let failure = FileFailure { may_pass: reason == "locked", ..failure(path, reason) };
        Change::Fail { failure, stamp: file(path, mtime).stamp }
    };
    apply(library, &[fail("x", "empty", 1), fail("y", "damaged", 1), fail("x", "locked", 2)]);
    let failures = known(library, "music").failures;
    let told: Vec<_> =
        failures.iter().map(|known| (&*known.reason, known.may_pass, known.file.stamp.mtime_ns)).collect();
    assert_eq!(told, [("locked", true, 2), ("damaged", false, 1)]);
    apply(library, &[Change::Forget { path: "x".into() }, Change::Forget { path: "never was".into() }]);
    assert_eq!(known(library, "music").failures.len(), 1);
}

fn knows_pictures_by_path(library: &mut dyn LibraryUnderTest) {
    let put = |path: &str, letter, mtime| Change::PutPicture {
        file: file(path, mtime),
        picture: PictureFile { picture: fake_picture(letter) },
    };
    apply(library, &[put("a/cover.jpg", 'a', 1), put("b/cover.jpg", 'a', 1), put("a/cover.jpg", 'b', 2)]);
    assert_eq!(known(library, "music").pictures, [file("a/cover.jpg", 2), file("b/cover.jpg", 1)]);
    apply(library, &[Change::DropPicture { path: "a/cover.jpg".into() }]);
    assert_eq!(known(library, "music").pictures, [file("b/cover.jpg", 1)]);
}

fn knows_texts_by_path(library: &mut dyn LibraryUnderTest) {
    for (kind, first, second) in [(TextKind::Lyrics, "a/1.lrc", "b/1.lrc"), (TextKind::Sheet, "a/1.cue", "b/1.cue")] {
        let put =
            |path: &str, text: &str, mtime| Change::PutText { kind, file: file(path, mtime), text: text.to_owned() };
        apply(library, &[put(first, "la", 1), put(second, "la", 1), put(first, "lo", 2)]);
        assert_eq!(known(library, "music").texts, [(kind, file(first, 2)), (kind, file(second, 1))]);
        let mark = library.change_mark();
        apply(library, &[put(second, "la", 3)]);
        assert_eq!(library.change_mark(), mark, "the same text");
        apply(library, &[Change::DropText { kind, path: first.into() }]);
        assert_eq!(known(library, "music").texts, [(kind, file(second, 3))]);
        assert_ne!(library.change_mark(), mark);
        apply(library, &[Change::DropText { kind, path: second.into() }]);
    }
}

fn keeps_playlists(library: &mut dyn LibraryUnderTest) {
    apply(library, &[add("1", "One"), add("2", "Two")]);
    let (one, two) = (id_at(library, "1"), id_at(library, "2"));
    apply(library, &[put_playlist(None, "mix.m3u", 4, &[two, one, two]), put_playlist(None, "empty.m3u", 0, &[])]);
    let mix = ("mix.m3u".to_owned(), vec![two, one, two]);
    assert_eq!(library.list_playlists(), [mix, ("empty.m3u".to_owned(), vec![])]);
    let lists = known(library, "music").playlists;
    assert_eq!(lists.iter().map(|list| list.is_incomplete).collect::<Vec<_>>(), [false, true]);
    let id = lists[1].id;
    apply(library, &[Change::MissPlaylist { id }]);
    assert_eq!(library.list_playlists().len(), 1);
    assert!(known(library, "music").playlists[1].is_missing);
    apply(library, &[put_playlist(Some(id), "new/mix.m3u", 1, &[one])]);
    assert_eq!(library.list_playlists()[0], ("new/mix.m3u".to_owned(), vec![one]), "back, and before the later one");
    let back = &known(library, "music").playlists[1];
    assert_eq!((back.id, &*back.file.path), (id, "new/mix.m3u"));
    assert!(!back.is_missing && !back.is_incomplete);
    let mut store = library.store("music");
    assert_eq!(done(store.list_entries(id)), entries(&[one]));
    assert!(store.apply(&[put_playlist(None, "new/mix.m3u", 0, &[])], NOW).is_err(), "it lies there already");
}

fn removes_what_was_missing_too_long(library: &mut dyn LibraryUnderTest) {
    apply(library, &[add("1", "One"), add("2", "Two"), add("3", "Three")]);
    let ids = ["1", "2", "3"].map(|path| id_at(library, path));
    apply(library, &[put_playlist(None, "all.m3u", 3, &ids), put_playlist(None, "gone.m3u", 1, &ids[..1])]);
    let gone = known(library, "music").playlists[1].id;
    let mut store = library.store("music");
    done(store.apply(&[Change::Miss { id: ids[0] }, Change::MissPlaylist { id: gone }], NOW));
    done(store.apply(&[Change::Miss { id: ids[1] }], NOW + 60));
    done(store.finish(NOW, NOW + 60));
    drop(store);
    let left: Vec<TrackId> = known(library, "music").files.iter().map(|file| file.track_id).collect();
    assert_eq!(left, ids[1..]);
    assert_eq!(library.list_playlists(), [("all.m3u".to_owned(), ids[1..].to_vec())]);
    let all = known(library, "music").playlists[0].id;
    assert_eq!(done(library.store("music").list_entries(all)), entries(&ids)[1..]);
    apply(library, &[add("1", "One"), put_playlist(None, "gone.m3u", 0, &[])]);
    assert!(id_at(library, "1") > ids[2], "an id is never given again");
    let playlists = known(library, "music").playlists;
    assert!(playlists.len() == 2 && playlists.iter().all(|list| list.id != gone));
}

fn takes_a_batch_whole_or_not_at_all(library: &mut dyn LibraryUnderTest) {
    let stranger = TrackId::new(999_999).unwrap_or_default();
    let mut store = library.store("music");
    assert!(store.apply(&[add("1", "One"), Change::Miss { id: stranger }], NOW).is_err());
    assert_eq!(done(store.known()), KnownLibrary::default());
    done(store.apply(&[add("1", "One")], NOW));
    assert!(done(store.find_track_at("1")).is_some(), "the next batch counts on nothing that was taken back");
    drop(store);
    let (before, mark) = (known(library, "music"), library.change_mark());
    let mut store = library.store("music");
    for impossible in [Change::Miss { id: stranger }, replace(stranger, "3", "Three"), add("1", "One again")] {
        assert!(store.apply(&[add("2", "Two"), impossible], NOW).is_err());
    }
    done(store.apply(&[], NOW));
    drop(store);
    assert_eq!((known(library, "music"), library.change_mark()), (before, mark));
}

fn keeps_sources_apart(library: &mut dyn LibraryUnderTest) {
    apply(library, &[add("1", "One")]);
    let failure = failure("x", "empty");
    let list = put_playlist(None, "mix.m3u", 0, &[]);
    let others = [add("1", "One"), list, Change::Fail { failure, stamp: file("", 1).stamp }];
    done(library.store("books").apply(&others, NOW));
    let (music, books) = (known(library, "music"), known(library, "books"));
    assert_eq!((music.files.len(), music.playlists.len(), music.failures.len()), (1, 0, 0));
    assert_eq!((books.files.len(), books.playlists.len(), books.failures.len()), (1, 1, 1));
    assert_ne!(music.files[0].track_id, books.files[0].track_id);
    assert_eq!(done(library.store("books").find_track_at("1")), Some(books.files[0].track_id));
    apply(library, &[Change::Miss { id: music.files[0].track_id }]);
    done(library.store("books").finish(NOW, NOW));
    assert_eq!(known(library, "music").files.len(), 1, "each source removes its own");
}

fn gives_a_lost_track_to_the_source_that_has_its_file(library: &mut dyn LibraryUnderTest) {
    apply(library, &[add("a/1", "One"), add("a/2", "Two")]);
    let (lost, kept) = (id_at(library, "a/1"), id_at(library, "a/2"));
    apply(library, &[put_playlist(None, "mix.m3u", 2, &[lost, kept]), Change::Miss { id: lost }]);
    let mut books = library.store("books");
    let sizes = HashSet::from([file("", 1).stamp.size_bytes]);
    let found = done(books.list_lost_elsewhere(&sizes));
    assert_eq!(found.iter().map(|file| (file.track_id, file.is_elsewhere)).collect::<Vec<_>>(), [(lost, true)]);
    assert!(done(books.list_lost_elsewhere(&HashSet::from([77]))).is_empty());
    done(books.apply(&[Change::Adopt { id: lost }, replace(lost, "a/2", "One")], NOW));
    assert_eq!(done(books.find_track_at("a/2")), Some(lost));
    drop(books);
    assert_eq!((track_at(library, "a/1"), track_at(library, "a/2")), (None, Some(kept)));
    assert_eq!((known(library, "music").files.len(), known(library, "books").files.len()), (1, 1));
    assert_eq!(library.list_playlists(), [("mix.m3u".to_owned(), vec![lost, kept])]);
}

fn marks_what_a_snapshot_could_show(library: &mut dyn LibraryUnderTest) {
    apply(library, &[add("1", "One")]);
    let id = id_at(library, "1");
    let failure = failure("x", "empty");
    apply(library, &[put_playlist(None, "mix.m3u", 0, &[])]);
    let list = known(library, "music").playlists.first().map(|list| list.id);
    for (change, is_visible) in [
        (Change::Touch { id, stamp: file("", 7).stamp }, false),
        (Change::Fail { failure, stamp: file("", 1).stamp }, false),
        (Change::Forget { path: "x".into() }, false),
        (put_playlist(None, "new.m3u", 0, &[]), true),
        (put_playlist(list, "mix.m3u", 1, &[id]), true),
        (put_playlist(list, "mix.m3u", 1, &[id]), false),
        (put_playlist(list, "mix.m3u", 2, &[id]), true),
        (Change::MissPlaylist { id: list.unwrap_or_default() }, true),
        (replace(id, "1", "Another"), true),
        (Change::Miss { id }, true),
        (Change::Return { id }, true),
    ] {
        let before = library.change_mark();
        apply(library, std::slice::from_ref(&change));
        assert_eq!(library.change_mark() != before, is_visible, "{change:?}");
    }
    let before = library.change_mark();
    done(library.store("music").finish(NOW, NOW));
    assert_eq!(library.change_mark(), before, "what is removed was not shown");
}

/// Imports the states of a folder, one after the other, and each twice: reports and what is known are those of the
/// plain library, and the second time nothing changes.
///
/// # Panics
/// At the first difference.
pub fn imports_like_the_plain_library(states: &[FakeFolder], library: &mut dyn LibraryUnderTest) {
    let mut plain = FakeLibrary::default();
    for (state, now) in states.iter().zip(NOW..) {
        let options = ImportOptions { accepts_loss: true, missing_retention_secs: 2, now, ..ImportOptions::default() };
        let report = |library: &mut dyn LibraryUnderTest| {
            done(import(state, library.store("music").as_mut(), &Unwatched, options))
        };
        assert_eq!(report(library), report(&mut plain));
        assert_eq!(known(library, "music"), known(&mut plain, "music"));
        assert_eq!(library.list_playlists(), plain.list_playlists());
        let (mark, again) = (library.change_mark(), report(library));
        assert_eq!([again.added, again.updated, again.moved, again.missing, again.playlists], [0; 5], "{again:?}");
        assert_eq!(library.change_mark(), mark, "nothing changed");
    }
}

struct Unwatched;

impl ImportProgress for Unwatched {
    fn planned(&self, _files: u64) {}

    fn done(&self, _files: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_library_keeps_the_contract() {
        library_contract(&|| Box::new(FakeLibrary::default()));
    }
}
