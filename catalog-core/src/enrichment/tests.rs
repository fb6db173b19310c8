use super::*;
use crate::editing::{Edits, Value, fill, take_away};
use crate::import::{AlbumSummary, AlbumTags, ArtistName, AudioProperties, TrackRecord};

const RECORDING: &str = "11111111-1111-4111-8111-111111111111";
const RELEASE: &str = "22222222-2222-4222-8222-222222222222";
const ARTIST: &str = "33333333-3333-4333-8333-333333333333";

fn track() -> TrackRecord {
    TrackRecord {
        title: "Blue Hour".to_owned(),
        artist: Some("The Band".to_owned()),
        artists: vec![ArtistName::from("The Band")],
        album: AlbumTags { name: Some("First Light".to_owned()), ..AlbumTags::default() },
        properties: AudioProperties { duration_ms: Some(200_000), ..AudioProperties::default() },
        ..TrackRecord::default()
    }
}

fn release() -> Release {
    Release { id: RELEASE.to_owned(), title: "FIRST  LIGHT".to_owned(), is_official: true, ..Release::default() }
}

fn recording() -> Recording {
    Recording {
        id: RECORDING.to_owned(),
        title: "blue hour".to_owned(),
        performers: vec![Performer { id: ARTIST.to_owned(), name: "the band".to_owned() }],
        duration_ms: Some(203_000),
        releases: vec![release()],
        ..Recording::default()
    }
}

fn subject() -> Subject {
    Subject::of(&track(), None).unwrap()
}

#[test]
fn an_answer_of_the_same_names_and_length_fits() {
    let candidates = [recording()];
    let fit = choose(&subject(), &candidates).unwrap();
    assert_eq!((fit.recording.id.as_str(), fit.release.map(|release| release.id.as_str())), (RECORDING, Some(RELEASE)));
}

#[test]
fn what_differs_in_title_artist_or_length_does_not_fit() {
    let others = [
        Recording { title: "Blue Hour (live)".to_owned(), ..recording() },
        Recording { performers: vec![Performer { id: ARTIST.to_owned(), name: "Others".to_owned() }], ..recording() },
        Recording { duration_ms: Some(207_001), ..recording() },
        Recording { duration_ms: None, releases: Vec::new(), ..recording() },
    ];
    for other in others {
        assert_eq!(choose(&subject(), std::slice::from_ref(&other)), None, "{other:?}");
    }
    let unknown_length = [Recording { duration_ms: None, ..recording() }];
    assert!(choose(&subject(), &unknown_length).is_some(), "the album tells");
}

#[test]
fn the_album_goes_before_the_length_and_the_length_before_the_order() {
    let far = Recording { id: "far".to_owned(), duration_ms: Some(206_000), ..recording() };
    let near = Recording { id: "near".to_owned(), duration_ms: Some(200_000), ..recording() };
    let elsewhere = Recording { id: "elsewhere".to_owned(), releases: Vec::new(), ..near.clone() };
    let chosen = |candidates: &[Recording]| choose(&subject(), candidates).unwrap().recording.id.clone();
    assert_eq!(chosen(&[elsewhere.clone(), far.clone()]), "far");
    assert_eq!(chosen(&[far, near, elsewhere]), "near");
}

#[test]
fn the_release_that_is_named_goes_first_then_an_official_then_the_earliest() {
    let of = |id: &str, is_official, date: &str| Release {
        id: id.to_owned(),
        is_official,
        date: Some(date.to_owned()),
        ..release()
    };
    let (late, early, pirated) = (of("late", true, "2001"), of("early", true, "1999-05"), of("pirated", false, "1990"));
    let recordings = [Recording { releases: vec![pirated, late, early], ..recording() }];
    let chosen = |subject: &Subject| choose(subject, &recordings).unwrap().release.unwrap().id.clone();
    assert_eq!(chosen(&subject()), "early");
    assert_eq!(chosen(&Subject { release_id: Some("LATE".to_owned()), ..subject() }), "late");
}

#[test]
fn a_tagged_recording_id_needs_no_names() {
    let record = TrackRecord { musicbrainz_recording_id: Some(RECORDING.to_owned()), ..track() };
    let asked = Subject::of(&record, None).unwrap();
    let candidates = [Recording { title: "Another spelling".to_owned(), ..recording() }];
    assert!(choose(&asked, &candidates).is_some());
    assert_ne!(asked.key(), subject().key());
    let no_id = TrackRecord { musicbrainz_recording_id: Some("../../x".to_owned()), ..track() };
    assert_eq!(Subject::of(&no_id, None).unwrap().recording_id, None);
}

#[test]
fn nobody_is_asked_about_untagged_files_and_full_tags() {
    assert_eq!(Subject::of(&TrackRecord { is_untagged: true, ..track() }, None), None);
    assert_eq!(Subject::of(&TrackRecord { artists: Vec::new(), ..track() }, None), None);
    let mut full = track();
    assert!(has_blanks(&full, &Edits::new()));
    full.musicbrainz_recording_id = Some(RECORDING.to_owned());
    full.album.musicbrainz_id = Some(RELEASE.to_owned());
    full.release_date = Some("1999".to_owned());
    assert!(has_blanks(&full, &Edits::new()), "genres");
    let no_genres = Edits::from([("genres".to_owned(), Value::Texts(Vec::new()))]);
    assert!(!has_blanks(&full, &no_genres), "the owner wants none");
}

