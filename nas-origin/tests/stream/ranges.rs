//! Ranges are slices of the file, whatever is asked.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::yard::{Yard, error_code, header, start, token};

#[tokio::test]
async fn a_range_beyond_the_file_is_refused_with_its_size() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"0123456789");
    let response = yard.get(id, &[("range", "bytes=10-")]).await;
    assert_eq!(response.status(), 416);
    assert_eq!(header(&response, "content-range"), "bytes */10");
    assert_eq!(error_code(response).await, "range_not_satisfiable");
}

#[tokio::test]
async fn several_ranges_are_answered_with_the_whole_file() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"0123456789");
    let response = yard.get(id, &[("range", "bytes=0-1,4-5")]).await;
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (200, "0123456789"));
}

#[tokio::test]
async fn head_ignores_a_range() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"0123456789");
    let response = yard.ask(reqwest::Method::HEAD, &token(id), &[("range", "bytes=2-4")]).await;
    assert_eq!((response.status().as_u16(), header(&response, "content-length")), (200, "10"));
}

#[test]
fn every_range_equals_the_slice_of_the_file() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let bytes: Vec<u8> = (0..600_000_u32).map(|at| (at % 251) as u8).collect();
    let (yard, id) = runtime.block_on(async {
        let yard = start(&[]).await;
        let id = yard.add("song.mp3", &bytes);
        (yard, id)
    });
    let ends = (0..bytes.len(), 0..bytes.len());
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let holds = runner.run(&ends, |(one, other)| {
        let (first, last) = (one.min(other), one.max(other));
        let (range, body) = runtime.block_on(ask(&yard, id, first, last));
        prop_assert_eq!(range, format!("bytes {first}-{last}/{}", bytes.len()));
        prop_assert!(body == bytes[first..=last]);
        Ok(())
    });
    holds.unwrap();
}

async fn ask(yard: &Yard, id: u64, first: usize, last: usize) -> (String, Vec<u8>) {
    let response = yard.get(id, &[("range", &format!("bytes={first}-{last}"))]).await;
    assert_eq!(response.status(), 206);
    (header(&response, "content-range").to_owned(), response.bytes().await.unwrap().to_vec())
}
