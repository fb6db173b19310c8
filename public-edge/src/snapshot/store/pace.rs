//! A body that hardly moves is given up, so that a store can't hold an edge back for ever by sending a byte now and then.

use std::time::Duration;

use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::{GetResult, GetResultPayload};
use tokio::time::Instant;

/// How long is waited for the next [`LEAST_BYTES`].
const PERIOD: Duration = Duration::from_mins(1);
/// A tenth of what the slowest line that anyone listens on carries in a [`PERIOD`].
const LEAST_BYTES: usize = 64 * 1024;

type Body = BoxStream<'static, object_store::Result<bytes::Bytes>>;

/// The same object, whose body breaks off when it is too slow. Files are read from a disk and are not watched.
pub(super) fn kept(object: GetResult) -> GetResult {
    let payload = match object.payload {
        GetResultPayload::Stream(body) => GetResultPayload::Stream(watched(body)),
        file @ GetResultPayload::File(..) => file,
    };
    GetResult { payload, ..object }
}

fn watched(body: Body) -> Body {
    stream::try_unfold((body, Pace::default()), async |(mut body, mut pace)| {
        let asked = Instant::now();
        let next = tokio::time::timeout(pace.patience(), body.try_next()).await;
        let chunk = next.map_err(|source| too_slow(source.into()))??;
        let Some(chunk) = chunk else { return Ok(None) };
        pace.note(asked.elapsed(), chunk.len());
        Ok(Some((chunk, (body, pace))))
    })
    .boxed()
}

fn too_slow(source: Box<dyn std::error::Error + Send + Sync>) -> object_store::Error {
    object_store::Error::Generic { store: "a store that sends too slowly", source }
}

/// How long a body was waited for since it last brought enough. Time that its taker needs is not counted.
#[derive(Default)]
struct Pace {
    waited: Duration,
    arrived: usize,
}

impl Pace {
    /// How long the next bytes may take.
    fn patience(&self) -> Duration {
        PERIOD.saturating_sub(self.waited)
    }

    fn note(&mut self, waited: Duration, bytes: usize) {
        self.waited += waited;
        self.arrived += bytes;
        if self.arrived >= LEAST_BYTES {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body of so many chunks, with a wait before each, and what becomes of it. Time passes by itself.
    async fn taken(chunks: usize, bytes: usize, wait: Duration) -> (usize, Duration, bool) {
        let sent = stream::iter(0..chunks).then(move |_| async move {
            tokio::time::sleep(wait).await;
            Ok(bytes::Bytes::from(vec![7; bytes]))
        });
        let (began, mut body, mut arrived) = (Instant::now(), watched(sent.boxed()), 0);
        loop {
            match body.try_next().await {
                Ok(Some(chunk)) => arrived += chunk.len(),
                Ok(None) => return (arrived, began.elapsed(), true),
                Err(_) => return (arrived, began.elapsed(), false),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_breaks_off_after_a_minute() {
        let (arrived, after, is_whole) = taken(1_000, 1, Duration::from_secs(7)).await;
        assert!(!is_whole && arrived == 8, "{arrived} bytes");
        assert_eq!(after.as_secs(), PERIOD.as_secs());
        let (arrived, after, is_whole) = taken(1, 1, Duration::from_hours(9)).await;
        assert!(!is_whole && arrived == 0 && after.as_secs() == PERIOD.as_secs(), "one that is silent, too");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_that_moves_is_taken_to_its_end() {
        let (arrived, after, is_whole) = taken(200, LEAST_BYTES, Duration::from_secs(59)).await;
        assert!(is_whole && arrived == 200 * LEAST_BYTES);
        assert!(after > Duration::from_hours(3), "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_taker_may_take_its_time() {
        let sent = stream::iter([Ok(bytes::Bytes::from_static(b"a")), Ok(bytes::Bytes::from_static(b"b"))]);
        let mut body = watched(sent.boxed());
        for expected in [&b"a"[..], b"b"] {
            assert_eq!(body.try_next().await.expect("it goes on").as_deref(), Some(expected));
            tokio::time::sleep(10 * PERIOD).await;
        }
    }

    fn after(steps: &[(u64, usize)]) -> Duration {
        let mut pace = Pace::default();
        for (seconds, bytes) in steps {
            pace.note(Duration::from_secs(*seconds), *bytes);
        }
        pace.patience()
    }

    #[test]
    fn a_trickle_uses_up_its_time() {
        assert_eq!(after(&[]), PERIOD);
        assert_eq!(after(&[(25, 1), (25, 1)]), Duration::from_secs(10));
        assert_eq!(after(&[(25, 1), (25, 1), (10, 1)]), Duration::ZERO);
    }

    #[test]
    fn a_line_that_brings_enough_goes_on_for_ever() {
        let steady = [(50, LEAST_BYTES); 1000];
        assert_eq!(after(&steady), PERIOD);
        assert_eq!(after(&[(50, LEAST_BYTES - 1), (5, 1), (5, 1)]), Duration::from_secs(55));
    }
}
