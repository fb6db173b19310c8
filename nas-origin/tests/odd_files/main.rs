//! Files with odd tags, which other projects collected, read beside mutagen. `.ci/odd-files` fetches both into the folder
//! that `ODD_FILES` names.
//!
//! No file makes the reader crash. Of what mutagen finds in the files that both read, the reader finds 97 % at least;
//! `disagreements.tsv` explains every other field, and every file that the reader doesn't take: file, field and reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use catalog_core::import::{FileStamp, Separators, TrackRecord, clean, parse_date, parse_position};
use nas_origin::media::pictures::PictureStore;
use nas_origin::media::reader::FileReader;
use serde_json::Value;

/// Of a hundred fields.
const LEAST_AGREEMENT: usize = 97;
/// Lengths differ by what a codec's padding counts for, in milliseconds.
const DURATION_TOLERANCE_MS: u64 = 150;
const EXPLAINED: &str = include_str!("disagreements.tsv");

type Fields = BTreeMap<String, Value>;

#[test]
fn odd_files_are_read_as_the_oracle_reads_them() {
    let Some(cache) = std::env::var_os("ODD_FILES").map(PathBuf::from) else {
        eprintln!("SKIPPED: ODD_FILES names no folder with odd audio files (see .ci/odd-files)");
        return;
    };
    let files = cache.join("files");
    let oracle = ask_oracle(&cache, &files);
    let kept = tempfile::tempdir().expect("a folder");
    let separators = Separators::default();
    let pictures = PictureStore::new(kept.path());
    let mut reader = FileReader::new(files.as_path(), &pictures, &separators);
    let (mut compared, mut differing, mut refused) = (0, Findings::new(), Findings::new());
    for (name, size_bytes) in list(&files) {
        // What is damaged is told of; that it does not panic is what counts here.
        let read = reader.read(&name, FileStamp { size_bytes, mtime_ns: 0 });
        let Some(fields) = oracle.get(&name) else { continue };
        let read = match read {
            Ok(read) => read.record,
            Err(failure) => {
                refused.insert((short(&name), "file".to_owned()), failure.reason);
                continue;
            }
        };
        for (field, expected) in fields {
            compared += 1;
            let (ours, theirs) = told(&read, field, expected);
            if ours != theirs {
                differing.insert((short(&name), field.clone()), format!("{ours:.80} is not {theirs:.80}"));
            }
        }
    }
    report(compared, &differing, &refused);
}

type Findings = BTreeMap<(String, String), String>;

fn report(compared: usize, differing: &Findings, refused: &Findings) {
    let explained: BTreeSet<(String, String)> = EXPLAINED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some((parts.next()?.to_owned(), parts.next()?.to_owned())).filter(|_| parts.next().is_some())
        })
        .collect();
    eprintln!("{compared} fields compared, {} differ; {} files were not read", differing.len(), refused.len());
    let unexplained: Vec<_> =
        differing.iter().chain(refused).filter(|(which, _)| !explained.contains(*which)).collect();
    assert!(unexplained.is_empty(), "not explained: {unexplained:#?}");
    assert!(compared > 350, "only {compared} fields were compared");
    assert!(
        (compared - differing.len()) * 100 >= compared * LEAST_AGREEMENT,
        "{} of {compared} differ",
        differing.len()
    );
}

/// What a package's file is called without the package's version.
fn short(name: &str) -> String {
    let package = name.split('-').next().unwrap_or(name);
    let file = name.rsplit_once("_data_").map_or(name, |(_, file)| file);
    format!("{package}/{file}")
}

fn list(folder: &Path) -> Vec<(String, u64)> {
    let entries = fs::read_dir(folder).expect("the odd files").map(|entry| entry.expect("a file"));
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().expect("a name"), entry.metadata().expect("its size").len()))
        .collect();
    files.sort();
    files
}

fn ask_oracle(cache: &Path, files: &Path) -> BTreeMap<String, Fields> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/odd_files/oracle.py");
    let answer = Command::new("python3")
        .arg(script)
        .arg(files)
        .env("PYTHONPATH", cache.join("mutagen"))
        .output()
        .expect("python3 starts");
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    serde_json::from_slice(&answer.stdout).expect("JSON")
}

/// What we and the oracle say of a field, in the same form.
fn told(track: &TrackRecord, field: &str, expected: &Value) -> (String, String) {
    let texts: Vec<&str> = expected.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let first = texts.first().copied().unwrap_or_default();
    let names = |artists: &[catalog_core::import::ArtistName]| {
        artists.iter().map(|artist| artist.name.clone()).collect::<Vec<_>>().join("|")
    };
    let split =
        || texts.iter().flat_map(|text| Separators::default().split_artists(text)).collect::<Vec<_>>().join("|");
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    match field {
        "title" => (track.title.clone(), clean(first).unwrap_or_default()),
        "album" => (track.album.name.clone().unwrap_or_default(), clean(first).unwrap_or_default()),
        "artist" => (names(&track.artists), split()),
        "album_artist" => (names(&track.album.artists), split()),
        "composer" => (track.composer.clone().unwrap_or_default(), texts.join(" / ")),
        "genre" => (
            track.genres.join("|"),
            texts.iter().flat_map(|text| Separators::default().split_genres(text)).collect::<Vec<_>>().join("|"),
        ),
        "date" => (track.release_date.clone().unwrap_or_default(), parse_date(first).unwrap_or_default()),
        "track" => (number(track.track_number), number(parse_position(first).0)),
        "disc" => (number(track.disc_number), number(parse_position(first).0)),
        "isrc" => (track.isrcs.join("|"), texts.join("|")),
        "bpm" => (number(track.bpm), first.to_owned()),
        "comment" => (track.comment.clone().unwrap_or_default(), first.to_owned()),
        "sample_rate" => (number(track.properties.sample_rate_hz), expected.to_string()),
        "channels" => (number(track.properties.channels), expected.to_string()),
        "duration_ms" => durations(track.properties.duration_ms.unwrap_or(0), expected.as_u64().unwrap_or(0)),
        other => (other.to_owned(), "a field that this test knows".to_owned()),
    }
}

fn durations(ours: u64, expected: u64) -> (String, String) {
    let is_near = ours.abs_diff(expected) <= DURATION_TOLERANCE_MS;
    (ours.to_string(), if is_near { ours } else { expected }.to_string())
}
