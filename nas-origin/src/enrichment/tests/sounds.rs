//! Tracks that are recognised by their sound: real files, real fingerprints, and a server that says what it is told to.

use std::fs::File;
use std::path::PathBuf;

use url::form_urlencoded;

use super::*;
use crate::media::sound::fingerprint;

const LOOKUP: &str = "/v2/lookup";
const KEY: &str = "s3cretK3y";

/// Ten seconds of a melody: a WAV file.
#[expect(clippy::cast_possible_truncation, reason = "samples of 16 bits")]
fn melody() -> Vec<u8> {
    let mut bytes =
        b"RIFF\x78\x5d\x03\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x11\x2b\0\0\x22\x56\0\0\x02\0\x10\0data\x54\x5d\x03\0"
            .to_vec();
    for at in 0..110_250_u32 {
        let hertz = [220.0, 330.0, 277.2, 415.3, 246.9][(at / 4_000 % 5) as usize];
        let level = (f64::from(at) / 11_025.0 * hertz * std::f64::consts::TAU).sin();
        bytes.extend(((level * 20_000.0) as i16).to_le_bytes());
    }
    bytes
}

fn untagged() -> TrackRecord {
    TrackRecord { is_untagged: true, ..record("track 07") }
}

fn heard(score: &str) -> Reply {
    Reply::of(format!(
        r#"{{"status":"ok","results":[{{"id":"77777777-7777-4777-8777-777777777777","score":{score},"recordings":[
        {{"id":"{RECORDING}","title":"Blue Hour","duration":202,"sources":12,
          "artists":[{{"id":"{ARTIST}","name":"The Band"}}],
          "releasegroups":[{{"id":"{RELEASE}","type":"Album","title":"First Light"}}]}}]}},
        {{"id":"88888888-8888-4888-8888-888888888888","score":0.3}}]}}"#
    ))
}

