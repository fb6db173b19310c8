//! Files that are sent: taken in whole by a job, or not at all.

use std::path::PathBuf;

use reqwest::Method;
use serde_json::json;

use super::editing::publish;
use super::yard::{Answer, Yard, start, wav};

const QUIET: [&str; 3] =
    ["import.publish_after=false", "sources.local.watch=false", "sources.local.rescan_interval=0s"];

fn form(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--edge\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"{name}\"\r\nContent-Type: audio/wav\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat()
}

async fn send(yard: &Yard, token: &str, body: Vec<u8>) -> Answer {
    yard.send(Method::POST, "/api/v1/uploads", token, "multipart/form-data; boundary=edge", body).await
}

/// Files of the inbox and of managed storage.
fn left(yard: &Yard) -> Vec<PathBuf> {
    let folders = ["data/inbox", "data/media"].map(|folder| walkdir::WalkDir::new(yard.path(folder)));
    let files = folders.into_iter().flatten().flatten().filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

#[tokio::test]
async fn an_upload_is_a_track_that_is_published_and_streamed() {
    let yard = start(&QUIET).await;
    let token = yard.token("ann").await;
    let sent = send(&yard, &token, form("Someone - Song.wav", &wav(1))).await;
    assert_eq!(sent.status, 202, "{sent:?}");
    let job = yard.ended(&token, &sent.body["job_id"]).await;
    assert_eq!((&job["state"], &job["counts"]["track_id"]), (&json!("done"), &json!("tr-1")), "{job}");
    let track = yard.get("/api/v1/tracks/tr-1", &token).await.body;
    assert_eq!(
        (&track["title"], &track["artist"], &track["source"]),
        (&json!("Song"), &json!("Someone"), &json!("upload"))
    );
    assert_eq!(publish(&yard, &token).await.1["track_count"], 1);
    let kept = left(&yard);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(std::fs::read(&kept[0]).unwrap(), wav(1));

    let again = send(&yard, &token, form("Someone - Song.wav", &wav(1))).await;
    let job = yard.ended(&token, &again.body["job_id"]).await;
    assert_eq!(job["counts"]["track_id"], "tr-1", "the same file is the same track");
    let other = send(&yard, &token, form("Someone - Song.wav", &wav(2))).await;
    let job = yard.ended(&token, &other.body["job_id"]).await;
    assert_eq!(job["counts"]["track_id"], "tr-2");
    assert_eq!(left(&yard).len(), 2);
    yard.scan(&token, true).await;
    assert_eq!(yard.get("/api/v1/tracks/tr-1", &token).await.body["is_shown"], true, "other imports leave it alone");
}

#[tokio::test]
async fn what_is_no_music_or_too_large_leaves_nothing() {
    let yard = start(&[&QUIET[..], &["import.max_upload=2000"]].concat()).await;
    let token = yard.token("ann").await;
    yard.settled(&token).await;
    let large = [wav(1), vec![0; 1000]].concat();
    for (name, bytes, status) in [
        ("notes.txt", &b"x"[..], 422),
        ("../../.hidden.mp3", b"x", 422),
        ("a.mp3", b"<html>not music</html>", 422),
        ("a.wav", &large, 413),
    ] {
        let refused = send(&yard, &token, form(name, bytes)).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (status, "bad_request"), "{name}: {refused:?}");
    }
    for (kind, body) in [
        ("multipart/form-data; boundary=edge", b"--edge--\r\n".to_vec()),
        ("multipart/form-data; boundary=edge", form("a.wav", &wav(1))[..300].to_vec()),
        ("application/json", b"{}".to_vec()),
    ] {
        let refused = yard.send(Method::POST, "/api/v1/uploads", &token, kind, body).await;
        assert!([400, 422].contains(&refused.status.as_u16()) && refused.code() == "bad_request", "{refused:?}");
    }
    assert_eq!(left(&yard), Vec::<PathBuf>::new());
    let jobs = yard.get("/api/v1/jobs", &token).await.body;
    assert_eq!(jobs["items"].as_array().unwrap().len(), 1, "the import of the start alone");
}
