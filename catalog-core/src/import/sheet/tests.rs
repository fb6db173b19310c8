//! Sheets as rippers and taggers write them.

use super::*;

const EAC: &str = "REM GENRE \"Trip-Hop\"\r\nREM DATE 1998\r\nREM DISCID B60C7A0B\r\nREM COMMENT \"ExactAudioCopy v1.3\"\r\n\
    CATALOG 0724384559953\r\nPERFORMER \"Massive Attack\"\r\nTITLE \"Mezzanine\"\r\nFILE \"Massive Attack - Mezzanine.wav\" WAVE\r\n\
    \x20 TRACK 01 AUDIO\r\n    TITLE \"Angel\"\r\n    PERFORMER \"Massive Attack\"\r\n    ISRC GBAAA9800032\r\n    FLAGS DCP\r\n    INDEX 01 00:00:00\r\n\
    \x20 TRACK 02 AUDIO\r\n    TITLE \"Risingson\"\r\n    INDEX 00 06:18:20\r\n    INDEX 01 06:18:55\r\n";

/// `number start title` of each track of each file.
fn told(sheet: &CueSheet) -> Vec<String> {
    let tracks = sheet.files.iter().flat_map(|file| file.tracks.iter().map(move |track| (file, track)));
    let title = |track: &CueTrack| track.said.text(&["TITLE"]).unwrap_or_default();
    let start = |track: &CueTrack| track.start.map_or("?".to_owned(), |start| start.to_string());
    tracks.map(|(file, track)| format!("{}|{}|{}|{}", file.name, track.number, start(track), title(track))).collect()
}

#[test]
fn a_rippers_sheet_is_read() {
    let sheet = parse_sheet(EAC);
    assert_eq!(
        told(&sheet),
        ["Massive Attack - Mezzanine.wav|1|0|Angel", "Massive Attack - Mezzanine.wav|2|28405|Risingson"]
    );
    let disc = |name: &str| sheet.disc.text(&[name]);
    assert_eq!((disc("TITLE").as_deref(), disc("PERFORMER").as_deref()), (Some("Mezzanine"), Some("Massive Attack")));
    assert_eq!((disc("GENRE").as_deref(), disc("DATE").as_deref()), (Some("Trip-Hop"), Some("1998")));
    assert_eq!(sheet.files[0].tracks[0].said.text(&["ISRC"]).as_deref(), Some("GBAAA9800032"));
}

#[test]
fn a_title_is_read() {
    for (line, title) in [
        ("TITLE \"The \"Best\" Of\"", Some("The \"Best\" Of")),
        ("title Plain Words ", Some("Plain Words")),
        ("TITLE \"Open", Some("Open")),
        ("TITLE \"\"", None),
        ("\u{feff}TITLE x", Some("x")),
    ] {
        assert_eq!(parse_sheet(line).disc.text(&["TITLE"]).as_deref(), title, "{line}");
    }
}

#[test]
fn a_track_is_in_the_file_that_its_sound_begins_in() {
    let several = "FILE \"01.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nTITLE b\nINDEX 00 03:00:00\n\
        FILE \"02.wav\" WAVE\nINDEX 01 00:00:00\n";
    assert_eq!(told(&parse_sheet(several)), ["01.wav|1|0|", "02.wav|2|0|b"]);
    let sides = "FILE A.flac WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 01:00:00\n\
        FILE B side.flac WAVE\nTRACK 03 AUDIO\nINDEX 01 00:00:00\n";
    assert_eq!(told(&parse_sheet(sides)), ["A.flac|1|0|", "A.flac|2|4500|", "B side.flac|3|0|"]);
}

#[test]
fn a_time_is_read() {
    for (time, frames) in [
        ("123:59:74", Some(557_999)),
        ("00:60:00", None),
        ("00:00:75", None),
        ("a:b:c", None),
        ("01:00", None),
        ("4294967295:00:00", None),
    ] {
        let sheet = parse_sheet(&format!("FILE x WAVE\nTRACK 01 AUDIO\nINDEX 01 {time}"));
        assert_eq!(sheet.files[0].tracks.first().and_then(|track| track.start), frames, "{time}");
    }
}

#[test]
fn data_is_no_track() {
    let sheet = parse_sheet("FILE x BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 01:00:00");
    assert_eq!(told(&sheet), ["x|0|0|", "x|2|4500|"]);
    assert_eq!(told(&parse_sheet("FILE x WAVE\nTRACK 1000 AUDIO\nINDEX 01 00:00:00")), ["x|0|0|"]);
}

#[test]
fn nonsense_is_an_empty_sheet() {
    for text in ["", "\u{0}\u{1}", "TRACK 01 AUDIO\nINDEX 01 00:00:00", "INDEX 01 00:00:00", "FILE", "REM"] {
        assert!(told(&parse_sheet(text)).is_empty(), "{text:?}");
    }
}

#[test]
fn a_file_is_looked_for_by_its_name_and_by_what_it_may_be_converted_to() {
    let sheet = parse_sheet("FILE \"E:\\rips\\CD Image.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00");
    let paths = file_paths("a/b/Disc.flac.cue", &sheet, &sheet.files[0], &["flac", "ape"]);
    let names = ["CD Image.wav", "CD Image.flac", "CD Image.ape", "Disc.flac", "Disc.flac.flac", "Disc.flac.ape"];
    assert_eq!(paths, names.map(|name| format!("a/b/{name}")));
}

#[test]
fn a_name_is_looked_for_in_both_forms_of_its_accents() {
    let sheet = parse_sheet("FILE \"é.wav\" WAVE");
    let paths = file_paths("x.cue", &sheet, &sheet.files[0], &[]);
    assert_eq!(paths, ["é.wav", "e\u{301}.wav", "x"]);
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd(text in "((FILE|TRACK|INDEX|REM|TITLE) ?[\"0-9a-z: ]{0,12}\n){0,12}.{0,20}") {
        for file in parse_sheet(&text).files {
            proptest::prop_assert!(file.tracks.len() <= 12);
        }
    }
}
