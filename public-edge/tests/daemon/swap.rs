//! Swapping under load: nobody fails, nobody sees two snapshots in one request, nothing piles up.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::support::{Publisher, TestEdge, open_databases, settle, track_name};

const TASKS: usize = 32;
const SWAPS: u64 = 200;
const THREADS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_or_sees_two_snapshots() {
    let (publisher, cache) = (Publisher::new(), tempfile::tempdir().expect("a folder"));
    let mut edge = TestEdge::open_with(&[&publisher.url()], cache.path(), "", THREADS);
    publisher.publish(1, "s1");
    edge.refresh().await.expect("fetched");

    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(ask(&edge, &stop, &answered))).collect();
    for sequence in 2..=SWAPS {
        publisher.publish(sequence, &format!("s{sequence}"));
        edge.refresh().await.expect("fetched");
    }
    stop.store(true, Ordering::Relaxed);
    let mut seen = BTreeSet::new();
    for task in tasks {
        seen.extend(task.await.expect("a task").expect("every request is answered"));
    }
    assert!(answered.load(Ordering::Relaxed) > TASKS && seen.len() > 1, "{} snapshots were seen", seen.len());
    assert_eq!(edge.track_name().await, format!("s{SWAPS}"));

    settle(|| open_databases(cache.path()).len() <= THREADS).await;
    // Old files are removed by a thread that gives way to all others. What is left: lock, state.json and the live database.
    settle(|| std::fs::read_dir(cache.path()).expect("the cache").count() == 3).await;
}

/// Requests of two queries each; both must tell of the same snapshot.
fn ask(
    edge: &TestEdge,
    stop: &Arc<AtomicBool>,
    answered: &Arc<AtomicUsize>,
) -> impl Future<Output = Result<BTreeSet<String>, String>> + Send + use<> {
    let (snapshots, queries) = (Arc::clone(&edge.snapshots), edge.queries.clone());
    let (stop, answered) = (Arc::clone(stop), Arc::clone(answered));
    async move {
        let mut seen = BTreeSet::new();
        while !stop.load(Ordering::Relaxed) {
            let view = public_edge::queries::View::new(snapshots.load().ok_or("no snapshot")?, queries.clone());
            let first = track_name(&view).await.map_err(|error| error.to_string())?;
            tokio::task::yield_now().await;
            let second = track_name(&view).await.map_err(|error| error.to_string())?;
            let promised = format!("s{}", view.generation().manifest.sequence);
            if first != second || first != promised {
                return Err(format!("{first} and {second} in a request on {promised}"));
            }
            answered.fetch_add(1, Ordering::Relaxed);
            seen.insert(first);
        }
        Ok(seen)
    }
}
