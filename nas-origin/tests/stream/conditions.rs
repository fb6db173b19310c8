//! Conditional requests: a cache asks whether what it has is still the file.

use crate::yard::{error_code, header, start};

const LONG_AGO: &str = "Sat, 01 Jan 2000 00:00:00 GMT";
const FAR_OFF: &str = "Thu, 01 Jan 2099 00:00:00 GMT";

#[tokio::test]
async fn each_condition_is_answered_as_the_rfc_says() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"0123456789");
    let first = yard.get(id, &[]).await;
    let (etag, modified) = (header(&first, "etag").to_owned(), header(&first, "last-modified").to_owned());
    let (weak, several) = (format!("W/{etag}"), format!("\"other\", {etag}"));
    let range = ("range", "bytes=2-4");
    let table: &[(&[(&str, &str)], u16)] = &[
        (&[("if-none-match", &etag)], 304),
        (&[("if-none-match", &weak)], 304),
        (&[("if-none-match", &several)], 304),
        (&[("if-none-match", "*")], 304),
        (&[("if-none-match", "\"other\"")], 200),
        (&[("if-none-match", "\"other\""), ("if-modified-since", FAR_OFF)], 200),
        (&[("if-none-match", &etag), range], 304),
        (&[("if-modified-since", &modified)], 304),
        (&[("if-modified-since", LONG_AGO)], 200),
        (&[("if-modified-since", "yesterday")], 200),
        (&[("if-match", &etag)], 200),
        (&[("if-match", "*")], 200),
        (&[("if-match", &weak)], 412),
        (&[("if-match", "\"other\"")], 412),
        (&[("if-unmodified-since", &modified)], 200),
        (&[("if-unmodified-since", LONG_AGO)], 412),
        (&[range], 206),
        (&[range, ("if-range", &etag)], 206),
        (&[range, ("if-range", &modified)], 206),
        (&[range, ("if-range", &weak)], 200),
        (&[range, ("if-range", "\"other\"")], 200),
        (&[range, ("if-range", LONG_AGO)], 200),
        (&[range, ("if-range", FAR_OFF)], 200),
        (&[("range", "bytes=50-"), ("if-range", "\"other\"")], 200),
    ];
    for (headers, status) in table {
        assert_eq!(yard.get(id, headers).await.status(), *status, "{headers:?}");
    }
}

#[tokio::test]
async fn not_modified_repeats_the_validators_and_the_freshness() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"0123456789");
    let etag = header(&yard.get(id, &[]).await, "etag").to_owned();
    let response = yard.get(id, &[("if-none-match", &etag)]).await;
    assert_eq!((response.status().as_u16(), header(&response, "etag")), (304, etag.as_str()));
    assert!(header(&response, "cache-control").ends_with("immutable"));
    assert_eq!(header(&response, "content-type"), "");
}

#[tokio::test]
async fn a_changed_file_has_another_tag() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"0123456789");
    let etag = header(&yard.get(id, &[]).await, "etag").to_owned();
    std::fs::write(yard.path("song.mp3"), b"other bytes").unwrap();
    let response = yard.get(id, &[("range", "bytes=2-4"), ("if-range", &etag)]).await;
    assert_eq!(response.status(), 200);
    let refused = yard.get(id, &[("if-match", &etag)]).await;
    assert_eq!(refused.status(), 412);
    assert_eq!(error_code(refused).await, "precondition_failed");
}
