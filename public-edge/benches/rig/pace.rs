//! One request at a time, without a network: how long each takes from the route's door to its answer's last byte.

use std::time::{Duration, Instant};

use anyhow::ensure;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use bytes::Bytes;
use tower::ServiceExt;

/// No answer is larger, in bytes.
const MAX_BODY_BYTES: usize = 256 << 20;

/// The body that a route answers.
pub(crate) async fn get(router: &Router, url: &str) -> anyhow::Result<Bytes> {
    let response = router.clone().oneshot(Request::get(url).body(Body::empty())?).await?;
    ensure!(response.status().is_success(), "{url} answered {}", response.status());
    Ok(to_bytes(response.into_body(), MAX_BODY_BYTES).await?)
}

/// How long requests took.
#[derive(Default)]
pub(crate) struct Pace {
    taken: Vec<Duration>,
}

impl Pace {
    /// Asks once.
    pub(crate) async fn ask(&mut self, router: &Router, url: &str) -> anyhow::Result<()> {
        let start = Instant::now();
        get(router, url).await?;
        self.taken.push(start.elapsed());
        Ok(())
    }

    /// What `hundredths` of all requests took at most.
    pub(crate) fn percentile(&self, hundredths: usize) -> Duration {
        let mut taken = self.taken.clone();
        taken.sort_unstable();
        let last = taken.len().saturating_sub(1);
        taken.get((taken.len() * hundredths / 100).min(last)).copied().unwrap_or_default()
    }

    /// Counts another's requests too.
    pub(crate) fn merge(&mut self, other: Self) {
        self.taken.extend(other.taken);
    }
}
