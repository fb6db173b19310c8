//! Every route lets in whom it should, and nobody else.

use reqwest::Method;

use super::yard::start;

/// What only an admin may call; where a name is asked for, one that isn't there.
const ADMINS: [(&str, &str); 6] = [
    ("GET", "/api/v1/snapshots"),
    ("POST", "/api/v1/snapshots/gc"),
    ("POST", "/api/v1/snapshots/pin"),
    ("POST", "/api/v1/snapshots/unpin"),
    ("POST", "/api/v1/snapshots/nothing/rollback"),
    ("POST", "/api/v1/snapshots/nothing/verify"),
];

#[tokio::test]
async fn a_route_is_for_those_it_names() {
    let yard = start(&[]).await;
    assert_eq!(yard.get("/api/v1/users/me", "").await.status, 401);
    let (admin, user) = (yard.token("ann").await, yard.token("bob").await);
    for (method, path) in ADMINS {
        let method = method.parse::<Method>().unwrap();
        let ask = async |token: &str| yard.call(method.clone(), path, token, None).await;
        let anonymous = ask("").await;
        assert_eq!((anonymous.status.as_u16(), anonymous.code()), (401, "unauthorized"), "{method} {path}");
        assert_eq!(anonymous.header("www-authenticate"), "Bearer");
        let refused = ask(&user).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "forbidden"), "{method} {path}");
        let answered = ask(&admin).await;
        assert!(![401, 403, 405, 500].contains(&answered.status.as_u16()), "{method} {path}: {answered:?}");
        assert_eq!(answered.header("cache-control"), "no-store", "{method} {path}");
    }
    let me = yard.get("/api/v1/users/me", &user).await;
    assert_eq!((&me.body["name"], &me.body["role"]), (&"bob".into(), &"user".into()), "{me:?}");
}

#[tokio::test]
async fn what_is_not_there_is_told_in_the_apis_form() {
    let yard = start(&[]).await;
    let token = yard.token("ann").await;
    for (method, path, status) in [
        (Method::GET, "/api/v1/nothing", 404),
        (Method::GET, "/api/v1/snapshots/%ff/rollback", 405),
        (Method::POST, "/api/v1/snapshots/%ff/rollback", 404),
        (Method::GET, "/api/v1/snapshots?limit=many", 400),
        (Method::OPTIONS, "/api/v1/snapshots", 204),
    ] {
        let answer = yard.call(method.clone(), path, &token, None).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{method} {path}");
        assert_eq!(answer.code().is_empty(), status == 204, "{method} {path}: {answer:?}");
    }
}
