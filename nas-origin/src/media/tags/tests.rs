//! Tags of several formats, written by the tag library in each format's own words, and what they become.

use std::fs::{self, File};
use std::path::PathBuf;

use catalog_core::import::Contributor;
use catalog_core::model::{Advisory, CreditRole, LyricsKind, Movement, Work};
use lofty::TextEncoding;
use lofty::config::WriteOptions;
use lofty::id3::v2::{
    BinaryFrame, ExtendedTextFrame, Frame, FrameId, Id3v2Tag, KeyValueFrame, SyncTextContentType,
    SynchronizedTextFrame, TextInformationFrame, TimestampFormat, UnsynchronizedTextFrame,
};
use lofty::ogg::tag::VorbisComments;
use lofty::tag::TagExt;

use super::*;

struct Yard(tempfile::TempDir);

impl Yard {
    fn new() -> Self {
        prepare_thread();
        Self(tempfile::tempdir().unwrap())
    }

    fn flac(&self, comments: &[(&str, &str)]) -> TrackRecord {
        let mut tag = VorbisComments::default();
        for (name, text) in comments {
            tag.push((*name).to_owned(), (*text).to_owned());
        }
        let path = self.file("a.flac", &flac());
        tag.save_to_path(&path, WriteOptions::default()).unwrap();
        record_of(&path)
    }

