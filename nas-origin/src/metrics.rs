//! What the owner can watch, as text for Prometheus, on the main port alone. No label holds an id, a name or a path.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use metrics::{Key, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::state::Origin;

/// Bounds of the histograms, in seconds: from a look that finds nothing new to a million tracks.
const SECONDS: [f64; 8] = [0.1, 0.5, 2.0, 10.0, 60.0, 300.0, 1800.0, 7200.0];

const IMPORTS: Chore =
    Chore { total: "music_cloud_origin_imports_total", seconds: "music_cloud_origin_import_seconds" };
const PUBLISHES: Chore =
    Chore { total: "music_cloud_origin_publishes_total", seconds: "music_cloud_origin_publish_seconds" };
const STREAMS: &str = "music_cloud_origin_streams_total";
const UNDER_WAY: &str = "music_cloud_origin_streams";
const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

/// The counts of this process.
pub static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

/// A registry.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

/// Something that the daemon does.
struct Chore {
    total: &'static str,
    seconds: &'static str,
}

impl Metrics {
    fn new() -> Self {
        // Bounds are refused when there are none; a summary would be made then.
        let recorder = PrometheusBuilder::new().set_buckets(&SECONDS).unwrap_or_default().build_recorder();
        for (name, words) in [
            (IMPORTS.total, "Imports of the daemon, by outcome: done, failed."),
            (PUBLISHES.total, "Publishes of the daemon, by outcome: published, unchanged, failed."),
            (STREAMS, "Answers of the stream route, by status."),
        ] {
            recorder.describe_counter(name.into(), None, words.into());
        }
        for (name, words) in
            [(IMPORTS.seconds, "How long imports took."), (PUBLISHES.seconds, "How long publishes took.")]
        {
            recorder.describe_histogram(name.into(), Some(Unit::Seconds), words.into());
        }
        recorder.describe_gauge(UNDER_WAY.into(), None, "Files that are being sent.".into());
        Self { handle: recorder.handle(), recorder }
    }

    /// Runs an import and counts how it went.
    ///
    /// # Errors
    /// The import's own.
    pub fn import<T>(&self, import: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        let begun_at = Instant::now();
        let done = import();
        self.note(&IMPORTS, if done.is_ok() { "done" } else { "failed" }, begun_at.elapsed());
        done
    }

    /// Runs a publish, which tells whether anything was new, and counts how it went.
    ///
    /// # Errors
    /// The publish's own.
    pub fn publish(&self, publish: impl FnOnce() -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let begun_at = Instant::now();
        let published = publish();
        let outcome = match &published {
            Ok(true) => "published",
            Ok(false) => "unchanged",
            Err(_) => "failed",
        };
        self.note(&PUBLISHES, outcome, begun_at.elapsed());
        published.map(drop)
    }

    /// Counts an answer of the stream route.
    pub fn count_stream(&self, status: StatusCode) {
        self.count(STREAMS, Label::new("status", status.as_str().to_owned()));
    }

    /// Everything as Prometheus reads it.
    pub fn render(&self, origin: &Origin) -> String {
        let under_way = u32::try_from(origin.streams.under_way()).unwrap_or(u32::MAX);
        self.recorder.register_gauge(&Key::from_static_name(UNDER_WAY), &METADATA).set(f64::from(under_way));
        self.handle.render()
    }

    fn note(&self, chore: &Chore, outcome: &'static str, taken: Duration) {
        self.count(chore.total, Label::from_static_parts("outcome", outcome));
        self.recorder.register_histogram(&Key::from_static_name(chore.seconds), &METADATA).record(taken.as_secs_f64());
    }

    fn count(&self, name: &'static str, label: Label) {
        self.recorder.register_counter(&Key::from_parts(name, vec![label]), &METADATA).increment(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chores_are_counted_by_how_they_went() {
        let metrics = Metrics::new();
        assert!(metrics.import(|| Ok(7)).is_ok_and(|seven| seven == 7));
        assert!(metrics.import(|| Err::<(), _>(anyhow::anyhow!("no such folder /secret"))).is_err());
        assert!(metrics.publish(|| Ok(true)).is_ok() && metrics.publish(|| Ok(false)).is_ok());
        metrics.count_stream(StatusCode::PARTIAL_CONTENT);
        let text = metrics.handle.render();
        for line in [
            "music_cloud_origin_imports_total{outcome=\"done\"} 1",
            "music_cloud_origin_imports_total{outcome=\"failed\"} 1",
            "music_cloud_origin_import_seconds_count 2",
            "music_cloud_origin_publishes_total{outcome=\"published\"} 1",
            "music_cloud_origin_publishes_total{outcome=\"unchanged\"} 1",
            "music_cloud_origin_streams_total{status=\"206\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("secret"), "{text}");
    }
}
