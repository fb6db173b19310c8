//! Files that a CUE sheet cuts up: which tracks the catalog shows, and that they stay the same ones.

use std::fmt::Write;

use super::*;
use crate::library::browse::{AlbumSummary, ListQuery, Listed, TrackSummary};

const IMAGE: &[(ItemKey, &str)] =
    &[(ItemKey::TrackTitle, "Image"), (ItemKey::AlbumTitle, "Disc"), (ItemKey::TrackArtist, "Band")];
/// What a snapshot has of tracks.
const SHOWN: &str = "SELECT source_id, title FROM tracks WHERE missing_since IS NULL AND NOT is_cut_up ORDER BY 1";
const IDS: &str = "SELECT track_id, title FROM tracks WHERE missing_since IS NULL AND NOT is_cut_up ORDER BY 1";

/// A sheet of so many tracks of a fifth of a second.
pub(in super::super) fn sheet(file: &str, tracks: u32) -> String {
    let mut text = format!("TITLE \"Disc\"\nFILE \"{file}\" WAVE\n");
    for number in 1..=tracks {
        let start = (number - 1) * 15;
        write!(text, "TRACK {number:02} AUDIO\nTITLE \"Song {number}\"\nINDEX 01 00:00:{start:02}\n").unwrap();
    }
    text
}

#[test]
fn a_sheet_cuts_the_file_beside_it_into_its_tracks() {
    let house = House::new();
    house.put("a/image.wav", IMAGE);
    fs::write(house.path("a/disc.cue"), sheet("image.wav", 3)).unwrap();
    assert_eq!(house.counts(), [1, 0, 0, 0, 0, 0]);
    assert_eq!(house.rows(SHOWN), ["a/image.wav#01|Song 1", "a/image.wav#02|Song 2", "a/image.wav#03|Song 3"]);
    let properties = "SELECT t.duration_ms, t.track_number, t.track_total, t.artist, a.name, f.ext, f.size_bytes, f.bit_rate_kbps, t.bit_rate_kbps
        FROM tracks t JOIN track_cuts USING (track_id) JOIN track_files f USING (track_id) JOIN albums a USING (album_id) ORDER BY 2";
    let expected = [
        "200|1|3|Band|Disc|wav|3244|128|128",
        "200|2|3|Band|Disc|wav|3244|128|128",
        "600|3|3|Band|Disc|wav|9644|128|128",
    ];
    assert_eq!(house.rows(properties), expected);
    assert_eq!(house.rows("SELECT name FROM albums"), ["Disc"]);
}

#[test]
fn an_import_that_finds_nothing_new_cuts_nothing_again() {
    let house = House::new();
    house.put("a/image.wav", IMAGE);
    fs::write(house.path("a/disc.cue"), sheet("image.wav", 3)).unwrap();
    house.import();
    let (before, ids) = (house.mark(), house.rows(IDS));
    assert_eq!(house.counts(), [0, 0, 1, 0, 0, 0]);
    assert_eq!((house.mark(), house.rows(IDS)), (before, ids.clone()));
    house.put("b/other.wav", &[(ItemKey::TrackTitle, "Other")]);
    house.import();
    assert_eq!(house.rows(IDS)[..3], ids[..], "what is elsewhere changes nothing here");
}

#[test]
fn file_and_sheet_may_come_in_any_order() {
    let house = House::new();
    fs::write(house.path("a/image.cue"), sheet("gone before.ape", 2)).unwrap();
    house.import();
    assert!(house.rows(SHOWN).is_empty());
    house.put("a/image.wav", IMAGE);
    house.import();
    assert_eq!(house.rows(SHOWN).len(), 2, "it has the sheet's name");
    fs::remove_file(house.path("a/image.cue")).unwrap();
    house.import();
    assert_eq!(house.rows(SHOWN), ["a/image.wav|Image"]);
}

