//! What tracks a file becomes.

use super::super::sheet::parse_sheet;
use super::*;

const SHEET: &str = "REM GENRE Rock; Pop\nREM DATE 1994\nREM DISCNUMBER 1\nREM TOTALDISCS 2\nREM REPLAYGAIN_ALBUM_GAIN -7.10 dB\n\
    PERFORMER \"The Band\"\nTITLE \"The Disc\"\nFILE \"x.wav\" WAVE\n\
    TRACK 01 AUDIO\nTITLE \"One\"\nPERFORMER \"Guest; Other\"\nSONGWRITER \"Writer\"\nISRC USABC9400001\n\
    REM REPLAYGAIN_TRACK_GAIN -6.00 dB\nREM REPLAYGAIN_TRACK_PEAK 0.98\nINDEX 01 00:00:00\n\
    TRACK 02 AUDIO\nINDEX 00 00:01:00\nINDEX 01 00:02:37\n";

fn whole() -> TrackRecord {
    let properties = AudioProperties {
        duration_ms: Some(5_000),
        bit_rate_kbps: Some(900),
        sample_rate_hz: Some(44_100),
        bit_depth: Some(16),
        channels: Some(2),
    };
    let loudness = Loudness { track_gain: Some(Level(-9.0)), ..Loudness::default() };
    let tags = TrackRecord { title: "Image".to_owned(), properties, loudness, ..TrackRecord::default() };
    let album = AlbumTags { name: Some("Image".to_owned()), labels: vec!["Label".to_owned()], ..AlbumTags::default() };
    describe("a/x.flac", TrackRecord { album, ..tags })
}

fn cuts_of(whole: &TrackRecord, text: &str) -> Vec<Cut> {
    let sheet = parse_sheet(text);
    cut("a/x.flac", whole, &sheet, &sheet.files[0], &Separators::default())
}

#[test]
fn each_track_ends_where_the_next_begins() {
    let cuts = cuts_of(&whole(), SHEET);
    let places: Vec<_> = cuts.iter().map(|cut| (cut.number, cut.samples.clone())).collect();
    assert_eq!(places, [(1, 0..109_956), (2, 109_956..220_500)]);
    let durations: Vec<_> = cuts.iter().map(|cut| cut.record.properties.duration_ms).collect();
    assert_eq!(durations, [Some(2_493), Some(2_506)]);
}

#[test]
fn a_track_has_what_the_sheet_says_of_it_and_of_the_disc() {
    let cuts = cuts_of(&whole(), SHEET);
    let (one, two) = (&cuts[0].record, &cuts[1].record);
    let artists = |track: &TrackRecord| track.artists.iter().map(|artist| artist.name.clone()).collect::<Vec<_>>();
    assert_eq!((one.title.as_str(), two.title.as_str()), ("One", "Track 02"));
    assert_eq!((one.artist.as_deref(), artists(one)), (Some("Guest; Other"), vec!["Guest".into(), "Other".into()]));
    assert_eq!((two.artist.as_deref(), artists(two)), (Some("The Band"), vec!["The Band".into()]));
    assert_eq!((one.composer.as_deref(), one.contributors.len()), (Some("Writer"), 1));
    assert_eq!((&*one.isrcs, &*two.isrcs), (&["USABC9400001".to_owned()][..], &[][..]));
    for track in [one, two] {
        assert_eq!(
            (
                track.album.name.as_deref(),
                artists(&TrackRecord { artists: track.album.artists.clone(), ..track.clone() })
            ),
            (Some("The Disc"), vec!["The Band".into()])
        );
        assert_eq!((track.disc_number, track.disc_total, track.track_total), (Some(1), Some(2), Some(2)));
        assert_eq!(
            (track.release_date.as_deref(), &*track.genres),
            (Some("1994"), &["Rock".into(), "Pop".to_owned()][..])
        );
        assert_eq!((track.album.labels.len(), track.is_untagged), (1, false));
    }
    let loudness = Loudness {
        track_gain: Some(Level(-6.0)),
        track_peak: Some(Level(0.98)),
        album_gain: Some(Level(-7.1)),
        ..Loudness::default()
    };
    assert_eq!(one.loudness, loudness);
    assert_eq!(two.loudness.track_gain, None, "the whole file's is not the track's");
}

#[test]
fn a_sheet_without_words_leaves_what_the_file_says() {
    let cuts = cuts_of(&whole(), "FILE x WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:01:00");
    let track = &cuts[1].record;
    assert_eq!((track.title.as_str(), track.album.name.as_deref()), ("Track 02", Some("Image")));
    assert_eq!(track.artist, whole().artist);
    let nameless = describe("a/x.flac", TrackRecord { properties: whole().properties, ..TrackRecord::default() });
    let cuts = cuts_of(&nameless, "FILE x WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:01:00");
    assert!(cuts.iter().all(|cut| cut.record.is_untagged), "nobody said anything");
}

#[test]
fn what_does_not_fit_is_not_cut() {
    let of = |starts: [&str; 2]| {
        let [first, second] = starts;
        cuts_of(&whole(), &format!("FILE x WAVE\nTRACK 01 AUDIO\nINDEX 01 {first}\nTRACK 02 AUDIO\nINDEX 01 {second}"))
            .len()
    };
    assert_eq!(of(["00:00:00", "00:01:00"]), 2);
    assert_eq!(of(["00:00:00", "00:05:00"]), 0, "it begins at the file's end");
    assert_eq!(of(["00:02:00", "00:01:00"]), 0, "it goes backwards");
    assert_eq!(of(["00:01:00", "00:01:00"]), 0, "one of them is empty");
    assert_eq!(of(["00:00:00", "00:01:75"]), 0, "nobody knows where it begins");
    let unknown = TrackRecord { properties: AudioProperties::default(), ..whole() };
    assert!(cuts_of(&unknown, SHEET).is_empty());
    assert!(cuts_of(&whole(), "FILE x WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00").is_empty(), "one track is the file");
    let twice = "FILE x WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 01 AUDIO\nINDEX 01 00:01:00";
    assert!(cuts_of(&whole(), twice).is_empty(), "two tracks of one number");
}

#[test]
fn data_before_the_sound_is_left_out() {
    let mixed = "FILE x WAVE\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:01:00\n\
        TRACK 03 AUDIO\nINDEX 01 00:02:00";
    let cuts = cuts_of(&whole(), mixed);
    let places: Vec<_> = cuts.iter().map(|cut| (cut.number, cut.record.track_total)).collect();
    assert_eq!(places, [(2, Some(2)), (3, Some(2))]);
}
