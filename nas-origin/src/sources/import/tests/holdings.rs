//! Sources that are no folder read in place: copies, and the earlier system's database.

use super::*;

#[test]
fn copies_stay_when_their_originals_go_and_change_with_them() {
    let mut house = House::new();
    house.job.name = "inbox".to_owned();
    house.job.source.mode = SourceMode::Copy;
    for name in ["a/1.wav", "a/2.wav", "b/twin.wav"] {
        house.put(name, &[(ItemKey::TrackTitle, name)]);
    }
    fs::copy(house.path("a/1.wav"), house.path("b/twin.wav")).unwrap();
    assert_eq!(house.counts(), [3, 0, 0, 0, 0, 0]);
    assert_eq!(house.counts(), [0, 0, 3, 0, 0, 0]);
    let media = house.folder.path().join("data/media/inbox");
    let copies = || {
        let files = walkdir::WalkDir::new(&media).into_iter().flatten().filter(|entry| entry.file_type().is_file());
        let mut found: Vec<_> =
            files.map(|entry| entry.path().strip_prefix(&media).unwrap().to_str().unwrap().to_owned()).collect();
        found.sort();
        found
    };
    let named = || house.rows("SELECT locator FROM track_files WHERE status = 'active' ORDER BY 1");
    assert_eq!((copies(), copies().len()), (named(), 3));
    let tracks = || house.rows("SELECT track_id, title, source_id FROM tracks ORDER BY 1");
    let before = tracks();

    house.rename("a/2.wav", "c/moved.wav");
    tag(&house.path("a/1.wav"), &[(ItemKey::TrackTitle, "Other")], None);
    assert_eq!(house.counts(), [0, 1, 1, 1, 0, 0]);
    assert_eq!((before[1].as_str(), tracks()[1].as_str()), ("2|a/2.wav|a/2.wav", "2|a/2.wav|c/moved.wav"));
    assert!(tracks()[0].contains("Other"));
    assert_eq!((copies(), copies().len()), (named(), 3), "copies that no track has are gone");
    let copy = media.join(&house.rows("SELECT locator FROM track_files WHERE track_id = 1")[0]);
    assert_eq!(fs::read(copy).unwrap(), fs::read(house.path("a/1.wav")).unwrap());

    let kept = tracks();
    for folder in ["a", "b", "c"] {
        fs::remove_dir_all(house.path(folder)).unwrap();
    }
    assert_eq!(house.counts(), [0, 0, 0, 0, 0, 0], "the library has them");
    assert_eq!(tracks(), kept);
    assert_eq!(house.rows("SELECT count(*) FROM tracks WHERE missing_since IS NULL"), ["3"]);
    let other = ImportJob { source: SourceConfig::local(house.job.source.path.clone()), ..house.job.clone() };
    let refused = import_source(&house.library, &other, &Unwatched).unwrap_err().to_string();
    assert!(refused.contains("another name"), "{refused}");
}

const EARLIER: &str = include_str!("../../../../testdata/earlier_system.sql");

#[test]
fn an_earlier_systems_database_is_taken_in_and_followed() {
    let house = House::new();
    let file = house.folder.path().join("catalogsync.db");
    let earlier = rusqlite::Connection::open(&file).unwrap();
    earlier.execute_batch(EARLIER).unwrap();
    let source = SourceConfig { kind: SourceKind::Catalogsync, ..SourceConfig::local(file) };
    let job = ImportJob { name: "before".to_owned(), source, ..house.job.clone() };
    let imported = || {
        let report = import_source(&house.library, &job, &Unwatched).unwrap();
        [report.added, report.updated, report.unchanged, report.missing, report.playlists]
    };
    assert_eq!(imported(), [3, 0, 0, 0, 2]);
    let songs = || house.rows("SELECT source_id, title, artist FROM tracks WHERE missing_since IS NULL ORDER BY 1");
    assert_eq!(songs(), ["kuwo:9|晴天|周杰伦", "netease:65800|海屿你|马也 / Crabbit", "netease:65801|Jóga|Björk"]);
    let files = "SELECT t.source_id, b.name, b.backend_type, b.base_path, b.public_base_url, f.locator, f.status
        FROM track_files f JOIN tracks t USING (track_id) JOIN storage_backends b ON b.backend_id = f.backend_id ORDER BY 1, 2";
    assert_eq!(
        house.rows(files),
        [
            "netease:65800|before/main|object_storage||https://cdn.example|music/a.flac|active",
            "netease:65800|before/nas|local|/volume1/music||a/b.flac|active",
            "netease:65801|before/main|object_storage||https://cdn.example|music/b.mp3|active",
        ]
    );
    let lists = "SELECT p.source_id, p.name, p.song_count, group_concat(t.source_id, ' ') FROM playlists p
        JOIN playlist_tracks e USING (playlist_id) JOIN tracks t USING (track_id) WHERE p.missing_since IS NULL
        GROUP BY 1 ORDER BY 1";
    assert_eq!(
        house.rows(lists),
        ["kuwo:16|Top|7|netease:65800 kuwo:9", "netease:1|Mine|3|netease:65801 netease:65800 netease:65801"]
    );
    assert_eq!(house.rows("SELECT external_id, q.name, p.name FROM playlist_pools q JOIN pool_playlists USING (pool_id) JOIN playlists p USING (playlist_id)"), ["top_16|Charts|Top"]);

    let (mark, ids) = (house.mark(), house.rows("SELECT track_id, source_id FROM tracks ORDER BY 1"));
    assert_eq!(imported(), [0, 0, 3, 0, 0]);
    assert_eq!(house.mark(), mark, "nothing is new");
    earlier
        .execute_batch(
            "UPDATE songs SET name = 'Joga' WHERE id = 11; DELETE FROM songs WHERE id = 12;
             UPDATE file_locations SET status = 'deleted' WHERE id = 10; DELETE FROM playlists WHERE id = 3;
             INSERT INTO songs VALUES (13, 'kuwo', '10', 'New', NULL, NULL, NULL, NULL)",
        )
        .unwrap();
    assert_eq!(imported(), [1, 2, 0, 1, 1]);
    assert_eq!(songs(), ["kuwo:10|New|[unknown]", "netease:65800|海屿你|马也 / Crabbit", "netease:65801|Joga|Björk"]);
    assert_eq!(house.rows("SELECT track_id, source_id FROM tracks ORDER BY 1")[..3], ids);
    assert_eq!(house.rows(files)[1], "netease:65800|before/nas|local|/volume1/music||a/b.flac|missing");
    assert_eq!(house.rows(lists), ["kuwo:16|Top|7|netease:65800"]);
    assert_eq!(imported(), [0, 0, 3, 0, 0]);
}
