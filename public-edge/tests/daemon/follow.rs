//! The loop of the refresh by its own clock, which passes by itself: how soon it asks again, and after what.

use std::sync::Arc;
use std::time::Duration;

use public_edge::snapshot::{RefreshStatus, follow};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::support::{Publisher, TestEdge};

const POLL: Duration = Duration::from_secs(30);

/// How finely the test looks at the clock.
const LOOK: Duration = Duration::from_millis(50);

/// An edge that follows a folder, and when it asked.
struct Following {
    publisher: Publisher,
    _cache: tempfile::TempDir,
    status: Arc<RefreshStatus>,
    cancel: CancellationToken,
    asked: u64,
    last: Instant,
}

impl Following {
    fn start() -> Self {
        let (publisher, cache) = (Publisher::new(), tempfile::tempdir().expect("a folder"));
        let edge = TestEdge::open(&[&publisher.url()], cache.path());
        let (status, cancel) = (Arc::<RefreshStatus>::default(), CancellationToken::new());
        tokio::spawn(follow(edge.refresher, Arc::clone(&status), POLL, cancel.clone()));
        Self { publisher, _cache: cache, status, cancel, asked: 0, last: Instant::now() }
    }

    /// The wait before the next time that it asks.
    async fn next_wait(&mut self) -> Duration {
        let asked = || self.status.counts().map(|(_, count)| count).sum::<u64>();
        while asked() == self.asked {
            tokio::time::sleep(LOOK).await;
        }
        assert_eq!(asked(), self.asked + 1, "no two at once");
        self.asked += 1;
        let before = std::mem::replace(&mut self.last, Instant::now());
        self.last - before
    }

    /// The next waits are these, give or take the fifth that parts many edges.
    async fn waits(&mut self, expected: &[u64]) {
        for secs in expected {
            let (wait, secs) = (self.next_wait().await, Duration::from_secs(*secs));
            let range = secs.mul_f64(0.8)..=secs.mul_f64(1.2) + 2 * LOOK;
            assert!(range.contains(&wait), "waited {wait:?} where {secs:?} is due");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_asked_ever_later_and_one_that_answers_at_its_pace() {
    let mut following = Following::start();
    following.next_wait().await;
    following.waits(&[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]).await;
    assert_eq!(following.status.load().failures, 12);
    following.publisher.publish(1, "there at last");
    following.waits(&[300, 30, 30]).await;
    assert_eq!(following.status.load().failures, 0);
    std::fs::remove_file(following.publisher.object("manifest.json")).expect("removed");
    following.waits(&[30, 1, 2]).await;
    following.publisher.publish(2, "there again");
    following.waits(&[4, 30]).await;
    following.cancel.cancel();
}

#[tokio::test(start_paused = true)]
async fn a_manifest_that_is_refused_is_looked_at_again_at_the_usual_pace() {
    let mut following = Following::start();
    following.publisher.write_manifest(b"{}");
    following.next_wait().await;
    following.waits(&[30, 30, 30]).await;
    assert!(following.status.load().failures >= 4, "each is a failure that shows");
    following.publisher.publish(1, "right");
    following.waits(&[30]).await;
    assert!(following.status.load().error.is_none());
    following.cancel.cancel();
}
