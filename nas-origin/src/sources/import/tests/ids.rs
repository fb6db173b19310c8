//! A track stays the same one, wherever its file goes and whatever it is called.

use super::*;

#[test]
fn a_second_import_changes_nothing() {
    let house = House::new();
    house.put("a/1.wav", SONG);
    house.put("b/2.wav", &[]);
    assert_eq!(house.counts(), [2, 0, 0, 0, 0, 0]);
    let mark = house.mark();
    assert_eq!(house.counts(), [0, 0, 2, 0, 0, 0]);
    let later = SystemTime::now() + Duration::from_secs(100);
    fs::File::options().write(true).open(house.path("a/1.wav")).unwrap().set_modified(later).unwrap();
    assert_eq!(house.counts(), [0, 0, 2, 0, 0, 0], "a touch");
    assert_eq!(house.counts(), [0, 0, 2, 0, 0, 0], "after a touch");
    assert_eq!(house.mark(), mark);
}

#[test]
fn ids_survive_tags_moves_and_absence() {
    let house = House::new();
    house.put("a/1.wav", SONG);
    house.put("a/2.wav", &[(ItemKey::TrackTitle, "Other"), (ItemKey::AlbumTitle, "Other")]);
    house.import();
    let id = |title: &str| house.rows(&format!("SELECT track_id, album_id FROM tracks WHERE title = '{title}'"));
    let before = id("以父之名");

    fs::create_dir(house.job.source.path.join("new")).unwrap();
    fs::rename(house.path("a/1.wav"), house.path("new/renamed.wav")).unwrap();
    assert_eq!(house.counts(), [0, 0, 1, 1, 0, 0]);
    assert_eq!(id("以父之名"), before);
    assert_eq!(house.rows("SELECT source_id FROM tracks ORDER BY 1"), ["a/2.wav", "new/renamed.wav"]);

    let mut tags = SONG.to_vec();
    tags[0].1 = "Renamed";
    tags[2].1 = "Another Album";
    tag(&house.path("new/renamed.wav"), &tags, None);
    assert_eq!(house.counts(), [0, 1, 1, 0, 0, 0]);
    assert_eq!(id("Renamed"), before, "an album under another name is the same album");

    let aside = house.folder.path().join("aside.wav");
    fs::rename(house.path("new/renamed.wav"), &aside).unwrap();
    let mark = house.mark();
    assert_eq!(house.counts(), [0, 0, 1, 0, 1, 0]);
    assert_ne!(house.mark(), mark);
    assert_eq!(house.rows("SELECT count(*) FROM tracks WHERE missing_since IS NOT NULL"), ["1"]);
    assert_eq!(house.counts(), [0, 0, 1, 0, 0, 0]);
    fs::rename(&aside, house.path("new/renamed.wav")).unwrap();
    assert_eq!(house.counts(), [0, 1, 1, 0, 0, 0]);
    assert_eq!(id("Renamed"), before);
}

#[test]
fn ids_survive_files_that_take_each_others_names() {
    let house = House::new();
    for name in ["01", "02", "03"] {
        house.put(&format!("a/{name}.wav"), &[(ItemKey::TrackTitle, name)]);
    }
    house.import();
    let tracks = || house.rows("SELECT title, track_id FROM tracks ORDER BY 1");
    let before = tracks();
    let rename = |from: &str, to: &str| house.rename(from, to);
    for (from, to) in [("01", "x"), ("02", "01"), ("x", "02")] {
        rename(&format!("a/{from}.wav"), &format!("a/{to}.wav"));
    }
    assert_eq!(house.counts(), [0, 0, 1, 2, 0, 0]);
    assert_eq!(tracks(), before);

    for (from, to) in [("03", "04"), ("02", "03"), ("01", "02")] {
        rename(&format!("a/{from}.wav"), &format!("a/{to}.wav"));
    }
    house.put("a/01.wav", &[(ItemKey::TrackTitle, "New")]);
    assert_eq!(house.counts(), [1, 0, 0, 3, 0, 0]);
    assert_eq!(tracks()[..3], before);

    rename("a/04.wav", "a/01.wav");
    assert_eq!(house.counts(), [0, 0, 2, 1, 1, 0]);
    assert_eq!(house.rows("SELECT title FROM tracks WHERE missing_since IS NOT NULL"), ["New"]);
    assert_eq!(house.rows("SELECT source_id FROM tracks WHERE title = '03'"), ["a/01.wav"]);
}

