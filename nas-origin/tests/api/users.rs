//! Accounts and what listeners' programs log in with, through the API.

use reqwest::Method;
use serde_json::json;

use super::yard::{PASSWORD, start};

const USERS: &str = "/api/v1/admin/users";

#[tokio::test]
async fn an_admin_makes_changes_and_removes_accounts() {
    let yard = start(&[]).await;
    let token = yard.token("ann").await;
    let new = json!({ "username": "eve", "password": "a password" });
    let made = yard.post(USERS, &token, &new).await;
    assert_eq!((made.status.as_u16(), &made.body["role"]), (201, &json!("user")), "{made:?}");
    assert!(!made.body.to_string().contains("password"), "{made:?}");
    let eve = format!("{USERS}/{}", made.body["user_id"]);
    assert_eq!(yard.post(USERS, &token, &new).await.code(), "name_taken");
    assert_eq!(yard.log_in("eve", "a password").await.status, 200);

    let change = json!({ "role": "admin", "password": "another password" });
    let changed = yard.call(Method::PATCH, &eve, &token, Some(&change)).await;
    assert_eq!((changed.status.as_u16(), &changed.body["role"]), (200, &json!("admin")), "{changed:?}");
    assert_eq!(yard.log_in("eve", "a password").await.status, 401);
    assert_eq!(yard.log_in("eve", "another password").await.status, 200);

    let page = yard.get(&format!("{USERS}?limit=2"), &token).await.body;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = yard.get(&format!("{USERS}?limit=2&cursor={cursor}"), &token).await.body;
    assert_eq!((&next["items"][0]["name"], next["items"].as_array().unwrap().len()), (&json!("eve"), 1));
    assert_eq!(next["next_cursor"], json!(null));

    assert_eq!(yard.call(Method::DELETE, &eve, &token, None).await.status, 204);
    assert_eq!(yard.get(&eve, &token).await.code(), "not_found");
    let last = yard.call(Method::DELETE, &format!("{USERS}/1"), &token, None).await;
    assert_eq!((last.status.as_u16(), last.code()), (409, "last_admin"), "{last:?}");
    let demoted = yard.call(Method::PATCH, &format!("{USERS}/1"), &token, Some(&json!({ "role": "user" }))).await;
    assert_eq!(demoted.code(), "last_admin", "{demoted:?}");
}

#[tokio::test]
async fn a_user_changes_the_own_password_with_the_old_one() {
    let yard = start(&[]).await;
    let token = yard.token("bob").await;
    let change = async |current: &str| {
        let body = json!({ "current_password": current, "new_password": "another password" });
        yard.post("/api/v1/users/me/password", &token, &body).await
    };
    assert_eq!(change("wrong").await.code(), "wrong_credentials");
    assert_eq!(change(PASSWORD).await.status, 204);
    assert_eq!(yard.get("/api/v1/users/me", &token).await.status, 401, "the login has ended");
    assert_eq!(yard.log_in("bob", "another password").await.status, 200);
}

#[tokio::test]
async fn the_subsonic_password_is_shown_again_until_it_is_rotated() {
    let yard = start(&[]).await;
    let (admin, user) = (yard.token("ann").await, yard.token("bob").await);
    let path = "/api/v1/users/me/subsonic-password";
    let first = yard.get(path, &user).await;
    assert_eq!((first.status.as_u16(), &first.body["username"]), (200, &json!("bob")), "{first:?}");
    assert_eq!(first.header("cache-control"), "no-store");
    assert_eq!(yard.get(path, &user).await.body["password"], first.body["password"]);
    let rotated = yard.call(Method::POST, path, &user, None).await.body;
    assert_ne!(rotated["password"], first.body["password"]);
    let by_admin = yard.call(Method::POST, &format!("{USERS}/2/subsonic-password"), &admin, None).await.body;
    assert_eq!(by_admin["username"], "bob");
    assert_eq!(yard.get(path, &user).await.body["password"], by_admin["password"]);
    let secret = by_admin["password"].as_str().unwrap().as_bytes().to_vec();
    for file in ["data/catalog.db", "data/catalog.db-wal"] {
        let bytes = std::fs::read(yard.path(file)).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{file} has it in the clear");
    }
}

#[tokio::test]
async fn a_device_has_a_key_of_its_own_that_is_shown_once() {
    let yard = start(&[]).await;
    let (ann, bob) = (yard.token("ann").await, yard.token("bob").await);
    let path = "/api/v1/users/me/credentials";
    let made = yard.post(path, &bob, &json!({ "kind": "api_key", "label": "phone" })).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert!(made.body["secret"].as_str().unwrap().starts_with("mck_"));
    let listed = yard.get(path, &bob).await.body;
    assert_eq!((&listed["items"][0]["label"], &listed["items"][0]["secret"]), (&json!("phone"), &json!(null)));
    let one = format!("{path}/{}", made.body["credential_id"]);
    assert_eq!(yard.call(Method::DELETE, &one, &ann, None).await.code(), "not_found", "it is bob's");
    assert_eq!(yard.call(Method::DELETE, &one, &bob, None).await.status, 204);
    let bad = yard.post(path, &bob, &json!({ "kind": "subsonic_password", "label": "x" })).await;
    assert_eq!(bad.code(), "bad_request");
}
