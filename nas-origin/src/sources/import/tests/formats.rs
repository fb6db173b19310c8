//! What files of every format say.

use super::*;

/// Formats that ffmpeg encodes; the tags go in by lofty in each format's own way.
#[test]
fn every_format_says_the_same() {
    let house = House::new();
    if std::process::Command::new("ffmpeg").arg("-version").output().is_err() {
        eprintln!("SKIPPED: ffmpeg is not installed, 9 formats were not tried");
        return;
    }
    fs::write(house.folder.path().join("tone.wav"), wav("tone")).unwrap();
    let formats = ["mp3", "flac", "ogg", "opus", "m4a", "wav", "aiff", "wv", "aac"];
    for (format, number) in formats.iter().zip(1..) {
        let path = house.path(&format!("song.{format}"));
        let rate = ["-ar", "48000", "-strict", "-2"];
        let mut ffmpeg = std::process::Command::new("ffmpeg");
        let made = ffmpeg.args(["-v", "error", "-i"]).arg(house.folder.path().join("tone.wav")).args(rate).arg(&path);
        assert!(made.status().unwrap().success(), "{format}");
        let mut tags = SONG.to_vec();
        let number = number.to_string();
        tags[4].1 = &number;
        tag(&path, &tags, None);
    }
    assert_eq!(house.counts(), [9, 0, 0, 0, 0, 0]);
    let said = "SELECT DISTINCT t.title, t.artist, b.name, b.artist, t.disc_number, t.release_date, t.sample_rate_hz
        FROM tracks t JOIN albums b USING (album_id)";
    assert_eq!(house.rows(said), ["以父之名|周杰伦 / Lara|叶惠美|周杰伦|1|2003-07-31|48000"]);
    assert_eq!(house.rows("SELECT track_number FROM tracks ORDER BY 1"), ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(house.rows("SELECT name FROM artists ORDER BY name"), ["Lara", "周杰伦"]);
    assert_eq!(house.rows("SELECT count(*) FROM tracks WHERE duration_ms BETWEEN 900 AND 1300"), ["9"]);
}

#[test]
fn what_ffprobe_reads_is_taken_in_and_wrong_names_are_forgiven() {
    let house = House::new();
    if ["ffmpeg", "ffprobe"].iter().any(|name| std::process::Command::new(name).arg("-version").output().is_err()) {
        eprintln!("SKIPPED: ffmpeg is not installed, 3 formats were not tried");
        return;
    }
    fs::write(house.folder.path().join("tone.wav"), wav("tone")).unwrap();
    for format in ["wma", "tta", "mka"] {
        let mut ffmpeg = std::process::Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-i"]).arg(house.folder.path().join("tone.wav")).args(["-ar", "44100"]);
        for tag in ["title=以父之名", "artist=周杰伦; Lara", "album=叶惠美", "track=2/11", "date=2003"] {
            ffmpeg.args(["-metadata", tag]);
        }
        assert!(ffmpeg.arg(house.path(&format!("song.{format}"))).status().unwrap().success(), "{format}");
    }
    fs::write(house.path("really a wav.wma"), wav("other")).unwrap();
    fs::write(house.path("text.ac3"), "no music at all".repeat(50)).unwrap();
    assert_eq!(house.counts(), [4, 0, 0, 0, 0, 1]);
    let said = "SELECT DISTINCT t.title, t.artist, b.name, t.track_number, t.release_date, t.sample_rate_hz
        FROM tracks t JOIN albums b USING (album_id) WHERE t.sample_rate_hz = 44100";
    assert_eq!(house.rows(said), ["以父之名|周杰伦; Lara|叶惠美|2|2003|44100"]);
    assert_eq!(house.rows("SELECT name FROM artists WHERE name IN ('Lara', '周杰伦') ORDER BY 1"), ["Lara", "周杰伦"]);
    assert_eq!(house.rows("SELECT count(*) FROM tracks WHERE duration_ms BETWEEN 900 AND 1300"), ["4"]);
}

#[test]
fn other_separators_apply_to_what_was_read_before_once_everything_is_read_again() {
    let mut house = House::new();
    house.put("a.wav", &[(ItemKey::TrackArtist, "甲、乙; 丙"), (ItemKey::Genre, "Pop, Rock")]);
    let names = |house: &House, rows: &str| house.rows(&format!("SELECT name FROM {rows} ORDER BY position"));
    let artists = "track_credits JOIN artists USING (artist_id)";
    let genres = "track_genres JOIN genres USING (genre_id)";
    house.import();
    assert_eq!(names(&house, artists), ["甲、乙", "丙"]);
    assert_eq!(names(&house, genres), ["Pop", "Rock"]);
    house.job.separators = Separators { artists: vec!["、".to_owned()], genres: Vec::new() };
    assert_eq!(house.counts(), [0, 0, 1, 0, 0, 0], "what is known is not read again");
    house.job.is_full = true;
    assert_eq!(house.import().updated, 1);
    assert_eq!(names(&house, artists), ["甲", "乙; 丙"]);
    assert_eq!(names(&house, genres), ["Pop, Rock"]);
}
