//! What was published, through the API: listed, rolled back to, pinned, checked and swept.

use std::sync::Arc;

use nas_origin::config::{Config, Layers};
use nas_origin::jobs::{AskedBy, run_publish};
use nas_origin::library::{LibraryError, settings};
use nas_origin::snapshot::publish::{PublishJob, Silent};
use serde_json::{Value, json};

use super::yard::{Yard, start};

/// Puts another track into the catalog and publishes it.
async fn publish(yard: &Arc<Yard>, name: &'static str) {
    let yard = Arc::clone(yard);
    let published = move || {
        let change = |tx: &rusqlite::Transaction<'_>| -> Result<(), LibraryError> {
            tx.execute_batch(&rows_of(name))?;
            settings::bump_change_mark(tx)
        };
        yard.library.write(change).unwrap();
        let flags = vec![format!("publish.store=file://{}", yard.path("objects").display())];
        let config = Config::from_layers(&Layers { flags, ..Layers::default() }).unwrap().publish;
        let job = PublishJob {
            library: &yard.library,
            config: &config,
            force: false,
            takeover: false,
            access: None,
            progress: &Silent,
        };
        run_publish(&job, AskedBy::Command).unwrap();
    };
    tokio::task::spawn_blocking(published).await.unwrap();
}

fn rows_of(title: &str) -> String {
    format!(
        "INSERT OR IGNORE INTO storage_backends VALUES (1, 'local', 'local', '/music', NULL);
         INSERT OR IGNORE INTO sources (source_id, name, kind, mode, backend_id) VALUES (1, 'local', 'local', 'in_place', 1);
         INSERT INTO tracks (source, source_id, metadata_status, title, added_at)
           VALUES ('local', '{title}.mp3', 'tagged', '{title}', 0);
         INSERT INTO track_files (track_id, backend_id, locator, ext, size_bytes, mtime_ns, status, is_primary)
           VALUES (last_insert_rowid(), 1, '{title}.mp3', 'mp3', 1, 1, 'active', 1);"
    )
}

fn rows(list: &Value) -> Vec<(u64, bool, bool)> {
    let row = |row: &Value| {
        (row["sequence"].as_u64().unwrap(), row["current"].as_bool().unwrap(), row["pinned"].as_bool().unwrap())
    };
    list["snapshots"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn a_mistake_is_taken_back_and_put_right() {
    let yard = Arc::new(start(&["import.publish_after=false"]).await);
    let token = yard.token("ann").await;
    let nothing = yard.get("/api/v1/snapshots", &token).await;
    assert_eq!((nothing.status.as_u16(), &nothing.body["snapshots"]), (200, &json!([])), "{nothing:?}");
    publish(&yard, "one").await;
    publish(&yard, "two").await;
    let list = yard.get("/api/v1/snapshots", &token).await.body;
    assert_eq!(rows(&list), [(2, true, false), (1, false, false)]);

    let back = yard.post("/api/v1/snapshots/1/rollback", &token, &json!({})).await;
    assert_eq!((back.status.as_u16(), &back.body["changed"]), (200, &json!(true)), "{back:?}");
    let list = yard.get("/api/v1/snapshots?limit=1", &token).await.body;
    assert_eq!((rows(&list), &list["has_more"]), (vec![(3, true, true)], &json!(true)));

    let check = yard.post("/api/v1/snapshots/live/verify", &token, &json!({})).await;
    assert_eq!((check.status.as_u16(), &check.body["ok"]), (200, &json!(true)), "{check:?}");
    let unpinned = yard.post("/api/v1/snapshots/unpin", &token, &json!({})).await;
    assert_eq!(unpinned.body["unpinned"], back.body["snapshot_id"]);
    let pinned = yard.post("/api/v1/snapshots/pin", &token, &json!({})).await;
    assert_eq!((pinned.status.as_u16(), &pinned.body["changed"]), (200, &json!(false)), "{pinned:?}");
    let swept = yard.post("/api/v1/snapshots/gc", &token, &json!({ "dry_run": true })).await;
    assert_eq!((swept.status.as_u16(), &swept.body["dry_run"]), (200, &json!(true)), "{swept:?}");
}

#[tokio::test]
async fn what_cannot_be_done_is_told_without_a_path() {
    let yard = Arc::new(start(&["import.publish_after=false"]).await);
    let token = yard.token("ann").await;
    let place = yard.path("").display().to_string();
    let expect = async |path: &str, status: u16, code: &str| {
        let answer = yard.post(path, &token, &json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{path}: {answer:?}");
        assert!(!answer.body.to_string().contains(&place), "{path}: {answer:?}");
        answer
    };
    expect("/api/v1/snapshots/pin", 409, "nothing_live").await;
    expect("/api/v1/snapshots/live/verify", 409, "nothing_live").await;
    publish(&yard, "one").await;
    expect("/api/v1/snapshots/99/rollback", 404, "not_found").await;
    let lock = std::fs::File::open(yard.path("data/publish.lock")).unwrap();
    lock.lock().unwrap();
    let busy = expect("/api/v1/snapshots/1/rollback", 409, "busy").await;
    assert!(busy.header("retry-after").parse::<u8>().unwrap() > 0);
    drop(lock);
    std::fs::write(yard.path("objects/manifest.json"), "{").unwrap();
    expect("/api/v1/snapshots/live/verify", 409, "damaged").await;
    expect("/api/v1/snapshots/1/rollback", 409, "damaged").await;
}