#[test]
fn ids_survive_a_renamed_folder_and_a_copy_whose_original_is_deleted() {
    let house = House::new();
    let names: Vec<String> = (0..60).map(|number| format!("old/{}/{number}.wav", number / 10)).collect();
    for name in &names {
        house.put(name, &[(ItemKey::TrackTitle, name)]);
    }
    house.import();
    let tracks = || house.rows("SELECT title, track_id FROM tracks WHERE missing_since IS NULL ORDER BY track_id");
    let before = tracks();
    house.rename("old", "new/place");
    assert_eq!(house.counts(), [0, 0, 0, 60, 0, 0]);
    assert_eq!(tracks(), before);

    fs::copy(house.path("new/place/0/1.wav"), house.path("copy.wav")).unwrap();
    assert_eq!(house.counts(), [1, 0, 60, 0, 0, 0], "a copy is a track of its own");
    fs::remove_file(house.path("new/place/0/1.wav")).unwrap();
    assert_eq!(house.counts(), [0, 0, 60, 0, 1, 0]);
    fs::copy(house.path("copy.wav"), house.path("back.wav")).unwrap();
    assert_eq!(house.counts(), [0, 0, 60, 1, 0, 0], "the missing one is back");
    assert_eq!(tracks()[..60], before);

    fs::copy(house.path("back.wav"), house.path("elsewhere.wav")).unwrap();
    fs::remove_file(house.path("back.wav")).unwrap();
    assert_eq!(house.counts(), [0, 0, 60, 1, 0, 0], "copied and deleted between two imports");
    assert_eq!(tracks()[..60], before);
}

#[test]
fn a_file_that_moves_to_another_source_keeps_its_id_whichever_is_imported_first() {
    let house = House::new();
    for name in ["a.wav", "b.wav", "c.wav", "d.wav", "e.wav"] {
        house.put(name, &[(ItemKey::TrackTitle, name)]);
    }
    fs::write(house.path("all.m3u"), "a.wav\nb.wav\nc.wav\n").unwrap();
    house.import();
    let attic = house.job_for("attic");
    fs::create_dir(&attic.source.path).unwrap();
    let tracks = || house.rows("SELECT title, track_id FROM tracks ORDER BY 1");
    let before = tracks();
    let carry = |name: &str| fs::rename(house.path(name), attic.source.path.join(name)).unwrap();

    carry("a.wav");
    let report = import_source(&house.library, &attic, &Unwatched).unwrap();
    assert_eq!((report.added, report.moved), (0, 1), "its own source has not missed it yet");
    assert_eq!(house.counts(), [0, 0, 4, 0, 0, 0]);
    carry("b.wav");
    assert_eq!(house.counts(), [0, 0, 3, 0, 1, 0]);
    fs::copy(house.path("c.wav"), attic.source.path.join("c.wav")).unwrap();
    let report = import_source(&house.library, &attic, &Unwatched).unwrap();
    assert_eq!((report.added, report.moved), (1, 1), "a copy is a track of its own");
    assert_eq!(
        house.rows("SELECT title, track_id FROM tracks WHERE source = 'attic' AND title < 'c' ORDER BY 1"),
        before[..2]
    );
    assert_eq!(
        house.rows("SELECT t.title FROM playlist_tracks JOIN tracks t USING (track_id) ORDER BY position"),
        ["a.wav", "b.wav", "c.wav"]
    );
    fs::rename(attic.source.path.join("a.wav"), house.path("a.wav")).unwrap();
    assert_eq!(house.counts(), [0, 0, 3, 1, 0, 0], "and back");
    assert_eq!(tracks()[..2], before[..2]);
}

#[test]
fn the_same_song_in_several_files_is_told_by_tags_and_length() {
    let house = House::new();
    house.put("mp3/1.wav", SONG);
    house.import();
    house.put("flac/1.wav", SONG);
    house.put("flac/2.wav", &[SONG, &[(ItemKey::TrackNumber, "2")]].concat());
    house.import();
    let twins = || {
        house.rows("SELECT t.source_id || ' is ' || o.source_id FROM tracks t JOIN tracks o ON o.track_id = t.twin_of")
    };
    assert_eq!(twins(), ["flac/1.wav is mp3/1.wav"], "what was known first keeps its id");
    let mark = house.mark();
    house.import();
    assert_eq!(house.mark(), mark);

    let aside = house.folder.path().join("aside.wav");
    fs::rename(house.path("mp3/1.wav"), &aside).unwrap();
    house.import();
    assert_eq!(twins(), [""; 0], "what is left stands for itself");
    fs::rename(&aside, house.path("mp3/1.wav")).unwrap();
    house.import();
    assert_eq!(twins(), ["flac/1.wav is mp3/1.wav"]);

    let mut tags = SONG.to_vec();
    tags[0].1 = "另一首";
    tag(&house.path("flac/1.wav"), &tags, None);
    house.import();
    assert_eq!(twins(), [""; 0], "its tags say that it is another song");
}
