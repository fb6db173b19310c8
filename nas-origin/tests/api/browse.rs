//! What the owner's lists find, and what they show of songs that lie in several files.

use serde_json::{Value, json};

use super::editing::{library, put, tags};
use super::yard::Yard;

async fn titles(yard: &Yard, token: &str, path: &str) -> Vec<String> {
    let page = yard.get(path, token).await.body;
    let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}"));
    items.iter().map(|item| item.get("title").unwrap_or(&item["name"]).as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_search_takes_words_in_any_order_and_every_spelling() {
    let (yard, token) = library().await;
    put(&yard, "b/1.wav", 3, &tags("Ágætis byrjun", "Debut (Live)", "1"));
    put(&yard, "b/2.wav", 4, &tags("晴天", "葉惠美", "2"));
    yard.scan(&token, false).await;
    for (query, found) in [
        ("q=byrj+agaetis", vec!["Ágætis byrjun"]),
        ("q=live+AGA", vec!["Ágætis byrjun"]),
        ("q=ann+one", vec!["One"]),
        ("q=qt", vec!["晴天"]),
        ("q=%E5%8F%B6%E6%83%A0", vec!["晴天"]),
        ("q=ne", vec![]),
        ("q=%25", vec![]),
    ] {
        assert_eq!(titles(&yard, &token, &format!("/api/v1/tracks?{query}")).await, found, "{query}");
    }
    assert_eq!(titles(&yard, &token, "/api/v1/albums?q=live+ann").await, ["Debut (Live)"]);
    assert_eq!(titles(&yard, &token, "/api/v1/artists?q=AN").await, ["Ann"]);
}

#[tokio::test]
async fn the_same_song_in_two_files_is_one_track_with_both() {
    let (yard, token) = library().await;
    put(&yard, "b/1.wav", 9, &tags("One", "Songs", "1"));
    yard.scan(&token, false).await;
    assert_eq!(titles(&yard, &token, "/api/v1/tracks").await, ["One", "Two"]);
    assert_eq!(titles(&yard, &token, "/api/v1/tracks?q=one").await, ["One"]);
    let album = yard.get("/api/v1/albums/al-1", &token).await.body;
    assert_eq!(album["tracks"].as_array().unwrap().len(), 2, "{album}");
    let one = yard.get("/api/v1/tracks/tr-1", &token).await.body;
    let files: Vec<(&Value, &Value)> =
        one["files"].as_array().unwrap().iter().map(|file| (&file["track_id"], &file["is_primary"])).collect();
    assert_eq!(files, [(&json!("tr-1"), &json!(true)), (&json!("tr-3"), &json!(false))]);
    let other = yard.get("/api/v1/tracks/tr-3", &token).await.body;
    assert_eq!((&other["twin_of"], &other["is_shown"]), (&json!("tr-1"), &json!(false)));
    assert_eq!((&one["twin_of"], &one["is_shown"]), (&json!(null), &json!(true)));
}
