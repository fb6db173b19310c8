//! The query threads: what a listener's bad luck must not do to the next one.

use std::pin::pin;

use catalog_core::ports::{CatalogReader, ReadError};
use futures::FutureExt;
use public_edge::error::ApiError;

use crate::support::{Publisher, TestEdge, open_databases, settle, track_name};

async fn edge_of(name: &str, threads: usize, publisher: &Publisher, cache: &std::path::Path) -> TestEdge {
    let mut edge = TestEdge::open_with(&[&publisher.url()], cache, "", threads);
    publisher.publish(1, name);
    edge.refresh().await.expect("fetched");
    edge
}

#[tokio::test]
async fn a_query_that_panics_is_an_error_and_its_thread_goes_on() {
    let (publisher, cache) = (Publisher::new(), tempfile::tempdir().expect("a folder"));
    let edge = edge_of("calm", 1, &publisher, cache.path()).await;
    for _ in 0..3 {
        let outcome: Result<(), ApiError> = edge.view().run(|_: &dyn CatalogReader| panic!("on purpose")).await;
        assert!(matches!(outcome, Err(ApiError::Read(ReadError { .. }))), "{outcome:?}");
    }
    assert_eq!(edge.track_name().await, "calm");
}

#[tokio::test]
async fn a_listener_who_left_costs_no_query() {
    let (publisher, cache) = (Publisher::new(), tempfile::tempdir().expect("a folder"));
    let edge = edge_of("busy", 1, &publisher, cache.path()).await;
    let (release, held) = std::sync::mpsc::channel::<()>();
    let view = edge.view();
    let mut busy = pin!(view.run(move |_: &dyn CatalogReader| Ok::<_, ApiError>(held.recv().is_ok())));
    assert!(busy.as_mut().now_or_never().is_none(), "it holds the one thread");
    let (asked, was_asked) = std::sync::mpsc::channel::<()>();
    let left = edge.view();
    let query = left.run(move |_: &dyn CatalogReader| Ok::<_, ApiError>(asked.send(()).is_ok()));
    assert!(query.now_or_never().is_none(), "it waits for the thread, and its listener goes");
    drop(release);
    busy.await.expect("an answer");
    assert_eq!(edge.track_name().await, "busy", "the thread is free again");
    assert!(was_asked.try_recv().is_err(), "nobody waited for it");
}

#[tokio::test]
async fn idle_threads_close_what_is_retired() {
    const THREADS: usize = 8;
    let (publisher, cache) = (Publisher::new(), tempfile::tempdir().expect("a folder"));
    let mut edge = edge_of("one", THREADS, &publisher, cache.path()).await;
    let view = edge.view();
    let everyone = std::sync::Arc::new(std::sync::Barrier::new(THREADS));
    let queries = (0..THREADS).map(|_| {
        let everyone = std::sync::Arc::clone(&everyone);
        view.run(move |_: &dyn CatalogReader| Ok::<_, ApiError>(everyone.wait().is_leader()))
    });
    futures::future::try_join_all(queries).await.expect("a query on every thread");
    drop(view);
    let before = open_databases(cache.path());
    assert_eq!(before.len(), THREADS, "every thread has it open");
    publisher.publish(2, "two");
    edge.refresh().await.expect("fetched");
    let name = before[0].file_name().expect("a name").to_string_lossy().into_owned();
    settle(|| !open_databases(cache.path()).iter().any(|file| file.to_string_lossy().contains(&name))).await;
    assert_eq!(track_name(&edge.view()).await.expect("an answer"), "two");
}