#[test]
fn an_answer_fills_blanks_only_and_can_be_taken_away() {
    let rich = Recording {
        first_release_date: Some("1999-05-03".to_owned()),
        genres: ["a", "b", "c", "d", "e", "f"].map(str::to_owned).to_vec(),
        isrcs: vec!["GBAAA9900001".to_owned()],
        releases: vec![Release { date: Some("soon".to_owned()), track_id: Some("x".to_owned()), ..release() }],
        ..recording()
    };
    let candidates = [rich];
    let found = found_in(&subject(), choose(&subject(), &candidates).unwrap());
    assert_eq!(found.artists, [("the band".to_owned(), ARTIST.to_owned())]);
    assert_eq!(found.album["musicbrainz_id"], Value::Text(RELEASE.to_owned()));
    assert!(!found.track.contains_key("release_date") && !found.track.contains_key("musicbrainz_track_id"));
    let tagged = TrackRecord { genres: vec!["Tagged".to_owned()], ..track() };
    let mut filled = tagged.clone();
    let what = fill(&mut filled, &found.track);
    assert_eq!(
        (filled.genres.as_slice(), filled.original_date.as_deref()),
        (&["Tagged".to_owned()][..], Some("1999-05-03"))
    );
    assert_eq!(what.keys().collect::<Vec<_>>(), ["isrcs", "musicbrainz_recording_id", "original_date"]);
    take_away(&mut filled, &what);
    assert_eq!(filled, tagged);
    let mut blank = track();
    fill(&mut blank, &found.track);
    assert_eq!(blank.genres.len(), 5);
}

fn heard(id: char, score: f64, title: &str, performer: &str) -> Heard {
    Heard {
        id: RECORDING.replace('1', &id.to_string()),
        score,
        title: title.to_owned(),
        performers: vec![performer.to_owned()],
        duration_ms: Some(201_000),
        ..Heard::default()
    }
}

fn recognised(subject: &Subject, heard: &[Heard]) -> Option<char> {
    recognise(subject, heard).map(|one| one.id.chars().next().unwrap())
}

#[test]
fn a_sound_is_a_recording_that_is_alike_enough_as_long_and_not_of_other_names() {
    let fits = heard('a', 0.95, "Blue Hour (remastered)", "THE BAND");
    assert_eq!(recognised(&subject(), std::slice::from_ref(&fits)), Some('a'));
    for other in [
        Heard { score: 0.89, ..fits.clone() },
        Heard { duration_ms: Some(208_000), ..fits.clone() },
        Heard { id: "../../x".to_owned(), ..fits.clone() },
        heard('a', 0.99, "Other", "Others"),
    ] {
        assert_eq!(recognised(&subject(), std::slice::from_ref(&other)), None, "{other:?}");
    }
    let no_length = TrackRecord { properties: AudioProperties::default(), ..track() };
    assert_eq!(recognised(&Subject::named(&no_length), &[fits]), None, "nothing to compare");
}

#[test]
fn the_names_go_first_then_the_album_then_the_likeness_then_what_most_say() {
    let named = heard('a', 0.91, "blue hour", "the band");
    let album = Heard { albums: vec!["first light".to_owned()], ..heard('b', 0.92, "Blue Hour (live)", "the band") };
    let alike = heard('c', 0.99, "Blue Hour (live)", "the band");
    let known = Heard { sources: 9, ..heard('d', 0.99, "Blue Hour (demo)", "the band") };
    let all = [known, alike, album, named];
    let order = [4, 3, 2].map(|length| recognised(&subject(), &all[..length]).unwrap());
    assert_eq!(order, ['a', 'b', 'd']);
}

#[test]
fn an_untagged_file_is_what_it_sounds_like() {
    let untagged = TrackRecord { is_untagged: true, ..track() };
    let other = heard('a', 0.95, "Something", "Somebody");
    assert_eq!(recognised(&Subject::named(&untagged), &[other]), Some('a'));
    assert_eq!(Subject::of(&untagged, Some("no id")), None);
    let asked = Subject::of(&untagged, Some(RECORDING)).unwrap();
    assert_eq!((asked.recording_id.as_deref(), asked.is_guess), (Some(RECORDING), true));
    let tagged = TrackRecord { musicbrainz_recording_id: Some(RELEASE.to_owned()), ..track() };
    assert_eq!(Subject::of(&tagged, Some(RECORDING)).unwrap().recording_id.as_deref(), Some(RELEASE), "tags win");
}

#[test]
fn a_release_says_whose_it_is_where_no_tag_does_and_who_released_it() {
    let imprint = Imprint {
        artists: vec!["The Band".to_owned()],
        labels: vec!["[no label]".to_owned(), "Small Records".to_owned(), "Small Records".to_owned()],
    };
    let found = found_in_release(&imprint);
    assert_eq!(found["labels"], Value::Texts(vec!["Small Records".to_owned()]));
    let various = vec!["Various Artists".to_owned()];
    let mut guessed = AlbumSummary { artists: various.clone(), has_guessed_artists: true, ..AlbumSummary::default() };
    fill_album(&mut guessed, &found);
    assert_eq!((guessed.artists, guessed.labels), (imprint.artists, vec!["Small Records".to_owned()]));
    let labels = vec!["Tagged".to_owned()];
    let tagged = AlbumSummary { artists: various, labels, ..AlbumSummary::default() };
    let mut filled = tagged.clone();
    fill_album(&mut filled, &found);
    assert_eq!(filled, tagged);
}
