//! When the slow way is left out.

use std::fs;
use std::os::unix::fs::MetadataExt;

use axum::http::{HeaderValue, header::RANGE};
use rusqlite::params;

use super::*;

const BYTES: &[u8] = b"0123456789";

struct Yard {
    folder: tempfile::TempDir,
    streams: Streams,
    location_id: u64,
}

fn yard(max_streams: usize) -> Yard {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("song.mp3");
    fs::write(&song, BYTES).unwrap();
    let library = Arc::new(Library::open(&folder.path().join("data")).unwrap());
    let location_id = library.write(|tx| add_row(tx, folder.path(), &fs::metadata(&song).unwrap())).unwrap();
    let config = PrivateOriginConfig { max_streams, ..PrivateOriginConfig::default() };
    Yard { streams: Streams::open(library, &config).unwrap(), folder, location_id }
}

fn add_row(
    tx: &rusqlite::Transaction<'_>,
    root: &std::path::Path,
    metadata: &fs::Metadata,
) -> Result<u64, LibraryError> {
    let mtime_ns = metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec();
    tx.execute("INSERT INTO storage_backends VALUES (1, 'local', 'local', ?1, NULL)", params![root.to_str()])?;
    tx.execute(
        "INSERT INTO tracks (source, source_id, metadata_status, title, added_at)
         VALUES ('local', 'song.mp3', 'tagged', 'Song', 0)",
        [],
    )?;
    tx.execute(
        "INSERT INTO track_files (track_id, backend_id, locator, ext, size_bytes, mtime_ns, status, is_primary)
         VALUES (last_insert_rowid(), 1, 'song.mp3', 'mp3', ?1, ?2, 'active', 1)",
        params![metadata.size().cast_signed(), mtime_ns],
    )?;
    Ok(tx.last_insert_rowid().cast_unsigned())
}

impl Yard {
    fn request(&self, range: Option<&'static str>) -> Request {
        let headers = range.map(|range| (RANGE, HeaderValue::from_static(range))).into_iter().collect();
        let grant = Grant {
            format: StreamFormat::AsStored,
            as_attachment: false,
            expires_at: 3600,
            location_id: self.location_id,
            listener: 0,
            max_kbps: 0,
            start_secs: 0,
        };
        Request { grant, wish: Wish::new(&Method::GET, &headers), now: Timestamp::UNIX_EPOCH }
    }

    /// Whether the file system can be asked for what is in memory; where it can't, everything goes the slow way.
    fn has_known_memory(&self) -> bool {
        page_cache::is_known(&std::fs::File::open(self.folder.path().join("song.mp3")).unwrap())
    }
}

#[test]
fn what_was_found_before_is_answered_at_once() {
    let yard = yard(1);
    let request = yard.request(Some("bytes=2-4"));
    assert!(yard.streams.answer_at_once(&request).is_none());
    assert_eq!(yard.streams.answer_in_time(&request).unwrap().status(), 206);
    let answer = yard.streams.answer_at_once(&request).map(|answer| answer.unwrap().status().as_u16());
    assert_eq!(answer, yard.has_known_memory().then_some(206));
}

#[test]
fn reasons_not_to_send_are_the_same_at_once() {
    let yard = yard(1);
    let sent = yard.streams.answer_in_time(&yard.request(None)).unwrap();
    for range in ["bytes=2-4", "bytes=10-"] {
        let request = yard.request(Some(range));
        let slow = yard.streams.answer_in_time(&request).err().unwrap();
        if let Some(quick) = yard.streams.answer_at_once(&request) {
            assert_eq!(quick.err().unwrap().status(), slow.status());
        }
    }
    drop(sent);
    assert_eq!(yard.streams.answer_in_time(&yard.request(None)).unwrap().status(), 200);
}

#[test]
fn trouble_is_left_to_the_slow_way() {
    let yard = yard(1);
    let request = yard.request(None);
    yard.streams.answer_in_time(&request).unwrap();
    fs::rename(yard.folder.path(), yard.folder.path().with_extension("gone")).unwrap();
    assert!(yard.streams.answer_at_once(&request).is_none());
    fs::rename(yard.folder.path().with_extension("gone"), yard.folder.path()).unwrap();
}

#[test]
fn a_commit_sends_the_next_request_the_slow_way() {
    let yard = yard(1);
    let request = yard.request(None);
    yard.streams.answer_in_time(&request).unwrap();
    let hide = |tx: &rusqlite::Transaction<'_>| tx.execute("UPDATE tracks SET is_hidden = 1", []);
    yard.streams.library.write(|tx| hide(tx).map_err(LibraryError::from)).unwrap();
    assert!(yard.streams.answer_at_once(&request).is_none());
    assert!(matches!(yard.streams.answer_in_time(&request), Err(StreamError::Absent)));
}
