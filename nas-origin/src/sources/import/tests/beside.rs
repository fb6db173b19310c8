//! Pictures, lyrics and playlists beside the music.

use super::*;

#[test]
fn covers_are_found_beside_and_inside() {
    let house = House::new();
    for (name, disc) in [("A/B/CD1/1.wav", "1"), ("A/B/CD2/1.wav", "2")] {
        let mut tags = SONG.to_vec();
        tags[6].1 = disc;
        house.put(name, &tags);
        tag(&house.path(name), &tags, Some(png(10)));
    }
    house.import();
    let album = || house.rows("SELECT c.width FROM albums JOIN covers c USING (cover_id)");
    assert_eq!(album(), ["10"]);
    fs::write(house.path("A/B/Folder.PNG"), png(20)).unwrap();
    let mark = house.mark();
    assert_eq!(house.counts(), [0, 0, 2, 0, 0, 0]);
    assert_eq!(album(), ["20"]);
    assert_ne!(house.mark(), mark);
    fs::write(house.path("A/B/artist.png"), png(30)).unwrap();
    let mark = house.mark();
    house.import();
    assert_eq!(album(), ["20"], "the artist's picture is no album's");
    assert_ne!(house.mark(), mark, "but it shows");
    fs::remove_file(house.path("A/B/artist.png")).unwrap();
    fs::remove_file(house.path("A/B/Folder.PNG")).unwrap();
    house.import();
    assert_eq!(album(), ["10"]);
    assert_eq!(house.rows("SELECT count(*) FROM covers"), ["3"], "the same picture is kept once");
    for sha256 in house.rows("SELECT sha256 FROM covers") {
        assert!(house.library.data_dir().join("covers").join(&sha256[..2]).join(sha256).is_file());
    }
}

#[test]
fn an_album_of_two_sources_keeps_its_cover_whichever_is_imported_last() {
    let mut house = House::new();
    let attic = house.job_for("attic");
    fs::create_dir(&attic.source.path).unwrap();
    house.put("A/B/1.wav", SONG);
    fs::write(house.path("A/B/cover.png"), png(20)).unwrap();
    house.import();
    let cover = |house: &House| house.rows("SELECT c.width FROM albums JOIN covers c USING (cover_id)");
    assert_eq!(cover(&house), ["20"]);
    let local = std::mem::replace(&mut house.job, attic.clone());
    fs::write(house.path("Elsewhere/folder.png"), png(30)).unwrap();
    for (job, file) in [(&attic, "Elsewhere/1.wav"), (&local, "A/B/2.wav"), (&attic, "Elsewhere/2.wav")] {
        house.job.clone_from(job);
        house.put(file, SONG);
        house.import();
        assert_eq!(cover(&house), ["30"], "attic comes before local, and {} was imported", job.name);
    }
    fs::remove_file(house.path("Elsewhere/folder.png")).unwrap();
    house.import();
    assert_eq!(cover(&house), ["20"], "the other source's picture is still there");
}

#[test]
fn lyrics_beside_a_track_come_and_go_without_its_being_read_again() {
    let house = House::new();
    house.put("a/1.wav", SONG);
    house.put("a/1.live.wav", &[(ItemKey::TrackTitle, "Live"), (ItemKey::UnsyncLyrics, "inside")]);
    let beside = house.path("a/1.lrc");
    fs::write(&beside, encoding_rs::GBK.encode("[00:01.00]故事的小黄花，从出生那年就飘着").0).unwrap();
    house.import();
    let lyrics = || {
        let read = house.folder.path().join("read.db");
        let built = house.library.read(|read_only| {
            crate::snapshot::build::build_from_catalog(read_only, &read).map_err(|error| panic!("{error}"))
        });
        let database = rusqlite::Connection::open(built.map_err(|error: LibraryError| error).unwrap().path).unwrap();
        let mut statement = database.prepare("SELECT lyrics FROM catalog_lyrics ORDER BY song_id").unwrap();
        let texts: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        fs::remove_file(&read).unwrap();
        texts
    };
    let mut told = lyrics();
    told.sort();
    assert_eq!(told, ["[00:01.00]故事的小黄花，从出生那年就飘着", "inside"]);
    let before = house.mark();
    assert_eq!(house.counts(), [0, 0, 2, 0, 0, 0]);
    assert_eq!(house.mark(), before, "nothing changed");
    fs::write(&beside, "[00:01.00]other").unwrap();
    assert_eq!(house.counts(), [0, 0, 2, 0, 0, 0], "no track was read");
    assert!(lyrics().contains(&"[00:01.00]other".to_owned()) && house.mark() != before);
    fs::rename(house.path("a/1.wav"), house.path("a/2.wav")).unwrap();
    assert_eq!(house.counts(), [0, 0, 1, 1, 0, 0]);
    assert_eq!(lyrics(), ["inside"], "nobody has that name");
    fs::rename(&beside, house.path("a/2.lrc")).unwrap();
    house.import();
    assert_eq!(lyrics().len(), 2);
    fs::remove_file(house.path("a/2.lrc")).unwrap();
    house.import();
    assert_eq!(lyrics(), ["inside"]);
}

