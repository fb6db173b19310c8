//! Imports over real files: what the catalog holds after each, and that it keeps ids, order and calm.

use std::fs;

use super::*;
use crate::config::SourceKind;
use crate::library::settings;
use lofty::config::WriteOptions;
use lofty::picture::{MimeType, Picture, PictureType};
use lofty::prelude::*;
use lofty::tag::{ItemKey, Tag, TagType};

pub(super) struct Unwatched;

impl ImportProgress for Unwatched {
    fn planned(&self, _files: u64) {}
    fn done(&self, _files: u64) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

pub(super) struct House {
    pub(super) folder: tempfile::TempDir,
    pub(super) library: Library,
    pub(super) job: ImportJob,
}

impl House {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("music");
        fs::create_dir(&root).unwrap();
        let library = Library::open(&folder.path().join("data")).unwrap();
        let import = ImportConfig { missing_retention: Duration::from_hours(1), ..ImportConfig::default() };
        let job = ImportJob::new("local", &SourceConfig::local(root), &import);
        Self { folder, library, job }
    }

    /// Another source, whose folder lies beside the first one's.
    pub(super) fn job_for(&self, name: &str) -> ImportJob {
        let source = SourceConfig::local(self.folder.path().join(name));
        ImportJob { name: name.to_owned(), source, ..self.job.clone() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        let path = self.job.source.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// A second of a tone that no other file has, with tags.
    pub(super) fn put(&self, name: &str, tags: &[(ItemKey, &str)]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, wav(name)).unwrap();
        tag(&path, tags, None);
        path
    }

    pub(super) fn import(&self) -> ImportReport {
        import_source(&self.library, &self.job, &Unwatched).unwrap()
    }

    pub(super) fn counts(&self) -> [u64; 6] {
        let report = self.import();
        let failed = report.failures.len() as u64;
        [report.added, report.updated, report.unchanged, report.moved, report.missing, failed]
    }

    pub(super) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.job.source.path.join(from), self.path(to)).unwrap();
    }

    pub(super) fn mark(&self) -> String {
        self.library.read(settings::change_mark).unwrap()
    }

    /// The rows of a statement, columns separated by `|`.
    pub(super) fn rows(&self, sql: &str) -> Vec<String> {
        rows_of(&self.library, sql)
    }
}

pub(super) fn rows_of(library: &Library, sql: &str) -> Vec<String> {
    let rows = library.read(|read| {
        let mut statement = read.prepare(sql).map_err(LibraryError::from)?;
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let shown = |index| {
                Ok::<_, rusqlite::Error>(match row.get_ref(index)? {
                    rusqlite::types::ValueRef::Null => String::new(),
                    rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                    rusqlite::types::ValueRef::Real(number) => number.to_string(),
                    rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                        String::from_utf8_lossy(bytes).into_owned()
                    }
                })
            };
            Ok((0..columns).map(shown).collect::<Result<Vec<_>, _>>()?.join("|"))
        })?;
        Ok::<_, LibraryError>(rows.collect::<Result<Vec<_>, _>>()?)
    });
    rows.unwrap()
}

pub(super) fn wav(seed: &str) -> Vec<u8> {
    let step = seed.bytes().fold(7_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let sound: Vec<u8> = (0..8000_u16).map(|index| (index.wrapping_mul(step) >> 8).to_le_bytes()[0]).collect();
    let length = u32::try_from(sound.len()).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
    file.extend(length.to_le_bytes());
    file.extend(sound);
    file
}

pub(super) fn tag(path: &Path, tags: &[(ItemKey, &str)], picture: Option<Vec<u8>>) {
    if tags.is_empty() && picture.is_none() {
        return;
    }
    let kind = lofty::read_from_path(path).unwrap().primary_tag_type();
    let mut tag = Tag::new(if kind == TagType::RiffInfo { TagType::Id3v2 } else { kind });
    for (key, value) in tags {
        tag.insert_text(*key, (*value).to_owned());
    }
    if let Some(bytes) = picture {
        tag.push_picture(Picture::unchecked(bytes).pic_type(PictureType::CoverFront).mime_type(MimeType::Png).build());
    }
    tag.save_to_path(path, WriteOptions::default()).unwrap();
}

pub(super) fn png(side: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(side, side).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

const SONG: &[(ItemKey, &str)] = &[
    (ItemKey::TrackTitle, "以父之名"),
    (ItemKey::TrackArtist, "周杰伦 / Lara"),
    (ItemKey::AlbumTitle, "叶惠美"),
    (ItemKey::AlbumArtist, "周杰伦"),
    (ItemKey::TrackNumber, "1"),
    (ItemKey::TrackTotal, "11"),
    (ItemKey::DiscNumber, "1"),
    (ItemKey::RecordingDate, "2003-07-31"),
    (ItemKey::Genre, "Mandopop"),
];

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

const EARLIER: &str = include_str!("../../../testdata/earlier_system.sql");

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
