//! Every route lets in whom its description names, and nobody else.

use reqwest::Method;
use serde_json::Value;

use super::yard::{Yard, start};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What the description says of a call.
struct Described {
    method: Method,
    /// With a name that isn't there where one is asked for.
    path: String,
    /// `anyone`, `user` or `admin`; nothing when the description has no such call.
    who: Option<String>,
}

async fn described(yard: &Yard) -> Vec<Described> {
    let description = yard.get("/api/openapi.json", "").await.body;
    let paths = description["paths"].as_object().unwrap().clone();
    let call = |path: &str, methods: &Value, method: &str| Described {
        method: method.to_uppercase().parse().unwrap(),
        path: path.replace("{id}", "99").replace("{source}", "nothing").replace("{position}", "0"),
        who: methods.get(method).map(|call| call["x-who"].as_str().expect(path).to_owned()),
    };
    let calls = |(path, methods): (&String, &Value)| METHODS.map(|method| call(path, methods, method));
    paths.iter().flat_map(calls).collect()
}

#[tokio::test]
async fn a_route_is_for_those_that_its_description_names() {
    let yard = start(&["import.publish_after=false"]).await;
    let (admin, user) = (yard.token("ann").await, yard.token("bob").await);
    let calls = described(&yard).await;
    assert!(calls.iter().any(|call| call.who.is_some()));
    for Described { method, path, who } in calls {
        // A stream would go on; what it can't understand it refuses.
        let path = path.replace("/events", "/events?job_id=x");
        let ask = async |token: &str| yard.call(method.clone(), &path, token, None).await;
        let is_answered = |status: u16| ![401, 403, 405, 500].contains(&status);
        let (anonymous, by_user, by_admin) = (ask("").await, ask(&user).await, ask(&admin).await);
        let statuses = [&anonymous, &by_user, &by_admin].map(|answer| answer.status.as_u16());
        match who.as_deref() {
            None => assert_eq!(statuses, [405; 3], "{method} {path} is not described"),
            Some("anyone") => assert!(statuses.into_iter().all(is_answered), "{method} {path}: {statuses:?}"),
            Some("user") => {
                assert_eq!((statuses[0], anonymous.code()), (401, "unauthorized"), "{method} {path}");
                assert!(statuses[1..].iter().copied().all(is_answered), "{method} {path}: {statuses:?}");
            }
            Some(_) => {
                assert_eq!((statuses[0], anonymous.code()), (401, "unauthorized"), "{method} {path}");
                assert_eq!((statuses[1], by_user.code()), (403, "forbidden"), "{method} {path}");
                assert!(is_answered(statuses[2]), "{method} {path}: {by_admin:?}");
            }
        }
        if path != "/api/openapi.json" {
            assert_eq!(by_admin.header("cache-control"), "no-store", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_in_the_apis_form() {
    let yard = start(&["import.publish_after=false"]).await;
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
