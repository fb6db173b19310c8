//! What of a folder is taken in, what is passed over, and a folder that is not what it was.

use super::*;

#[test]
fn what_is_missing_too_long_is_removed() {
    let mut house = House::new();
    house.job.missing_retention = Duration::ZERO;
    house.put("a/1.wav", SONG);
    house.put("a/2.wav", &[(ItemKey::TrackTitle, "Other")]);
    house.import();
    fs::remove_file(house.path("a/1.wav")).unwrap();
    house.import();
    assert_eq!(house.rows("SELECT title FROM tracks"), ["Other"]);
    assert_eq!(house.rows("SELECT name FROM albums"), ["[non-album tracks]"], "the other track's");
}

#[test]
fn a_lost_or_empty_root_fails_and_changes_nothing() {
    let mut house = House::new();
    house.put("a/1.wav", SONG);
    house.import();
    let mark = house.mark();
    let (root, aside) = (house.job.source.path.clone(), house.folder.path().join("aside"));
    fs::rename(&root, &aside).unwrap();
    let lost = import_source(&house.library, &house.job, &Unwatched);
    assert!(matches!(lost, Err(ImportFailure::Import(ImportError::Source(_)))));
    fs::create_dir(&root).unwrap();
    let emptied = import_source(&house.library, &house.job, &Unwatched);
    assert!(matches!(emptied, Err(ImportFailure::Import(ImportError::SuddenlyEmpty { known: 1 }))));
    assert_eq!(house.mark(), mark);
    house.job.accepts_loss = true;
    assert_eq!(house.counts(), [0, 0, 0, 0, 1, 0]);
}

#[test]
fn a_root_that_lost_more_than_half_is_believed_by_force_alone() {
    let mut house = House::new();
    for name in ["a/1", "a/2", "b/3", "b/4"] {
        house.put(&format!("{name}.wav"), &[(ItemKey::TrackTitle, name)]);
    }
    house.import();
    let (mark, aside) = (house.mark(), house.folder.path().join("aside"));
    fs::rename(house.path("a"), &aside).unwrap();
    fs::remove_file(house.path("b/3.wav")).unwrap();
    house.put("b/new.wav", &[]);
    let lost = import_source(&house.library, &house.job, &Unwatched).unwrap_err();
    assert!(matches!(lost, ImportFailure::Import(ImportError::SuddenlyFewer { missing: 3, known: 4 })), "{lost}");
    assert!(lost.to_string().contains("--force"), "{lost}");
    assert_eq!(house.mark(), mark, "nothing was changed");
    fs::rename(&aside, house.path("a")).unwrap();
    assert_eq!(house.counts(), [1, 0, 3, 0, 1, 0], "less than half is gone");
    fs::remove_dir_all(house.path("a")).unwrap();
    assert_eq!(house.counts(), [0, 0, 2, 0, 2, 0], "half is gone");
    fs::remove_file(house.path("b/4.wav")).unwrap();
    house.rename("b/new.wav", "c/new.wav");
    assert_eq!(house.counts(), [0, 0, 0, 1, 1, 0], "what moved is not lost");
    house.job.accepts_loss = true;
    fs::remove_file(house.path("c/new.wav")).unwrap();
    assert_eq!(house.counts(), [0, 0, 0, 0, 1, 0]);
}

#[test]
fn odd_files_are_told_and_stop_nothing() {
    use std::os::unix::ffi::OsStrExt;
    let house = House::new();
    house.put("good.wav", SONG);
    fs::write(house.path("empty.mp3"), "").unwrap();
    fs::write(house.path("text.flac"), "no music at all".repeat(50)).unwrap();
    fs::write(house.path("cut.flac"), b"fLaC\0\0\0\x22").unwrap();
    for name in [&b"caf\xe9.mp3"[..], b"caf\xe8.mp3", b"B\xf6.m3u"] {
        fs::write(house.job.source.path.join(std::ffi::OsStr::from_bytes(name)), "x").unwrap();
    }
    let odd_folder = house.job.source.path.join(std::ffi::OsStr::from_bytes(b"Bj\xf6rk"));
    fs::create_dir(&odd_folder).unwrap();
    fs::write(odd_folder.join("1.mp3"), "x").unwrap();
    fs::write(house.path("@eaDir/thumb.mp3"), "x").unwrap();
    fs::write(house.path(".hidden.mp3"), "x").unwrap();
    std::os::unix::fs::symlink(&house.job.source.path, house.path("loop")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", house.path("out.mp3")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, house.path("pipe.mp3"), rustix::fs::Mode::RWXU).unwrap();
    let report = house.import();
    let mut failed: Vec<&str> = report.failures.iter().map(|failure| failure.path.as_str()).collect();
    failed.sort_unstable();
    let odd_names = ["B\\xf6.m3u", "Bj\\xf6rk/1.mp3", "caf\\xe8.mp3", "caf\\xe9.mp3"];
    let odd_files = ["cut.flac", "empty.mp3", "pipe.mp3", "text.flac"];
    assert_eq!((report.added, failed), (1, [odd_names, odd_files].concat()));
    let again = house.import();
    assert_eq!((again.unchanged, again.failures), (1, report.failures));
    fs::remove_file(house.path("empty.mp3")).unwrap();
    assert_eq!(house.counts(), [0, 0, 1, 0, 0, 7]);
}

#[test]
fn what_the_owner_wants_passed_over_is() {
    let mut house = House::new();
    house.job.source.ignore = vec!["*.draft.wav".to_owned(), "/Podcasts/".to_owned()];
    for name in
        ["a/1.wav", "a/2.draft.wav", "a/Podcasts/3.wav", "Podcasts/4.wav", "shut/deep/5.wav", "b/c/6.wav", "b/7.wav"]
    {
        house.put(name, &[]);
    }
    fs::write(house.path("shut/.nomedia"), "").unwrap();
    fs::write(house.path("b/.ndignore"), "# not these\nc/*\n!keep.wav\n").unwrap();
    house.put("b/c/keep.wav", &[]);
    fs::write(house.path(".nomedia"), "").unwrap();
    let found = || house.rows("SELECT source_id FROM tracks WHERE missing_since IS NULL ORDER BY 1");
    house.import();
    assert_eq!(found(), ["a/1.wav", "a/Podcasts/3.wav", "b/7.wav", "b/c/keep.wav"]);
    fs::write(house.path("a/Podcasts/.nomedia"), "").unwrap();
    fs::remove_file(house.path("shut/.nomedia")).unwrap();
    house.import();
    assert_eq!(found(), ["a/1.wav", "b/7.wav", "b/c/keep.wav", "shut/deep/5.wav"]);
}

#[test]
fn hiding_untagged_files_takes_effect_without_reading() {
    let mut house = House::new();
    house.put("Artist/Album/01 - Song.wav", &[]);
    house.import();
    let hidden = |house: &House| house.rows("SELECT title, is_hidden FROM tracks");
    assert_eq!(hidden(&house), ["Song|0"]);
    house.job.source.untagged = Untagged::Hide;
    assert_eq!(house.counts(), [0, 0, 1, 0, 0, 0]);
    assert_eq!(hidden(&house), ["Song|1"]);
}
