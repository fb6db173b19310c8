//! `publish.schedule`: when the daemon publishes by the clock.

use cronexpr::{Crontab, FallbackTimezoneOption, MakeTimestamp, ParseOptions};
use jiff::Timestamp;
use serde::Deserialize;

/// A cron expression of five fields, in the machine's time zone unless a sixth names another (`0 4 * * * Europe/Berlin`).
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Schedule(Crontab);

impl Schedule {
    /// The first moment after `now`; `None` when there is none before the calendar's end (30 February).
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.0.find_next(MakeTimestamp(now)).ok().map(|moment| moment.timestamp())
    }
}

impl TryFrom<String> for Schedule {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut options = ParseOptions::default();
        options.fallback_timezone_option = FallbackTimezoneOption::System;
        let parsed = cronexpr::parse_crontab_with(&text, options);
        parsed.map(Self).map_err(|_said| {
            format!("is `{text}`, not a cron expression such as \"0 * * * *\": minute, hour, day, month, weekday")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, now: &str) -> Option<String> {
        let schedule = Schedule::try_from(expression.to_owned()).expect("a schedule");
        schedule.next_after(now.parse().expect("a time")).map(|moment| moment.to_string())
    }

    #[test]
    fn the_next_moment_is_a_later_one() {
        assert_eq!(next("*/15 * * * * UTC", "2026-01-01T10:00:00Z").as_deref(), Some("2026-01-01T10:15:00Z"));
        assert_eq!(next("0 4 * * * Asia/Shanghai", "2026-01-01T10:00:00Z").as_deref(), Some("2026-01-01T20:00:00Z"));
    }

    #[test]
    fn a_night_without_that_hour_is_no_trap() {
        // Berlin has no 02:30 on 29 March 2026.
        let moment = next("30 2 * * * Europe/Berlin", "2026-03-28T12:00:00Z").expect("a moment");
        assert!(("2026-03-29".."2026-03-31").contains(&moment.as_str()), "{moment}");
    }

    #[test]
    fn what_is_no_schedule_says_what_one_is() {
        let error = Schedule::try_from("hourly".to_owned()).expect_err("refused");
        assert!(error.contains("\"0 * * * *\""), "{error}");
    }
}
