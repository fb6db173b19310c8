//! How many wrong passwords an address has sent lately.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

/// Wrong passwords that an address may send in one window.
const MAX_FAILURES: u32 = 30;
/// How long a window lasts, in seconds.
const WINDOW_SECS: i64 = 60;
/// Addresses that are remembered; the longest silent one is forgotten first.
const MAX_ADDRESSES: NonZeroUsize = NonZeroUsize::new(10_000).expect("not zero");

/// Failed logins by address.
pub struct LoginFailures {
    windows: Mutex<LruCache<IpAddr, Window>>,
}

struct Window {
    begun_at: i64,
    failures: u32,
}

impl LoginFailures {
    /// Counts a failure at `now` (Unix seconds). An address that has sent more than it may has to wait so many seconds.
    pub(super) fn count(&self, address: IpAddr, now: i64) -> Option<i64> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get_or_insert_mut(address, || Window { begun_at: now, failures: 0 });
        if now.saturating_sub(window.begun_at) >= WINDOW_SECS {
            *window = Window { begun_at: now, failures: 0 };
        }
        window.failures = window.failures.saturating_add(1);
        (window.failures > MAX_FAILURES).then(|| window.begun_at + WINDOW_SECS - now)
    }
}

impl Default for LoginFailures {
    fn default() -> Self {
        Self { windows: Mutex::new(LruCache::new(MAX_ADDRESSES)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_thirty_tries_a_minute_and_does_not_spend_those_of_others() {
        let failures = LoginFailures::default();
        let (one, other) = (IpAddr::from([1, 2, 3, 4]), IpAddr::from([5, 6, 7, 8]));
        assert!((0..30).all(|_| failures.count(one, 1000).is_none()));
        assert_eq!([failures.count(one, 1050), failures.count(other, 1050)], [Some(10), None]);
        assert_eq!(failures.count(one, 1060), None);
    }
}
