//! What a request finds is what is true now, however often the same file was asked for before.

use std::os::unix::fs::symlink;

use reqwest::Response;
use rstest::rstest;

use crate::yard::{FOREVER, Yard, error_code, header, start};

/// A file that was asked for before, so that all that can be remembered of it is.
async fn warm(yard: &Yard, locator: &str) -> u64 {
    let id = yard.add(locator, b"0123456789");
    for _ in 0..2 {
        assert_eq!(yard.get(id, &[]).await.text().await.unwrap(), "0123456789");
    }
    id
}

/// The answer once it has this status: the catalog is asked every few milliseconds whether it changed.
async fn settled(yard: &Yard, id: u64, status: u16) -> Response {
    let wanted = async {
        loop {
            let answer = yard.get(id, &[]).await;
            if answer.status() == status {
                return answer;
            }
        }
    };
    tokio::time::timeout(FOREVER, wanted).await.expect("the change is noticed")
}

#[rstest]
#[case("UPDATE tracks SET is_hidden = 1")]
#[case("UPDATE tracks SET missing_since = 1")]
#[case("UPDATE track_files SET status = 'missing'")]
#[case("DELETE FROM track_files")]
#[case("UPDATE storage_backends SET base_path = NULL")]
#[tokio::test]
async fn a_row_that_is_no_longer_shown_is_refused(#[case] change: &str) {
    let yard = start(&[]).await;
    let id = warm(&yard, "album/song.mp3").await;
    yard.execute(change);
    let refused = settled(&yard, id, 404).await;
    assert_eq!(error_code(refused).await, "not_found");
}

#[tokio::test]
async fn a_row_that_is_shown_again_is_served_again() {
    let yard = start(&[]).await;
    let id = warm(&yard, "song.mp3").await;
    yard.execute("UPDATE tracks SET is_hidden = 1");
    settled(&yard, id, 404).await;
    yard.execute("UPDATE tracks SET is_hidden = 0");
    assert_eq!(settled(&yard, id, 200).await.text().await.unwrap(), "0123456789");
}

#[tokio::test]
async fn a_row_that_names_another_file_serves_that_one() {
    let yard = start(&[]).await;
    let id = warm(&yard, "song.mp3").await;
    std::fs::write(yard.path("moved.mp3"), "another file").unwrap();
    yard.execute("UPDATE track_files SET locator = 'moved.mp3'");
    let moved = async { while yard.get(id, &[]).await.text().await.unwrap() != "another file" {} };
    tokio::time::timeout(FOREVER, moved).await.expect("the other file is served");
}

#[tokio::test]
async fn a_file_that_was_replaced_is_sent_as_it_is_now() {
    let yard = start(&[]).await;
    let id = warm(&yard, "song.mp3").await;
    let etag = header(&yard.get(id, &[]).await, "etag").to_owned();
    std::fs::write(yard.path("new.mp3"), "abcdefghijklmnop").unwrap();
    std::fs::rename(yard.path("new.mp3"), yard.path("song.mp3")).unwrap();
    let response = yard.get(id, &[("range", "bytes=2-4"), ("if-range", &etag)]).await;
    assert_eq!((response.status().as_u16(), header(&response, "cache-control")), (200, "no-cache"));
    assert_ne!(header(&response, "etag"), etag);
    assert_eq!(response.text().await.unwrap(), "abcdefghijklmnop");
    assert_eq!(yard.get(id, &[("range", "bytes=12-")]).await.text().await.unwrap(), "mnop");
}

#[tokio::test]
async fn a_file_that_is_gone_or_leads_out_now_is_refused() {
    let yard = start(&[]).await;
    let id = warm(&yard, "album/song.mp3").await;
    std::fs::write(yard.folder.path().join("secret.mp3"), "0123456789").unwrap();
    std::fs::remove_file(yard.path("album/song.mp3")).unwrap();
    assert_eq!(yard.get(id, &[]).await.status(), 404);
    symlink("../../secret.mp3", yard.path("album/song.mp3")).unwrap();
    assert_eq!(yard.get(id, &[]).await.status(), 404);
    std::fs::remove_file(yard.path("album/song.mp3")).unwrap();
    std::fs::create_dir(yard.path("album/song.mp3")).unwrap();
    assert_eq!(yard.get(id, &[]).await.status(), 404);
}

#[tokio::test]
async fn a_root_that_is_unplugged_is_trouble_until_it_is_back() {
    let yard = start(&[]).await;
    let id = warm(&yard, "song.mp3").await;
    let elsewhere = yard.folder.path().join("unplugged");
    std::fs::rename(yard.path(""), &elsewhere).unwrap();
    assert_eq!(yard.get(id, &[]).await.status(), 503);
    std::fs::rename(&elsewhere, yard.path("")).unwrap();
    assert_eq!(yard.get(id, &[]).await.status(), 200);
}

#[tokio::test]
async fn a_file_whose_bytes_are_not_in_memory_comes_whole() {
    let yard = start(&[]).await;
    let bytes: Vec<u8> = (0..3_000_001_u32).map(|at| (at % 251) as u8).collect();
    let id = yard.add("long.mp3", &bytes);
    let file = std::fs::File::open(yard.path("long.mp3")).unwrap();
    for _ in 0..3 {
        // A file system in memory keeps its bytes all the same; then this is the plain way once more.
        file.sync_all().unwrap();
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
        assert!(yard.get(id, &[]).await.bytes().await.unwrap() == bytes);
    }
}