fn refusal(code: u32, message: &str) -> Reply {
    let body = format!(r#"{{"status":"error","error":{{"code":{code},"message":"{message}"}}}}"#);
    Reply { body: body.into_bytes(), ..Reply::status(400) }
}

/// Files of that sound, and services that know it.
fn shelf(records: &[TrackRecord]) -> Shelf {
    let mut shelf = Shelf::with(records);
    shelf.config.acoustid_url = Some(shelf.double.url());
    shelf.config.acoustid_key = Some(KEY.to_owned().try_into().unwrap());
    shelf.config.cover_art = false;
    for number in 1..=records.len() {
        std::fs::create_dir_all(file(&shelf, number).parent().unwrap()).unwrap();
        std::fs::write(file(&shelf, number), melody()).unwrap();
    }
    shelf.double.reply(LOOKUP, [heard("0.97")]);
    shelf.double.reply(&lookup_path(), [lookup()]);
    shelf
}

fn file(shelf: &Shelf, number: usize) -> PathBuf {
    shelf.folder.path().join(format!("music/a/{number}.mp3"))
}

fn unheard(shelf: &Shelf, now: i64) -> u64 {
    count_questions(&shelf.library, &shelf.config, now).unwrap().sounds
}

#[test]
fn an_untagged_file_is_recognised_and_its_blanks_are_filled() {
    let shelf = shelf(&[untagged()]);
    assert_eq!((shelf.questions(NOW), unheard(&shelf, NOW)), ([0, 0], 1));
    let report = shelf.enrich();
    assert_eq!((report.recognised, report.enriched, report.failures.len()), (1, 1, 0), "{report:?}");
    let track = shelf.track(1);
    assert_eq!((track.status.as_str(), track.record.title.as_str()), ("enriched", "track 07"), "names stay");
    assert_eq!(track.record.musicbrainz_recording_id.as_deref(), Some(RECORDING));
    assert_eq!(track.record.genres, ["rock", "folk"]);
    assert_eq!(shelf.double.paths(), [LOOKUP, &lookup_path(), &release_path()]);
    assert_eq!((shelf.enrich().questions, unheard(&shelf, NOW + 400 * DAY)), (0, 0), "it is known");
}

#[test]
fn the_form_has_the_key_and_the_fingerprint_and_nothing_of_the_owners() {
    let shelf = shelf(&[untagged()]);
    shelf.enrich();
    let asked = shelf.double.asked();
    let fields: Vec<(String, String)> = form_urlencoded::parse(asked[0].body.as_bytes()).into_owned().collect();
    let print = fingerprint(File::open(file(&shelf, 1)).unwrap(), "wav", &|| true).unwrap();
    let wanted = [
        ("format", "json"),
        ("client", KEY),
        ("meta", "recordings releasegroups sources compress"),
        ("duration", "200"),
        ("fingerprint", print.as_str()),
    ];
    assert_eq!(fields, wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(asked[0].query.is_empty() && print.starts_with("AQAA"), "{print}");
    assert_eq!(asked[0].headers["content-type"], "application/x-www-form-urlencoded");
    assert!(asked[0].headers["user-agent"].to_str().unwrap().contains("me@example.org"));
    assert!(!format!("{:?}", shelf.config).contains(KEY));
}

#[test]
fn names_are_asked_about_first_and_the_sound_when_they_lead_nowhere() {
    let shelf = shelf(&[record("Blue Hour (Remaster)")]);
    shelf.double.reply(SEARCH, [search("Something else")]);
    let report = shelf.enrich();
    assert_eq!((report.unknown, report.recognised, report.enriched), (1, 1, 1));
    assert_eq!(shelf.double.paths(), [SEARCH, LOOKUP, &lookup_path(), &release_path()]);
    assert_eq!(shelf.track(1).record.musicbrainz_recording_id.as_deref(), Some(RECORDING));
}

#[test]
fn what_was_heard_survives_a_rescan_and_goes_with_the_sound() {
    let shelf = shelf(&[untagged()]);
    shelf.enrich();
    shelf.read_again(1, untagged());
    assert_eq!(shelf.track(1).record.musicbrainz_recording_id.as_deref(), Some(RECORDING));
    shelf.read_again(1, record("Blue Hour"));
    assert_eq!(shelf.track(1).record.musicbrainz_recording_id.as_deref(), Some(RECORDING), "tagged, the same sound");
    let mut longer = untagged();
    longer.properties.duration_ms = Some(300_000);
    shelf.read_again(1, longer);
    let other = shelf.track(1);
    assert_eq!((other.status.as_str(), other.record.musicbrainz_recording_id), ("tagged", None));
    assert_eq!(unheard(&shelf, NOW), 1, "it is asked anew");
    shelf.double.asked();
    assert_eq!((shelf.enrich().recognised, shelf.double.paths()), (0, vec![LOOKUP.to_owned()]), "of another length");
}

#[test]
fn an_unlike_sound_is_unknown_and_an_answer_is_not_asked_for_twice() {
    let shelf = shelf(&[untagged()]);
    shelf.double.reply(LOOKUP, [heard("0.89")]);
    assert_eq!(shelf.enrich().recognised, 0);
    assert_eq!((unheard(&shelf, NOW + 29 * DAY), unheard(&shelf, NOW + 31 * DAY)), (0, 1));
    shelf.double.asked();
    let later = EnrichJob { now: NOW + 31 * DAY, ..shelf.job() };
    assert_eq!(enrich(&later, &Watch::new(9)).unwrap().questions, 0, "the answer is good for longer");
}

#[test]
fn a_key_that_is_refused_ends_it_and_is_not_told() {
    let shelf = shelf(&[untagged(), untagged()]);
    shelf.double.reply(LOOKUP, [refusal(4, "invalid API key")]);
    let report = shelf.enrich();
    assert_eq!((report.questions, report.absent.len(), unheard(&shelf, NOW)), (1, 1, 2));
    assert!(report.outcome().contains("refuses the owner's key: invalid API key"), "{}", report.outcome());
    assert!(!format!("{report:?}").contains(KEY));
}

#[test]
fn a_sound_that_is_refused_and_files_that_are_no_music_fail_alone() {
    let shelf = shelf(&[untagged(), untagged(), untagged(), untagged()]);
    std::fs::write(file(&shelf, 1), "no music at all").unwrap();
    std::fs::remove_file(file(&shelf, 2)).unwrap();
    shelf.double.reply(LOOKUP, [refusal(3, "invalid fingerprint"), heard("1.0")]);
    let report = shelf.enrich();
    let reasons: Vec<&str> = report.failures.iter().map(|(_, reason)| reason.as_str()).collect();
    let wanted = ["cannot be fingerprinted", "cannot be opened", "invalid fingerprint"];
    assert!(reasons.len() == 3 && reasons.iter().zip(wanted).all(|(one, word)| one.contains(word)), "{reasons:?}");
    assert_eq!((report.recognised, unheard(&shelf, NOW), unheard(&shelf, NOW + DAY)), (1, 0, 3));
}

#[test]
fn a_service_that_is_away_is_asked_later() {
    let shelf = shelf(&[untagged()]);
    shelf.double.reply(LOOKUP, [Reply::status(503)]);
    let report = shelf.enrich();
    assert_eq!((report.absent.len(), report.failures.len(), unheard(&shelf, NOW)), (1, 0, 1));
    assert_eq!(shelf.double.paths().len(), 4, "ever later");
}

#[test]
fn without_musicbrainz_the_id_is_what_is_known_and_without_a_key_nothing_is_asked() {
    let mut shelf = shelf(&[untagged()]);
    let key = shelf.config.acoustid_key.take();
    assert_eq!((shelf.enrich().questions, unheard(&shelf, NOW)), (0, 0));
    (shelf.config.acoustid_key, shelf.config.musicbrainz) = (key, false);
    let report = shelf.enrich();
    assert_eq!((report.enriched, shelf.double.paths()), (1, vec![LOOKUP.to_owned()]));
    let track = shelf.track(1).record;
    assert_eq!((track.musicbrainz_recording_id.as_deref(), track.genres.len()), (Some(RECORDING), 0));
}

#[test]
fn what_the_owner_emptied_stays_empty() {
    let shelf = shelf(&[untagged()]);
    shelf.edit(1, "musicbrainz_recording_id", Some(Value::Text(String::new())));
    assert_eq!(shelf.enrich().questions, 0);
}
