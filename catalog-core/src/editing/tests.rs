use proptest::prelude::*;

use super::*;
use crate::import::{AlbumSummary, ArtistName, Contributor, TrackRecord};
use crate::model::CreditRole;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn texts(texts: &[&str]) -> Value {
    Value::Texts(texts.iter().map(|&text| text.to_owned()).collect())
}

fn tagged() -> TrackRecord {
    let composer = |name| Contributor { role: CreditRole::Composer, artist: ArtistName::from(name), instrument: None };
    TrackRecord {
        title: "Song".to_owned(),
        artist: Some("A feat. B".to_owned()),
        artists: vec!["A".into(), "B".into()],
        composer: Some("C".to_owned()),
        contributors: vec![composer("C"), Contributor { role: CreditRole::Mixer, ..composer("M") }],
        track_number: Some(3),
        is_untagged: true,
        ..TrackRecord::default()
    }
}

fn edits(of: &[(&str, Value)]) -> Edits {
    let patch = of.iter().map(|(field, value)| ((*field).to_owned(), Some(value.clone()))).collect();
    merge::<TrackRecord>(&Edits::new(), &patch).unwrap()
}

#[test]
fn every_field_has_its_place() {
    let mut track = TrackRecord::default();
    let fields = TrackRecord::FIELDS.iter().chain(TrackRecord::BESIDE);
    assert_eq!(fields.filter(|field| track.slot(field).is_none()).count(), 0);
    assert!(AlbumSummary::FIELDS.iter().all(|field| AlbumSummary::default().slot(field).is_some()));
}

#[test]
fn edits_lie_over_the_tags_and_are_taken_back() {
    let before = tagged();
    let values = values_of(&before);
    let mut track = before.clone();
    let said = edits(&[("artists", texts(&["X", " Y ", "X"])), ("composers", texts(&[])), ("album", text("New"))]);
    apply(&mut track, &said);
    assert_eq!(track.artist.as_deref(), Some("X / Y"), "as shown");
    assert_eq!((track.composer.as_deref(), track.contributors.len()), (None, 1), "the mixer stays");
    assert!(!track.is_untagged, "somebody named the album");
    restore(&mut track, &values);
    assert_eq!(track, before);
}

#[test]
fn a_patch_is_believed_whole_or_not_at_all() {
    let before = edits(&[("title", text("One"))]);
    let patch = |field: &str, value: Option<Value>| Patch::from([(field.to_owned(), value)]);
    let taken_back = merge::<TrackRecord>(&before, &patch("title", None)).unwrap();
    assert!(taken_back.is_empty());
    for (field, value) in [
        ("title", text(" ")),
        ("title", Value::Number(1)),
        ("artists", text("A")),
        ("release_date", text("2001-13-01")),
        ("release_date", text("soon")),
        ("track_number", Value::Number(10_000)),
        ("advisory", text("mild")),
        ("genres", Value::Texts(vec!["x".to_owned(); 101])),
        ("is_untagged", Value::Flag(false)),
        ("path", text("/etc")),
    ] {
        assert!(merge::<TrackRecord>(&before, &patch(field, Some(value))).is_err(), "{field}");
    }
    let cleaned = merge::<TrackRecord>(&before, &patch("comment", Some(text(" a\nb ")))).unwrap();
    assert_eq!(cleaned["comment"], text("a b"));
}

proptest! {
    /// Nothing of the tags is lost by any edit that is then taken back.
    #[test]
    fn any_edit_can_be_taken_back(
        field in prop::sample::select(TrackRecord::FIELDS),
        value in prop_oneof![
            ".{0,9}".prop_map(Value::Text),
            prop::collection::vec(".{0,5}", 0..4).prop_map(Value::Texts),
            (0_u32..10_000).prop_map(Value::Number),
            any::<bool>().prop_map(Value::Flag),
        ],
    ) {
        let before = tagged();
        let (values, mut track) = (values_of(&before), before.clone());
        if let Ok(said) = merge::<TrackRecord>(&Edits::new(), &Patch::from([(field.to_owned(), Some(value))])) {
            apply(&mut track, &said);
            restore(&mut track, &values);
            prop_assert_eq!(track, before);
        }
    }
}