#[test]
fn playlists_keep_order_duplicates_and_what_is_missing() {
    let house = House::new();
    house.put("a/1.wav", SONG);
    house.put("a/2.wav", &[(ItemKey::TrackTitle, "Two")]);
    let root = house.job.source.path.display().to_string();
    let text = format!("#EXTM3U\n#EXTINF:1,x\na\\2.wav\n{root}/a/1.wav\na/2.wav\na/later.wav\nhttp://radio\n");
    fs::write(house.path("mix.m3u"), text).unwrap();
    let report = house.import();
    assert_eq!((report.playlists, report.skipped_entries), (1, 2));
    let entries = || {
        house.rows(
            "SELECT p.name, e.position, t.source_id FROM playlist_tracks e JOIN playlists p USING (playlist_id)
            JOIN tracks t USING (track_id) ORDER BY e.position",
        )
    };
    assert_eq!(entries(), ["mix|0|a/2.wav", "mix|1|a/1.wav", "mix|2|a/2.wav"]);
    house.put("a/later.wav", &[(ItemKey::TrackTitle, "Later")]);
    house.import();
    assert_eq!(entries().len(), 4, "an entry that came later is found");
    let mark = house.mark();
    house.import();
    assert_eq!(house.mark(), mark);
    fs::remove_file(house.path("mix.m3u")).unwrap();
    house.import();
    assert_eq!(house.rows("SELECT count(*) FROM playlists WHERE missing_since IS NOT NULL"), ["1"]);
}

#[test]
fn a_playlist_keeps_its_id_and_its_tracks_when_files_are_renamed() {
    let house = House::new();
    house.put("a/1.wav", SONG);
    house.put("a/2.wav", &[(ItemKey::TrackTitle, "Two")]);
    fs::write(house.path("a/mix.m3u"), "1.wav\n2.wav\nhttp://radio\n").unwrap();
    house.import();
    let list = || {
        house.rows(
            "SELECT p.playlist_id, p.name, t.title FROM playlist_tracks e JOIN playlists p USING (playlist_id)
            JOIN tracks t USING (track_id) WHERE p.missing_since IS NULL ORDER BY p.playlist_id, e.position",
        )
    };
    let mix = ["1|mix|以父之名", "1|mix|Two"];
    assert_eq!(list(), mix);

    // A track moves away: what the list says of it is out of date, also when it is read again.
    fs::rename(house.path("a/2.wav"), house.path("a/two.wav")).unwrap();
    house.import();
    assert_eq!(list(), mix, "the list is read again, since one of its entries may be found now");
    house.put("a/3.wav", &[(ItemKey::TrackTitle, "Three")]);
    house.import();
    assert_eq!(list(), mix, "so it is later");
    let later = SystemTime::now() + Duration::from_secs(100);
    fs::File::options().write(true).open(house.path("a/mix.m3u")).unwrap().set_modified(later).unwrap();
    house.import();
    assert_eq!(list(), mix, "and when it was touched");

    fs::rename(house.path("a/mix.m3u"), house.path("a/evening.m3u")).unwrap();
    house.import();
    assert_eq!(list(), ["1|evening|以父之名", "1|evening|Two"], "renamed");
    fs::write(house.path("a/evening.m3u"), "1.wav\ntwo.wav\n").unwrap();
    house.import();
    fs::rename(house.job.source.path.join("a"), house.job.source.path.join("b")).unwrap();
    let report = house.import();
    assert_eq!((report.moved, report.playlists), (3, 1));
    assert_eq!(list(), ["1|evening|以父之名", "1|evening|Two"], "moved with its tracks");

    fs::rename(house.path("b/evening.m3u"), house.folder.path().join("aside")).unwrap();
    house.import();
    assert_eq!(list().len(), 0);
    fs::rename(house.folder.path().join("aside"), house.path("b/back.m3u")).unwrap();
    house.import();
    assert_eq!(list(), ["1|back|以父之名", "1|back|Two"], "back under another name");
}

#[test]
fn names_differ_by_case_and_by_form_and_playlists_forgive_the_form() {
    let house = House::new();
    let (composed, decomposed) = ("Bj\u{f6}rk.wav", "Bjo\u{308}rk.wav");
    for name in [decomposed, "song.wav", "SONG.wav"] {
        house.put(name, &[]);
    }
    fs::write(house.path("mix.m3u8"), format!("{composed}\nsong.wav\nSong.wav\n")).unwrap();
    let report = house.import();
    assert_eq!((report.added, report.skipped_entries), (3, 1), "on this system case makes another file");
    let listed =
        || house.rows("SELECT t.source_id FROM playlist_tracks JOIN tracks t USING (track_id) ORDER BY position");
    assert_eq!(listed(), [decomposed, "song.wav"]);
    let id = house.rows(&format!("SELECT track_id FROM tracks WHERE source_id = '{decomposed}'"));
    house.rename(decomposed, composed);
    house.rename("SONG.wav", "Song.WAV");
    assert_eq!(house.counts(), [0, 0, 1, 2, 0, 0]);
    assert_eq!(house.rows(&format!("SELECT track_id FROM tracks WHERE source_id = '{composed}'")), id);
    assert_eq!(listed(), [composed, "song.wav"]);
}
