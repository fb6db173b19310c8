//! Logging in, and what ends a login.

use jiff::Timestamp;
use nas_origin::accounts::{self, Claims, Password, TokenSigner};
use nas_origin::config::Secret;
use nas_origin::library::users::Role;
use serde_json::json;

use super::yard::{JWT_SECRET, PASSWORD, start};

const GUARDED: &str = "/api/v1/snapshots";

#[tokio::test]
async fn a_name_and_a_password_make_a_token() {
    let yard = start(&["token_life=1h"]).await;
    let answer = yard.log_in("ANN", PASSWORD).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = answer.body["access_token"].as_str().unwrap();
    assert_eq!(yard.get(GUARDED, token).await.status, 200);
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let yard = start(&[]).await;
    let answers = [yard.log_in("ann", "correct horsf").await, yard.log_in("nobody", PASSWORD).await];
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "wrong_credentials"), "{answer:?}");
    }
    assert_eq!(answers[0].body, answers[1].body);
}

#[tokio::test]
async fn what_is_no_login_is_refused_in_the_apis_form() {
    let yard = start(&[]).await;
    let login = "/api/v1/auth/login";
    for (body, status) in [
        (json!({ "username": "ann" }), 422),
        (json!({ "username": "ann", "password": PASSWORD, "role": "admin" }), 422),
        (json!({ "username": "ann", "password": "x".repeat(100_000) }), 413),
        (json!([]), 422),
    ] {
        let answer = yard.post(login, "", &body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, "bad_request"), "{answer:?}");
    }
    let answer = yard.get(login, "").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (405, "method_not_allowed"), "{answer:?}");
}

#[tokio::test]
async fn who_fails_too_often_has_to_wait_even_with_the_right_password() {
    let yard = start(&[]).await;
    for _ in 0..30 {
        assert_eq!(yard.log_in("ann", "wrong").await.status, 401);
    }
    let answer = yard.log_in("ann", PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (429, "too_many_logins"), "{answer:?}");
    assert!((1..=60).contains(&answer.header("retry-after").parse::<u8>().unwrap()));
}

#[tokio::test]
async fn a_token_ends_with_its_time_its_password_or_its_account() {
    let yard = start(&[]).await;
    let signer = TokenSigner::new(&Secret::try_from(JWT_SECRET.to_owned()).unwrap());
    let ann = yard.user("ann");
    let past = Timestamp::now().as_second() - 3600;
    let expired = signer.sign(&Claims::new(ann.user_id, ann.token_generation, past, 3599)).unwrap();
    let answer = yard.get(GUARDED, &expired).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (401, "token_expired"), "{answer:?}");
    assert_eq!(answer.header("www-authenticate"), "Bearer");

    let token = yard.token("ann").await;
    assert_eq!(yard.get(GUARDED, &token).await.status, 200);
    accounts::set_password(&yard.library, &ann, &Password::new("another password").unwrap()).unwrap();
    let answer = yard.get(GUARDED, &token).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (401, "unauthorized"), "{answer:?}");

    let token = yard.token("bob").await;
    assert_eq!(yard.get(GUARDED, &token).await.status, 403);
    accounts::set_role(&yard.library, &yard.user("bob"), Role::Admin).unwrap();
    assert_eq!(yard.get(GUARDED, &token).await.status, 200, "the role is looked up");
    accounts::remove(&yard.library, &yard.user("bob")).unwrap();
    assert_eq!(yard.get(GUARDED, &token).await.status, 401);
}

#[tokio::test]
async fn credentials_in_the_clear_from_outside_are_refused() {
    // A proxy on this machine that says whom it serves: 203.0.113.7.
    let yard = start(&["trusted_proxies=[\"127.0.0.1\"]"]).await;
    let token = yard.token("ann").await;
    let outside = ("x-forwarded-for", "203.0.113.7");
    let ask =
        async |headers: &[(&str, &str)]| yard.call_with(reqwest::Method::GET, GUARDED, &token, None, headers).await;
    let answer = ask(&[outside]).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (403, "plain_http_refused"), "{answer:?}");
    assert_eq!(ask(&[outside, ("x-forwarded-proto", "http")]).await.status, 403);
    assert_eq!(ask(&[outside, ("x-forwarded-proto", "https")]).await.status, 200);
    assert_eq!(yard.get("/healthz", "").await.status, 200);

    let open = start(&["trusted_proxies=[\"127.0.0.1\"]", "allow_plain_http=true"]).await;
    let token = open.token("ann").await;
    let answer = open.call_with(reqwest::Method::GET, GUARDED, &token, None, &[outside]).await;
    assert_eq!(answer.status, 200);
}
