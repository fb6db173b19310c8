use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn file(path: &str, size: u64, mtime: i64) -> ScannedFile {
    ScannedFile { path: path.into(), stamp: FileStamp { size_bytes: size, mtime_ns: mtime } }
}

/// In these tests a file's content is its size.
fn content(file: &ScannedFile) -> ContentId {
    ContentId(u128::from(file.stamp.size_bytes).to_le_bytes())
}

fn known(id: i64, file: ScannedFile) -> KnownFile {
    let content = content(&file);
    KnownFile {
        track_id: TrackId::new(id).unwrap(),
        path: file.path,
        stamp: file.stamp,
        content,
        tags: super::super::TagsId::default(),
        is_missing: false,
        is_elsewhere: false,
    }
}

fn diff(files: Vec<KnownFile>, scan: Vec<SourceEntry>) -> Plan {
    let mut comparison = Comparison::new(KnownLibrary { files, ..KnownLibrary::default() }, false);
    for entry in scan {
        comparison.see(entry);
    }
    comparison.finish(Vec::new(), |file| Some(content(file)))
}

#[test]
fn a_file_that_changed_a_moment_ago_waits_and_what_is_known_of_it_stays() {
    const SECOND: i64 = 1_000_000_000;
    let seen = |known_files: Vec<KnownFile>, mtime_secs: i64| {
        let known = KnownLibrary { files: known_files, ..KnownLibrary::default() };
        let mut comparison = Comparison::new(known, false).with_settling(1000, 5);
        comparison.see(SourceEntry::Audio(file("a.mp3", 5, mtime_secs * SECOND)));
        comparison.see(SourceEntry::Picture(file("cover.jpg", 5, mtime_secs * SECOND)));
        comparison.finish(Vec::new(), |file| Some(content(file)))
    };
    let (new, before) = (Vec::new, || vec![known(7, file("a.mp3", 4, 1))]);
    for (known_files, mtime_secs, waits) in
        [(new(), 994, false), (new(), 995, true), (before(), 1000, true), (before(), 3000, false)]
    {
        let plan = seen(known_files, mtime_secs);
        assert_eq!((plan.waiting, plan.found), (if waits { 2 } else { 0 }, 1), "{mtime_secs}");
        assert_eq!((plan.to_read.is_empty(), plan.new_pictures.is_empty()), (waits, waits), "{mtime_secs}");
        assert!(plan.missing.is_empty(), "it is there");
    }
    let same = seen(vec![known(7, file("a.mp3", 5, 1000 * SECOND))], 1000);
    assert_eq!((same.unchanged, same.waiting), (1, 1), "what is known as it is need not wait; the picture does");
}

#[test]
fn a_renamed_file_is_the_same_track() {
    let plan = diff(vec![known(7, file("old/a.mp3", 5, 1))], vec![SourceEntry::Audio(file("new/a.mp3", 5, 1))]);
    assert!(plan.missing.is_empty());
    assert!(plan.to_read[0].is_moved());
    assert_eq!(plan.to_read[0].known.as_ref().map(|known| known.track_id.number()), Some(7));
}

#[test]
fn of_two_equal_files_the_one_with_the_same_name_moved() {
    let before = vec![known(1, file("old/a.mp3", 5, 1)), known(2, file("old/b.mp3", 5, 1))];
    let after = ["new/b.mp3", "new/a.mp3"].map(|path| SourceEntry::Audio(file(path, 5, 1)));
    let plan = diff(before, after.into());
    let ids: Vec<i64> = plan.to_read.iter().map(|read| read.known.as_ref().unwrap().track_id.number()).collect();
    assert_eq!(ids, [1, 2]);
}

#[test]
fn of_two_equal_files_the_one_that_was_there_until_now_moved() {
    let gone = KnownFile { is_missing: true, ..known(1, file("a/x.mp3", 5, 1)) };
    let before = vec![gone, known(2, file("b/y.mp3", 5, 1))];
    let plan = diff(before, vec![SourceEntry::Audio(file("c/x.mp3", 5, 1))]);
    assert_eq!(plan.to_read[0].known.as_ref().map(|known| known.track_id.number()), Some(2));
}

#[test]
fn files_that_take_each_others_names_keep_their_tracks() {
    let before = vec![known(1, file("01.mp3", 5, 1)), known(2, file("02.mp3", 6, 1)), known(3, file("03.mp3", 7, 1))];
    let numbers = |plan: &Plan| -> Vec<Option<i64>> {
        plan.to_read.iter().map(|read| read.known.as_ref().map(|known| known.track_id.number())).collect()
    };
    let exchanged = diff(before.clone(), ["01.mp3", "02.mp3"].into_iter().zip([6, 5]).map(at).collect());
    assert_eq!(numbers(&exchanged), [Some(2), Some(1)]);
    assert_eq!(exchanged.displaced.len(), 2);

    let inserted = ["01.mp3", "02.mp3", "03.mp3", "04.mp3"].into_iter().zip([9, 5, 6, 7]).map(at);
    let inserted = diff(before.clone(), inserted.collect());
    assert_eq!(numbers(&inserted), [Some(1), Some(2), Some(3), None]);
    assert!(inserted.missing.is_empty());

    let overwritten = diff(before, ["01.mp3", "02.mp3"].into_iter().zip([5, 7]).map(at).collect());
    assert_eq!(numbers(&overwritten), [Some(1), Some(3)], "the first was only touched");
    assert_eq!(overwritten.missing, [TrackId::new(2).unwrap()]);
}