#[test]
fn tracks_keep_their_ids_wherever_the_file_goes() {
    let house = House::new();
    house.put("a/image.wav", IMAGE);
    fs::write(house.path("a/disc.cue"), sheet("image.wav", 3)).unwrap();
    house.import();
    let ids = house.rows(IDS);
    for (folder, name) in [("b", "renamed"), ("c", "image")] {
        let from = fs::read_dir(&house.job.source.path)
            .unwrap()
            .flatten()
            .find(|entry| entry.path().join("disc.cue").exists());
        let from = from.unwrap().path();
        let sound = fs::read_dir(&from)
            .unwrap()
            .flatten()
            .find(|entry| entry.path().extension().is_some_and(|ext| ext == "wav"));
        fs::rename(sound.unwrap().path(), house.path(&format!("{folder}/{name}.wav"))).unwrap();
        fs::remove_file(from.join("disc.cue")).unwrap();
        fs::write(house.path(&format!("{folder}/disc.cue")), sheet(&format!("{name}.wav"), 3)).unwrap();
        assert_eq!(house.counts(), [0, 0, 0, 1, 0, 0]);
        assert_eq!(house.rows(IDS), ids);
        assert!(house.rows(SHOWN)[0].starts_with(&format!("{folder}/{name}.wav#01|")), "{:?}", house.rows(SHOWN));
    }
}

#[test]
fn tracks_that_leave_and_return_are_the_same_ones() {
    let house = House::new();
    let image = house.put("a/image.wav", IMAGE);
    fs::write(house.path("a/disc.cue"), sheet("image.wav", 3)).unwrap();
    house.put("z.wav", &[(ItemKey::TrackTitle, "Other")]);
    house.put("y.wav", &[(ItemKey::TrackTitle, "Another")]);
    house.import();
    let all = house.rows(IDS);
    fs::write(house.path("a/disc.cue"), sheet("image.wav", 2)).unwrap();
    house.import();
    assert_eq!(house.rows(SHOWN)[..2], ["a/image.wav#01|Song 1", "a/image.wav#02|Song 2"]);
    assert_eq!(house.rows(SHOWN).len(), 4);
    fs::write(house.path("a/disc.cue"), sheet("image.wav", 3)).unwrap();
    house.import();
    assert_eq!(house.rows(IDS), all, "its third track is back");
    let aside = house.folder.path().join("aside.wav");
    fs::rename(&image, &aside).unwrap();
    house.import();
    assert_eq!(house.rows(SHOWN), ["y.wav|Another", "z.wav|Other"]);
    fs::rename(&aside, &image).unwrap();
    house.import();
    assert_eq!(house.rows(IDS), all, "the file is back");
}

#[test]
fn files_that_exchange_their_names_take_their_tracks_along() {
    let house = House::new();
    for name in ["a", "b"] {
        house.put(&format!("{name}.wav"), &[(ItemKey::TrackTitle, name), (ItemKey::AlbumTitle, name)]);
        fs::write(house.path(&format!("{name}.cue")), sheet(&format!("{name}.wav"), 2)).unwrap();
    }
    house.import();
    let by_sound = "SELECT hex(w.content_hash), c.number, c.track_id FROM track_cuts c JOIN track_files w ON w.track_id = c.whole_id
        ORDER BY 1, 2";
    let before = house.rows(by_sound);
    house.rename("a.wav", "x.wav");
    house.rename("b.wav", "a.wav");
    house.rename("x.wav", "b.wav");
    house.import();
    assert_eq!(house.rows(by_sound), before);
    assert_eq!(
        house.rows("SELECT source_id FROM tracks WHERE missing_since IS NULL AND NOT is_cut_up ORDER BY 1"),
        ["a.wav#01", "a.wav#02", "b.wav#01", "b.wav#02"]
    );
}

#[test]
fn a_file_that_moves_to_another_source_takes_its_tracks_along() {
    let house = House::new();
    let image = house.put("image.wav", IMAGE);
    fs::write(house.path("image.cue"), sheet("image.wav", 2)).unwrap();
    house.put("kept.wav", &[(ItemKey::TrackTitle, "Kept")]);
    house.import();
    let ids = house.rows("SELECT track_id, number FROM track_cuts ORDER BY 2");
    let other = house.job_for("other");
    fs::create_dir_all(&other.source.path).unwrap();
    fs::rename(&image, other.source.path.join("image.wav")).unwrap();
    fs::rename(house.path("image.cue"), other.source.path.join("image.cue")).unwrap();
    import_source(&house.library, &other, &Unwatched).unwrap();
    house.import();
    let shown = "SELECT t.source, c.number FROM track_cuts c JOIN tracks t USING (track_id) WHERE t.missing_since IS NULL ORDER BY 2";
    assert_eq!(house.rows(shown), ["other|1", "other|2"]);
    assert_eq!(house.rows("SELECT track_id, number FROM track_cuts ORDER BY 2"), ids);
    assert_eq!(
        house.rows("SELECT count(*) FROM track_files JOIN track_cuts USING (track_id) WHERE status = 'active'"),
        ["2"]
    );
}

