//! When the next refresh is due. Pure.

use std::time::Duration;

const FIRST_RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_mins(5);

/// The wait after `failures` failures in a row (0 after a success): the poll interval, or 1 s doubled up to 5 min.
/// `chance` is between 0 and 1 and moves it by up to a fifth, so that many edges don't ask at once.
pub(super) fn next_wait(poll_interval: Duration, failures: u32, chance: f64) -> Duration {
    let wait = match failures.checked_sub(1) {
        None => poll_interval,
        Some(doublings) => FIRST_RETRY.saturating_mul(2u32.saturating_pow(doublings)).min(LONGEST_RETRY),
    };
    wait.mul_f64(0.8 + 0.4 * chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_and_backs_off() {
        let poll = Duration::from_secs(30);
        let wait = |failures, chance| next_wait(poll, failures, chance).as_millis();
        assert_eq!((wait(0, 0.0), wait(0, 0.5), wait(0, 1.0)), (24_000, 30_000, 36_000));
        assert_eq!(
            [1, 2, 3, 9, 10, 40].map(|failures| wait(failures, 0.5)),
            [1000, 2000, 4000, 256_000, 300_000, 300_000]
        );
    }
}
