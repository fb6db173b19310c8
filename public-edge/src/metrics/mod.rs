//! What an owner can watch, as text for Prometheus. No label holds an id, an address or anything else of a listener.
//!
//! Requests are counted as they pass, with handles that are made once and stay where they are; everything else is read
//! where it is when somebody asks.

mod readings;
mod route;

use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use tokio_util::sync::CancellationToken;

pub use self::readings::render;
pub use self::route::Route;

/// Bounds of the histogram, in seconds: a kept answer takes some ten microseconds, a slow one seconds.
const SECONDS: [f64; 12] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];
/// How often what requests have noted is sorted into the histogram; it is kept one by one until then.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);
/// The lowest and the highest status.
const STATUSES: std::ops::Range<u16> = 100..600;

const REQUESTS: &str = "music_cloud_edge_requests_total";
const LATENCY: &str = "music_cloud_edge_request_seconds";
/// What every series is registered with.
const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

/// The registry of this process: one of its own for each edge would cost every request a count that the cores share.
pub static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

/// A registry.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    routes: [RouteCounts; Route::ALL.len()],
}

/// The handles of one kind of route; each is made when its first request comes, so that only what happens is shown.
struct RouteCounts {
    statuses: Box<[OnceLock<Counter>]>,
    seconds: OnceLock<Histogram>,
}

impl Metrics {
    fn new() -> Self {
        // Bounds are refused when there are none; a summary would be made then.
        let recorder = PrometheusBuilder::new().set_buckets(&SECONDS).unwrap_or_default().build_recorder();
        recorder.describe_counter(REQUESTS.into(), None, "Answers, by kind of route and status.".into());
        let seconds = "Time from a request's head to its answer's head, by kind of route.".into();
        recorder.describe_histogram(LATENCY.into(), Some(Unit::Seconds), seconds);
        readings::describe(&recorder);
        let statuses = || STATUSES.map(|_| OnceLock::new()).collect();
        let routes = Route::ALL.map(|_| RouteCounts { statuses: statuses(), seconds: OnceLock::new() });
        Self { handle: recorder.handle(), recorder, routes }
    }

    /// Counts an answer.
    pub fn count(&self, route: Route, status: u16, taken: Duration) {
        let counts = &self.routes[route as usize];
        if let Some(counter) = counts.statuses.get(usize::from(status.wrapping_sub(STATUSES.start))) {
            counter.get_or_init(|| self.requests_counter(route, status)).increment(1);
        }
        let seconds = counts.seconds.get_or_init(|| {
            self.recorder.register_histogram(&Key::from_parts(LATENCY, vec![route.label()]), &METADATA)
        });
        seconds.record(taken.as_secs_f64());
    }

    fn requests_counter(&self, route: Route, status: u16) -> Counter {
        let labels = vec![route.label(), Label::new("status", status.to_string())];
        self.recorder.register_counter(&Key::from_parts(REQUESTS, labels), &METADATA)
    }
}

/// Keeps what the histogram holds small, until `cancel`.
pub async fn keep_small(cancel: CancellationToken) {
    let rounds = async {
        loop {
            tokio::time::sleep(UPKEEP_INTERVAL).await;
            METRICS.handle.run_upkeep();
        }
    };
    cancel.run_until_cancelled(rounds).await;
}