    fn wav(&self, frames: Vec<Frame<'static>>) -> TrackRecord {
        let mut tag = Id3v2Tag::default();
        for frame in frames {
            tag.insert(frame);
        }
        let path = self.file("a.wav", &wav());
        tag.save_to_path(&path, WriteOptions::default()).unwrap();
        record_of(&path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn record_of(path: &PathBuf) -> TrackRecord {
    read(&mut File::open(path).unwrap(), &Separators::default()).unwrap().0
}

/// A FLAC stream's head: one second of 44,100 Hz in stereo that never comes.
fn flac() -> Vec<u8> {
    let mut bytes = b"fLaC\x80\0\0\x22\x10\0\x10\0\0\0\0\0\0\0\x0a\xc4\x42\xf0\0\0\xac\x44".to_vec();
    bytes.extend([0; 16]);
    bytes
}

/// A hundredth of a second of silence.
fn wav() -> Vec<u8> {
    let mut bytes =
        b"RIFF\x94\x01\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x50\0\0\0".to_vec();
    bytes.extend([128; 80]);
    let size = u32::try_from(bytes.len() - 8).unwrap();
    bytes[4..8].copy_from_slice(&size.to_le_bytes());
    bytes
}

fn text(id: &'static str, value: &str) -> Frame<'static> {
    let id = FrameId::Valid(id.into());
    Frame::Text(TextInformationFrame::new(id, TextEncoding::UTF8, value.to_owned()))
}

fn user_text(name: &str, value: &str) -> Frame<'static> {
    Frame::UserText(ExtendedTextFrame::new(TextEncoding::UTF8, name.to_owned(), value.to_owned()))
}

fn people(id: &'static str, pairs: &[(&'static str, &'static str)]) -> Frame<'static> {
    let pairs: Vec<_> = pairs.iter().map(|(key, name)| ((*key).into(), (*name).into())).collect();
    Frame::KeyValue(KeyValueFrame::new(FrameId::Valid(id.into()), TextEncoding::UTF8, pairs))
}

/// `role name (instrument)` of each.
fn told(contributors: &[Contributor]) -> Vec<String> {
    let one = |one: &Contributor| {
        let instrument = one.instrument.as_ref().map_or(String::new(), |instrument| format!(" ({instrument})"));
        format!("{} {}{instrument}", one.role.name(), one.artist.name)
    };
    contributors.iter().map(one).collect()
}

#[test]
fn vorbis_comments_tell_who_helped_and_what_it_is() {
    let track = Yard::new().flac(&[
        ("PERFORMER", "Yo-Yo Ma (cello)"),
        ("PERFORMER", "Kathryn Stott"),
        ("COMPOSER", "Fauré; Satie"),
        ("COMPOSERSORT", "Fauré, Gabriel; Satie, Erik"),
        ("LYRICIST", "Somebody"),
        ("DJMIXER", "A DJ"),
        ("REMIXER", "Another"),
        ("MOOD", "Calm; Sad"),
        ("MOOD", "Calm"),
        ("GROUPING", "Evening"),
        ("WORK", "Après un rêve"),
        ("MUSICBRAINZ_WORKID", "w-1"),
        ("MOVEMENTNAME", "Andante"),
        ("MOVEMENT", "2"),
        ("MOVEMENTTOTAL", "3"),
        ("ITUNESADVISORY", "2"),
        ("RELEASETYPE", "album"),
        ("RELEASETYPE", "live"),
        ("LABEL", "Sony Classical"),
        ("ALBUMVERSION", "Remaster"),
    ]);
    let expected = [
        "composer Fauré",
        "composer Satie",
        "lyricist Somebody",
        "performer Yo-Yo Ma (cello)",
        "performer Kathryn Stott",
        "dj_mixer A DJ",
        "remixer Another",
    ];
    assert_eq!(told(&track.contributors), expected);
    assert_eq!((track.moods, track.groupings), (vec!["Calm".to_owned(), "Sad".to_owned()], vec!["Evening".to_owned()]));
    assert_eq!(track.works, [Work { name: "Après un rêve".to_owned(), musicbrainz_id: Some("w-1".to_owned()) }]);
    assert_eq!(track.movement, Some(Movement { name: "Andante".to_owned(), number: Some(2), count: Some(3) }));
    assert_eq!(track.advisory, Some(Advisory::Clean));
    assert_eq!(track.album.release_types, ["album", "live"]);
    assert_eq!(
        (track.album.labels, track.album.version),
        (vec!["Sony Classical".to_owned()], Some("Remaster".to_owned()))
    );
}

#[test]
fn id3_lists_people_and_keeps_apples_groupings_apart() {
    let track = Yard::new().wav(vec![
        people("TMCL", &[("cello", "Yo-Yo Ma"), ("piano", "Kathryn Stott")]),
        people("TIPL", &[("producer", "A Producer"), ("Engineer", "An Engineer")]),
        text("TPE3", "A Conductor"),
        text("TEXT", "A Poet"),
        text("GRP1", "Evening"),
        text("TIT1", "A Work"),
        user_text("ITUNESADVISORY", "1"),
        user_text("MusicBrainz Album Type", "album/compilation"),
        user_text("ALBUMVERSION", "Deluxe"),
        text("TPUB", "A Label"),
    ]);
    let expected = [
        "lyricist A Poet",
        "conductor A Conductor",
        "performer Yo-Yo Ma (cello)",
        "performer Kathryn Stott (piano)",
        "producer A Producer",
        "engineer An Engineer",
    ];
    assert_eq!(told(&track.contributors), expected);
    assert_eq!(track.groupings, ["Evening"]);
    assert_eq!(track.works, [Work { name: "A Work".to_owned(), musicbrainz_id: None }]);
    assert_eq!(track.advisory, Some(Advisory::Explicit));
    assert_eq!(track.album.release_types, ["album", "compilation"]);
    assert_eq!((track.album.labels, track.album.version), (vec!["A Label".to_owned()], Some("Deluxe".to_owned())));
}

#[test]
fn frames_that_only_claim_to_be_latin_1_are_read_as_what_they_are() {
    let latin1 = |id: &'static str, value: &str| {
        let bytes = encoding_rs::GBK.encode(value).0;
        let pretended: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        Frame::Text(TextInformationFrame::new(FrameId::Valid(id.into()), TextEncoding::Latin1, pretended))
    };
    let track = Yard::new().wav(vec![
        latin1("TIT2", "以父之名"),
        latin1("TPE1", "周杰伦/费玉清"),
        latin1("TALB", "Best of"),
        text("TCON", "Éthio-jazz"),
    ]);
    assert_eq!((track.title.as_str(), track.album.name.as_deref()), ("以父之名", Some("Best of")));
    let artists: Vec<&str> = track.artists.iter().map(|artist| artist.name.as_str()).collect();
    assert_eq!((artists, track.genres), (vec!["周杰伦", "费玉清"], vec!["Éthio-jazz".to_owned()]));
}

#[test]
fn composers_keep_their_names_to_sort_by() {
    let track = Yard::new().flac(&[("COMPOSER", "Erik Satie"), ("COMPOSERSORT", "Satie, Erik")]);
    assert_eq!(track.composer.as_deref(), Some("Erik Satie"));
    let composer = &track.contributors[0];
    assert_eq!((composer.role, composer.artist.sort_name.as_deref()), (CreditRole::Composer, Some("Satie, Erik")));
}

#[test]
fn lyrics_of_all_layers_and_languages_are_kept() {
    let mut track = Yard::new().wav(vec![
        Frame::UnsynchronizedText(UnsynchronizedTextFrame::new(
            TextEncoding::UTF8,
            *b"zho",
            String::new(),
            "plain\r\nwords".to_owned(),
        )),
        Frame::UnsynchronizedText(UnsynchronizedTextFrame::new(
            TextEncoding::UTF8,
            *b"eng",
            "Translation".to_owned(),
            "other words".to_owned(),
        )),
        timed(&[(1000, "plain "), (1500, "words"), (2000, "\nnext")]),
    ]);
    track.lyrics.iter_mut().for_each(|lyrics| lyrics.text = lyrics.text.replace('\n', " / "));
    let told: Vec<_> = track.lyrics.iter().map(|one| (one.kind, one.language.as_deref(), one.text.as_str())).collect();
    let expected = [
        (LyricsKind::Main, Some("zho"), "[00:01.000]<00:01.000>plain <00:01.500>words / [00:02.000]<00:02.000>next"),
        (LyricsKind::Main, Some("zho"), "plain / words"),
        (LyricsKind::Translation, Some("eng"), "other words"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn lyrics_in_vorbis_comments_keep_their_times() {
    let track = Yard::new().flac(&[("LYRICS", "[00:01.00]one"), ("SYNCEDLYRICS", "[00:01.00]<00:01.00>one")]);
    let texts: Vec<&str> = track.lyrics.iter().map(|lyrics| lyrics.text.as_str()).collect();
    assert_eq!(texts, ["[00:01.00]<00:01.00>one", "[00:01.00]one"]);
}

/// A `SYLT` frame in Chinese.
fn timed(pieces: &[(u32, &str)]) -> Frame<'static> {
    let content = pieces.iter().map(|(time_ms, text)| (*time_ms, (*text).to_owned())).collect();
    let (format, kind) = (TimestampFormat::MS, SyncTextContentType::Lyrics);
    let frame = SynchronizedTextFrame::new(TextEncoding::UTF8, *b"zho", format, kind, None, content);
    let bytes = frame.as_bytes(WriteOptions::default()).unwrap();
    Frame::Binary(BinaryFrame::new(FrameId::Valid("SYLT".into()), bytes))
}