fn at((path, size): (&str, u64)) -> SourceEntry {
    SourceEntry::Audio(file(path, size, 2))
}

#[test]
fn what_lies_in_an_unreadable_folder_is_not_missing() {
    let failure = FileFailure { path: "closed".to_owned(), reason: "denied".to_owned(), may_pass: true };
    let before = vec![known(1, file("closed/a.mp3", 5, 1)), known(2, file("closedish/b.mp3", 6, 1))];
    let plan = diff(before, vec![SourceEntry::UnreadableFolder(failure)]);
    assert_eq!(plan.missing, [TrackId::new(2).unwrap()]);
    assert_eq!(plan.failures.len(), 1);
}

#[test]
fn a_known_failure_is_told_again_without_reading() {
    let plan_of = |mtime, may_pass, is_full| {
        let failed = KnownFailure { file: file("a.mp3", 5, 1), reason: "broken".to_owned(), may_pass };
        let known = KnownLibrary { failures: vec![failed], ..KnownLibrary::default() };
        let mut comparison = Comparison::new(known, is_full);
        comparison.see(SourceEntry::Audio(file("a.mp3", 5, mtime)));
        let plan = comparison.finish(Vec::new(), |_| None);
        (plan.failures.len(), plan.to_read.len(), plan.forgotten.len())
    };
    assert_eq!(plan_of(1, false, false), (1, 0, 0));
    assert_eq!(plan_of(2, false, false), (0, 1, 1));
    assert_eq!(plan_of(1, false, true), (0, 1, 1));
    assert_eq!(plan_of(1, true, false), (0, 1, 1), "what may have passed is looked at again");
}

fn trees() -> impl Strategy<Value = BTreeMap<String, (u64, i64)>> {
    prop::collection::btree_map("[ab]/[abc]", (0_u64..4, 0_i64..2), 0..6)
}

proptest! {
    /// Every known track ends up in exactly one place, and every file is taken account of once.
    #[test]
    fn nothing_is_lost_and_nothing_counted_twice(before in trees(), after in trees()) {
        let known_files: Vec<KnownFile> = before
            .iter()
            .zip(1..)
            .map(|((path, (size, mtime)), id)| known(id, file(path, *size, *mtime)))
            .collect();
        let scan: Vec<SourceEntry> =
            after.iter().map(|(path, (size, mtime))| SourceEntry::Audio(file(path, *size, *mtime))).collect();
        let plan = diff(known_files.clone(), scan);

        let mut ids: Vec<TrackId> = plan.missing.clone();
        ids.extend(plan.to_read.iter().filter_map(|read| read.known.as_ref()).map(|known| known.track_id));
        ids.sort();
        let distinct = { let mut distinct = ids.clone(); distinct.dedup(); distinct };
        prop_assert_eq!(&ids, &distinct);
        prop_assert_eq!(ids.len() as u64 + plan.unchanged, known_files.len() as u64);
        prop_assert_eq!(plan.to_read.len() as u64 + plan.unchanged, after.len() as u64);
        prop_assert_eq!(plan.found, after.len() as u64);
        for read in plan.to_read.iter().filter(|read| read.is_moved()) {
            let from = read.known.as_ref().unwrap();
            prop_assert_eq!(from.content, content(&read.file));
            let there = after.get(&*from.path).map(|(size, mtime)| file(&from.path, *size, *mtime));
            prop_assert!(there.as_ref().is_none_or(|there| content(there) != from.content));
            prop_assert_eq!(there.is_some(), plan.displaced.contains(&from.track_id));
        }
    }

    /// An unchanged tree needs nothing.
    #[test]
    fn the_same_tree_is_unchanged(tree in trees()) {
        let known_files = tree.iter().zip(1..).map(|((path, (size, mtime)), id)| known(id, file(path, *size, *mtime)));
        let scan = tree.iter().map(|(path, (size, mtime))| SourceEntry::Audio(file(path, *size, *mtime)));
        let plan = diff(known_files.collect(), scan.collect());
        prop_assert_eq!(plan.unchanged, tree.len() as u64);
        prop_assert!(plan.to_read.is_empty() && plan.missing.is_empty());
    }
}