#[test]
fn a_sheet_beside_the_file_comes_before_the_one_inside_it() {
    let house = House::new();
    let inside = sheet("whatever.wav", 2);
    let path = house.put("image.wav", IMAGE);
    let frames =
        lofty::id3::v2::ExtendedTextFrame::new(lofty::TextEncoding::UTF8, "CUESHEET".to_owned(), inside.clone());
    let mut tag = lofty::id3::v2::Id3v2Tag::default();
    tag.insert(lofty::id3::v2::Frame::UserText(frames));
    lofty::tag::TagExt::save_to_path(&tag, &path, lofty::config::WriteOptions::default()).unwrap();
    house.import();
    assert_eq!(house.rows(SHOWN).len(), 2, "the file's own");
    fs::write(house.path("image.cue"), sheet("image.wav", 3)).unwrap();
    house.import();
    assert_eq!(house.rows(SHOWN).len(), 3, "the one beside it");
    fs::remove_file(house.path("image.cue")).unwrap();
    house.import();
    assert_eq!(house.rows(SHOWN).len(), 2, "the file's own again");
}

#[test]
fn what_a_sheet_does_not_fit_stays_whole() {
    let house = House::new();
    house.put("a.wav", IMAGE);
    fs::write(house.path("a.cue"), sheet("a.wav", 2).replace("00:00:15", "00:01:00")).unwrap();
    house.put("b.wav", IMAGE);
    fs::write(house.path("b.cue"), sheet("b.wav", 1)).unwrap();
    fs::write(house.path("c.cue"), [0, 159, 146, 150].repeat(10)).unwrap();
    assert_eq!(house.counts(), [2, 0, 0, 0, 0, 0]);
    assert_eq!(house.rows(SHOWN), ["a.wav|Image", "b.wav|Image"]);
}

#[test]
fn what_the_owner_says_of_a_track_stays_when_the_sheet_changes() {
    let house = House::new();
    house.put("a.wav", IMAGE);
    fs::write(house.path("a.cue"), sheet("a.wav", 2)).unwrap();
    house.import();
    let id = house.rows("SELECT track_id FROM track_cuts WHERE number = 2")[0].clone();
    let edit = format!(
        "INSERT INTO track_edits (track_id, edited, tagged) VALUES ({id}, json_object('title', 'Mine'), '{{}}')"
    );
    house.library.write(|tx| tx.execute_batch(&edit).map_err(LibraryError::from)).unwrap();
    fs::write(house.path("a.cue"), sheet("a.wav", 3)).unwrap();
    house.import();
    assert_eq!(house.rows(SHOWN), ["a.wav#01|Song 1", "a.wav#02|Mine", "a.wav#03|Song 3"]);
}

#[test]
fn what_was_copied_is_still_cut_up_when_the_folder_is_put_away() {
    let mut house = House::new();
    house.job.source.mode = SourceMode::Copy;
    house.put("card/a.wav", IMAGE);
    fs::write(house.path("card/a.cue"), sheet("a.wav", 2)).unwrap();
    house.import();
    let ids = house.rows(IDS);
    assert_eq!(ids.len(), 2);
    fs::remove_dir_all(house.path("card")).unwrap();
    house.import();
    house.put("other.wav", &[(ItemKey::TrackTitle, "Other")]);
    house.import();
    assert_eq!(house.rows(IDS)[..2], ids[..]);
}

#[test]
fn the_owner_sees_the_tracks_and_not_the_file() {
    let house = House::new();
    house.put(
        "a.wav",
        &[(ItemKey::TrackTitle, "Image"), (ItemKey::AlbumTitle, "Image"), (ItemKey::TrackArtist, "Band")],
    );
    fs::write(house.path("a.cue"), sheet("a.wav", 2)).unwrap();
    house.import();
    assert_eq!(shown::<TrackSummary>(&house, "title"), ["Song 1", "Song 2"]);
    assert_eq!(shown::<AlbumSummary>(&house, "name"), ["Disc"], "the file's own album has nothing to show");
}

/// What a list of the owner's has of things that are shown.
fn shown<T: Listed>(house: &House, field: &str) -> Vec<String> {
    let query = ListQuery { limit: 50, ..ListQuery::default() };
    let found = house.library.read(|read| T::list(read, &query)).unwrap();
    let rows = found.rows.iter().map(|(_, _, row)| serde_json::to_value(row).unwrap());
    rows.filter(|row| row["is_shown"] == true).map(|row| row[field].as_str().unwrap().to_owned()).collect()
}
