//! One rendering at a time for each question: who asks meanwhile waits for it, and gets it even when it is not kept.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use tokio::sync::Mutex;

use super::bodies::StoredBody;
use super::encoding::Encoding;

type Key = (Vec<u8>, Encoding);

/// What is being rendered.
#[derive(Default)]
pub struct Flights {
    under_way: std::sync::Mutex<HashMap<Key, Arc<Flight>>>,
}

/// One rendering; who holds the lock does it.
#[derive(Default)]
struct Flight {
    landed: Mutex<Landed>,
}

#[derive(Default)]
enum Landed {
    #[default]
    NotYet,
    With(StoredBody),
    /// With what cannot be shared: each renders for itself, and nobody waits any more.
    Apart,
}

/// A seat on a flight; the last one that is given up ends it.
struct Seat<'f> {
    flights: &'f Flights,
    key: Key,
    flight: Arc<Flight>,
}

impl Flights {
    /// Renders, or waits for who does. When that one goes, the next renders.
    pub(super) async fn join<E>(
        &self,
        key: &[u8],
        encoding: Encoding,
        render: impl AsyncFnOnce() -> Result<StoredBody, E>,
    ) -> Result<StoredBody, E> {
        let seat = self.seat((key.to_vec(), encoding));
        let mut landed = seat.flight.landed.lock().await;
        match &*landed {
            Landed::With(body) => Ok(body.clone()),
            Landed::NotYet => {
                let rendered = render().await;
                *landed = rendered.as_ref().map_or(Landed::Apart, |body| Landed::With(body.clone()));
                rendered
            }
            Landed::Apart => {
                drop(landed);
                render().await
            }
        }
    }

    fn seat(&self, key: Key) -> Seat<'_> {
        let flight = Arc::clone(self.lock().entry(key.clone()).or_default());
        Seat { flights: self, key, flight }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Flight>>> {
        // Nothing in between can panic and leave the table wrong.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut under_way = self.flights.lock();
        // The table's own count and this one.
        if Arc::strong_count(&self.flight) == 2 {
            under_way.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::http::HeaderMap;
    use bytes::Bytes;
    use futures::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    fn body(text: &'static str) -> StoredBody {
        StoredBody::new(HeaderMap::new(), Bytes::from_static(text.as_bytes()))
    }

    /// Renders as soon as the gate opens, and counts.
    async fn render(gate: &Semaphore, count: &AtomicUsize, answer: Result<&'static str, ()>) -> Result<StoredBody, ()> {
        let _open = gate.acquire().await;
        count.fetch_add(1, Ordering::SeqCst);
        answer.map(body)
    }

    #[tokio::test]
    async fn who_asks_meanwhile_gets_what_the_first_renders() {
        let (flights, gate, count) = (Flights::default(), Semaphore::new(0), AtomicUsize::new(0));
        let ask =
            |key: &'static [u8], encoding| flights.join(key, encoding, async || render(&gate, &count, Ok("x")).await);
        let same = join_all((0..100).map(|_| ask(b"1", Encoding::Identity)));
        let others = join_all([ask(b"2", Encoding::Identity), ask(b"1", Encoding::Gzip)]);
        let open = async { gate.add_permits(1) };
        let (same, others, ()) = tokio::join!(same, others, open);
        assert!(same.iter().chain(&others).all(Result::is_ok));
        assert_eq!(count.into_inner(), 3, "once for each question and coding");
        assert!(flights.lock().is_empty(), "nothing is left behind");
    }

    #[tokio::test]
    async fn what_cannot_be_shared_is_rendered_by_each() {
        let (flights, gate, count) = (Flights::default(), Semaphore::new(1), AtomicUsize::new(0));
        let ask = || flights.join(b"1", Encoding::Identity, async || render(&gate, &count, Err(())).await);
        assert!(join_all((0..10).map(|_| ask())).await.iter().all(Result::is_err));
        assert_eq!(count.into_inner(), 10);
    }

    #[tokio::test]
    async fn a_listener_who_goes_leaves_the_work_to_the_next() {
        let (flights, gate, count) = (Flights::default(), Semaphore::new(0), AtomicUsize::new(0));
        let ask = || flights.join(b"1", Encoding::Identity, async || render(&gate, &count, Ok("x")).await);
        let (mut first, mut second) = (Box::pin(ask()), Box::pin(ask()));
        assert!(futures::poll!(&mut first).is_pending() && futures::poll!(&mut second).is_pending());
        drop(first);
        gate.add_permits(1);
        assert!(second.await.is_ok());
        assert!(flights.lock().is_empty() && count.into_inner() == 1);
    }
}
