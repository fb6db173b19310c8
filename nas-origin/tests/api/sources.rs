//! Sources through the API.

use serde_json::json;

use super::yard::{start, wav};

#[tokio::test]
async fn a_source_tells_whether_it_can_be_read_and_names_no_path() {
    let yard = start(&["import.publish_after=false"]).await;
    let token = yard.token("bob").await;
    std::fs::write(yard.path("music/one.wav"), wav(1)).unwrap();
    let list = yard.get("/api/v1/sources", &token).await;
    let source = &list.body["items"][0];
    assert_eq!(
        (&source["name"], &source["kind"], &source["is_available"]),
        (&json!("local"), &json!("local"), &json!(true))
    );
    std::fs::remove_dir_all(yard.path("music")).unwrap();
    let health = yard.get("/api/v1/sources/local/health", &token).await;
    assert_eq!((health.status.as_u16(), &health.body["is_available"]), (200, &json!(false)), "{health:?}");
    assert!(health.body["reason"].is_string());
    assert!(!health.body.to_string().contains(&yard.path("").display().to_string()), "{health:?}");
    assert_eq!(yard.get("/api/v1/sources/other/health", &token).await.code(), "not_found");
}
