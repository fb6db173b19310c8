//! What is read where it is when somebody asks: the snapshot, its refreshes, the cache, files under way.

use jiff::Timestamp;
use metrics::{Key, Label, Recorder};
use metrics_exporter_prometheus::PrometheusRecorder;
use snapshot_format::Manifest;

use super::{METADATA, METRICS, Metrics};
use crate::state::Edge;

const SEQUENCE: &str = "music_cloud_edge_snapshot_sequence";
const AGE: &str = "music_cloud_edge_snapshot_age_seconds";
const IS_EXPIRED: &str = "music_cloud_edge_snapshot_expired";
const REFRESHES: &str = "music_cloud_edge_refreshes_total";
const REFRESH_AGE: &str = "music_cloud_edge_refresh_success_age_seconds";
const CACHE_BYTES: &str = "music_cloud_edge_cache_bytes";
const CACHE_LOOKUPS: &str = "music_cloud_edge_cache_lookups_total";
const STREAMS: &str = "music_cloud_edge_streams";

pub(super) fn describe(recorder: &PrometheusRecorder) {
    for (name, words) in [
        (SEQUENCE, "The sequence of the snapshot being served."),
        (AGE, "Seconds since the snapshot being served was made."),
        (IS_EXPIRED, "1 when the snapshot being served is older than its publisher promised."),
        (REFRESH_AGE, "Seconds since a store last had an answer that was followed."),
        (CACHE_BYTES, "Bytes of answers and covers that are kept in memory."),
        (STREAMS, "Files that are going through the edge."),
    ] {
        recorder.describe_gauge(name.into(), None, words.into());
    }
    for (name, words) in [
        (REFRESHES, "Looks at the stores, by how they went: unchanged, renewed, replaced, failed."),
        (CACHE_LOOKUPS, "Looks into the memory for an answer or a cover: hit, miss."),
    ] {
        recorder.describe_counter(name.into(), None, words.into());
    }
}

/// Everything that was counted and everything that can be read now, in Prometheus' text format.
pub fn render(edge: &Edge, now: Timestamp) -> String {
    let metrics = &*METRICS;
    if let Some(served) = edge.snapshots.load() {
        metrics.read_manifest(&served.manifest, now);
    }
    let last = edge.refresh.load();
    if let Some(succeeded_at) = last.succeeded_at {
        metrics.gauge(REFRESH_AGE, seconds_between(succeeded_at, now));
    }
    for (outcome, count) in edge.refresh.counts() {
        metrics.counter(REFRESHES, Label::from_static_parts("outcome", outcome), count);
    }
    let cache = edge.bodies.usage();
    metrics.gauge(CACHE_BYTES, whole(cache.bytes as u64));
    metrics.counter(CACHE_LOOKUPS, Label::from_static_parts("result", "hit"), cache.hits);
    metrics.counter(CACHE_LOOKUPS, Label::from_static_parts("result", "miss"), cache.misses);
    metrics.gauge(STREAMS, whole(edge.proxy.streams_under_way() as u64));
    metrics.handle.render()
}

impl Metrics {
    fn read_manifest(&self, manifest: &Manifest, now: Timestamp) {
        self.gauge(SEQUENCE, whole(manifest.sequence));
        self.gauge(AGE, seconds_between(manifest.generated_at, now));
        self.gauge(IS_EXPIRED, if manifest.is_expired(now) { 1.0 } else { 0.0 });
    }

    fn gauge(&self, name: &'static str, value: f64) {
        self.recorder.register_gauge(&Key::from_static_name(name), &METADATA).set(value);
    }

    fn counter(&self, name: &'static str, label: Label, value: u64) {
        self.recorder.register_counter(&Key::from_parts(name, vec![label]), &METADATA).absolute(value);
    }
}

fn seconds_between(then: Timestamp, now: Timestamp) -> f64 {
    now.duration_since(then).as_secs_f64()
}

/// Prometheus has floats alone; they are exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "no count gets near 2^53")]
fn whole(count: u64) -> f64 {
    count as f64
}
