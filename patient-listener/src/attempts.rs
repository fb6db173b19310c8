//! How many logins an address has tried lately (DESIGN section 11: failed logins, 30 a minute). Where looking at a password
//! costs something each is counted before, and forgiven when it was no failure; elsewhere failures alone are counted.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::household::household;

/// Failed logins that an address may send in one window.
const MAX_FAILURES: u32 = 30;
/// How long a window lasts, in seconds.
const WINDOW_SECS: i64 = 60;
/// Addresses that are remembered; the longest silent one is forgotten first.
const MAX_ADDRESSES: NonZeroUsize = NonZeroUsize::new(10_000).expect("not zero");

/// Logins by address.
pub struct LoginAttempts {
    windows: Mutex<LruCache<IpAddr, Window>>,
}

struct Window {
    begun_at: i64,
    tries: u32,
}

impl LoginAttempts {
    /// Counts a try at `now` (Unix seconds).
    ///
    /// # Errors
    /// How many seconds an address has to wait that has failed too often.
    pub fn admit(&self, address: IpAddr, now: i64) -> Result<(), i64> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get_or_insert_mut(household(address), || Window { begun_at: now, tries: 0 });
        if now.saturating_sub(window.begun_at) >= WINDOW_SECS {
            *window = Window { begun_at: now, tries: 0 };
        }
        if window.tries >= MAX_FAILURES {
            return Err(window.begun_at + WINDOW_SECS - now);
        }
        window.tries += 1;
        Ok(())
    }

    /// How many seconds an address has to wait before its credentials are looked at again at `now` (Unix seconds); nothing
    /// is counted.
    pub fn wait_secs(&self, address: IpAddr, now: i64) -> Option<i64> {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.peek(&household(address))?;
        let left = window.begun_at + WINDOW_SECS - now;
        (window.tries >= MAX_FAILURES && left > 0).then_some(left)
    }

    /// The try was no failure.
    pub fn forgive(&self, address: IpAddr) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = windows.get_mut(&household(address)) {
            window.tries = window.tries.saturating_sub(1);
        }
    }
}

impl Default for LoginAttempts {
    fn default() -> Self {
        Self { windows: Mutex::new(LruCache::new(MAX_ADDRESSES)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> IpAddr {
        address.parse().expect("an address")
    }

    #[test]
    fn an_address_may_fail_thirty_times_a_minute_and_spends_nobody_elses_tries() {
        let attempts = LoginAttempts::default();
        let (one, other) = (at("1.2.3.4"), at("5.6.7.8"));
        assert!((0..30).all(|_| attempts.admit(one, 1000).is_ok()));
        assert_eq!([attempts.admit(one, 1050), attempts.admit(other, 1050)], [Err(10), Ok(())]);
        assert_eq!(attempts.admit(one, 1060), Ok(()));
    }

    #[test]
    fn a_look_counts_nothing() {
        let attempts = LoginAttempts::default();
        let one = at("1.2.3.4");
        assert!((0..30).all(|_| attempts.wait_secs(one, 1000).is_none() && attempts.admit(one, 1000).is_ok()));
        assert_eq!([attempts.wait_secs(one, 1050), attempts.wait_secs(at("5.6.7.8"), 1050)], [Some(10), None]);
        assert_eq!(attempts.wait_secs(one, 1060), None);
    }

    #[test]
    fn who_logs_in_again_and_again_is_not_locked_out() {
        let attempts = LoginAttempts::default();
        for _ in 0..100 {
            attempts.admit(at("1.2.3.4"), 1000).expect("let in");
            attempts.forgive(at("1.2.3.4"));
        }
    }

    #[test]
    fn a_household_is_one_address() {
        let attempts = LoginAttempts::default();
        assert!((0..30).all(|host| attempts.admit(at(&format!("2001:db8::{host}")), 1000).is_ok()));
        assert!(attempts.admit(at("2001:db8::ffff"), 1000).is_err());
        assert!(attempts.admit(at("2001:db8:0:1::1"), 1000).is_ok());
    }
}
