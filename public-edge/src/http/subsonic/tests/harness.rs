//! An edge over a catalog in memory, and a listener that calls it.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use catalog_core::testing::{MemoryCatalog, sample_catalog};
use serde_json::Value;
use tower::ServiceExt;

use super::sameness::Element;
use crate::state::Edge;
use crate::testing::{NO_STORE, edge, router_over};

/// Calls an edge.
pub(super) struct Listener {
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Listener {
    pub(super) fn without_snapshot() -> Self {
        Self { router: crate::http::router(edge(NO_STORE)) }
    }

    pub(super) fn of_sample_catalog() -> Self {
        Self::of(&sample_catalog())
    }

    pub(super) fn of(catalog: &MemoryCatalog) -> Self {
        Self { router: router_over(catalog) }
    }

    pub(super) fn at(edge: &Edge) -> Self {
        Self { router: crate::http::router(edge.clone()) }
    }

    pub(super) async fn get(&self, call: &str) -> Answer {
        self.request(Method::GET, call, &[], "").await
    }

    /// The envelope of a call in JSON.
    pub(super) async fn get_json(&self, call: &str) -> Value {
        let separator = if call.contains('?') { '&' } else { '?' };
        self.get(&format!("{call}{separator}f=json")).await.json()
    }

    pub(super) async fn get_from(&self, address: &str, call: &str) -> Answer {
        let mut request = Request::get(format!("/rest/{call}")).body(Body::empty()).expect("a request");
        let peer = SocketAddr::new(address.parse().expect("an address"), 1);
        request.extensions_mut().insert(patient_listener::Peer(peer));
        self.send(request).await
    }

    pub(super) async fn post(&self, call: &str, form: &str) -> Answer {
        self.request(Method::POST, call, &[("content-type", "application/x-www-form-urlencoded")], form).await
    }

    pub(super) async fn request(&self, method: Method, call: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/rest/{call}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.to_vec()).expect("text") }
    }
}

impl Answer {
    /// A header, empty when it is not there.
    pub(super) fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    /// The envelope of JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str::<Value>(&self.body).expect("JSON")["subsonic-response"].take()
    }

    /// The code of the error that an XML answer holds.
    pub(super) fn code(&self) -> u32 {
        self.find_code().unwrap_or_else(|| panic!("an error in {}", self.body))
    }

    /// The same, if there is one.
    pub(super) fn find_code(&self) -> Option<u32> {
        Element::read(&self.body).error_code()
    }
}
