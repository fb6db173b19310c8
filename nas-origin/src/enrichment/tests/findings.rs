//! What is found, and what of it shows.

use super::*;

#[test]
fn blanks_are_filled_and_the_album_gets_its_picture() {
    let shelf = known();
    let report = shelf.enrich();
    assert_eq!((report.enriched, report.covers, report.failures.len(), report.ended), (1, 1, 0, Ended::Done));
    let track = shelf.track(1);
    assert_eq!(track.status, "enriched");
    assert_eq!(track.record.musicbrainz_recording_id.as_deref(), Some(RECORDING));
    assert_eq!(track.record.genres, ["rock", "folk"]);
    assert_eq!(
        (track.record.release_date.as_deref(), track.record.original_date.as_deref()),
        (Some("1999-06-01"), Some("1999-05-03"))
    );
    let album = "musicbrainz_id || ' ' || release_date || ' ' || replace(release_types, x'1f', '/') FROM albums";
    assert_eq!(shelf.text(&format!("SELECT {album}")).unwrap(), format!("{RELEASE} 1999-06-01 Album/Live"));
    assert_eq!(shelf.text("SELECT musicbrainz_id FROM artists").as_deref(), Some(ARTIST));
    assert_eq!(shelf.text("SELECT ext FROM covers JOIN albums USING (cover_id)").as_deref(), Some("png"));
    let asked = shelf.double.asked();
    let paths: Vec<&str> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(paths, [SEARCH, &lookup_path(), &release_path(), &cover_path(), "/image"]);
    assert!(asked[0].query.contains("recording%3A%22Blue+Hour%22+AND+artist%3A%22The+Band%22"), "{}", asked[0].query);
}

#[test]
fn what_tags_and_the_owner_say_stays() {
    let tagged = TrackRecord { genres: vec!["Tagged".to_owned()], ..record("Blue Hour") };
    let shelf = known();
    shelf.read_again(1, tagged);
    shelf.edit(1, "release_date", Some(Value::Text("1977".to_owned())));
    shelf.enrich();
    let track = shelf.track(1);
    assert_eq!(
        (track.record.genres.as_slice(), track.record.release_date.as_deref()),
        (&["Tagged".to_owned()][..], Some("1977"))
    );
    assert_eq!(track.record.musicbrainz_recording_id.as_deref(), Some(RECORDING));
    shelf.edit(1, "release_date", None);
    assert_eq!(shelf.track(1).record.release_date.as_deref(), Some("1999-06-01"), "what was found lies beneath");
}

#[test]
fn what_was_found_survives_a_rescan_and_goes_when_the_track_is_another() {
    let shelf = known();
    shelf.enrich();
    let (found, mark) = (shelf.track(1), shelf.text("SELECT CAST(cover_id AS TEXT) FROM albums"));
    shelf.read_again(1, record("Blue Hour"));
    assert_eq!((shelf.track(1), shelf.text("SELECT CAST(cover_id AS TEXT) FROM albums")), (found, mark));
    shelf.read_again(1, TrackRecord { genres: vec!["New tag".to_owned()], ..record("Blue Hour") });
    assert_eq!(shelf.track(1).record.genres, ["New tag"]);
    shelf.read_again(1, record("Red Hour"));
    let other = shelf.track(1);
    assert_eq!((other.status.as_str(), other.record.musicbrainz_recording_id), ("tagged", None));
    assert_eq!(shelf.questions(NOW), [1, 0], "it is asked anew");
}

#[test]
fn nothing_is_asked_twice_and_nothing_moves_that_nobody_sees() {
    let shelf = known();
    shelf.enrich();
    shelf.double.asked();
    let mark = shelf.mark();
    assert_eq!(shelf.enrich().questions, 0);
    assert_eq!((shelf.double.asked().len(), shelf.mark()), (0, mark));
    let (file, track) = read(2, record("Blue Hour"));
    shelf.import(ImportChange::Add { file, track });
    assert_eq!((shelf.enrich().enriched, shelf.double.asked().len()), (1, 0), "the answer is known");
}

#[test]
fn a_tagged_recording_is_looked_up_by_its_id() {
    let tagged = TrackRecord { musicbrainz_recording_id: Some(RECORDING.to_owned()), ..record("Another spelling") };
    let shelf = Shelf::with(&[tagged]);
    shelf.double.reply(&lookup_path(), [lookup()]);
    assert_eq!(shelf.enrich().enriched, 1);
    let asked = shelf.double.asked();
    assert_eq!(asked[0].path, lookup_path());
    assert!(asked[0].query.contains("inc=artist-credits+releases+release-groups+isrcs+genres&fmt=json"));
}

#[test]
fn a_release_says_whose_album_it_is_and_who_released_it() {
    let mut guest = record("Red Hour");
    (guest.artist, guest.artists) = (Some("A Guest".to_owned()), vec![ArtistName::from("A Guest")]);
    let mut records = [record("Blue Hour"), guest];
    for record in &mut records {
        record.album.musicbrainz_id = Some(RELEASE.to_owned());
    }
    let shelf = Shelf::with(&records);
    let album =
        || shelf.text("SELECT artist || ' on ' || coalesce(replace(labels, x'1f', '/'), '') FROM albums").unwrap();
    assert_eq!(album(), "Various Artists on ", "a guess");
    let answer = format!(
        r#"{{"id":"{RELEASE}","title":"First Light","artist-credit":[{{"name":"The Band","joinphrase":"",
        "artist":{{"id":"{ARTIST}","name":"The Band"}}}}],"label-info":[{{"catalog-number":"SM 1","label":{{"id":"x","name":"Small"}}}},
        {{"catalog-number":"L 2","label":{{"id":"y","name":"Large"}}}},{{"catalog-number":null,"label":null}}]}}"#
    );
    shelf.double.reply(&release_path(), [Reply::of(answer)]);
    assert_eq!(shelf.enrich().failures.len(), 0);
    assert_eq!(album(), "The Band on Small/Large");
    let asked = shelf.double.asked();
    let releases = asked.iter().filter(|one| one.path == release_path()).collect::<Vec<_>>();
    assert!(releases.len() == 1 && releases[0].query == "inc=artist-credits+labels&fmt=json", "once, for both tracks");
    shelf.read_again(1, records[0].clone());
    assert_eq!(album(), "The Band on Small/Large", "it outlasts a rescan");
    let mut tagged = records[0].clone();
    tagged.album.labels = vec!["Tagged".to_owned()];
    tagged.album.artists = vec![ArtistName::from("Tagged")];
    shelf.read_again(1, tagged);
    assert_eq!(album(), "Tagged on Tagged");
}
