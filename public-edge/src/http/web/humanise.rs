//! Numbers, durations and dates as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::texts::{Counted, Texts};

/// `12,345 tracks`.
pub(super) fn count(number: u64, words: &Counted) -> String {
    format!("{}{}", grouped(number), if number == 1 { words.one } else { words.other })
}

/// Thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A track's length: `3:07` or `1:02:03`.
pub(super) fn clock(duration_ms: u64) -> String {
    let seconds = duration_ms / 1000 + u64::from(duration_ms % 1000 >= 500);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}

/// The length of a whole album or playlist: `1 h 12 min`; nothing where no length is known.
pub(super) fn total(duration_ms: u64, texts: &Texts) -> Option<String> {
    let minutes = duration_ms.div_ceil(60_000);
    (minutes > 0).then(|| (texts.duration)(minutes / 60, minutes % 60))
}

/// A tag's date, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, in words; anything else as it is.
pub(super) fn date(tag: &str, texts: &Texts) -> String {
    let mut parts = tag.splitn(3, '-');
    let year = parts.next().and_then(|year| year.parse().ok());
    let month = parts.next().and_then(|month| month.parse().ok()).filter(|month| (1..=12).contains(month));
    let day = parts.next().and_then(|day| day.parse().ok()).filter(|day| (1..=31).contains(day));
    year.map_or_else(|| tag.to_owned(), |year| (texts.date)(year, month, day))
}

/// A file's size: `41.2 MB`.
pub(super) fn megabytes(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{} MB", grouped(tenths / 10), tenths % 10)
}

/// A moment to the minute, UTC.
pub(super) fn moment(time: Timestamp, texts: &Texts) -> String {
    let utc = time.to_zoned(TimeZone::UTC);
    let date = (texts.date)(i32::from(utc.year()), Some(utc.month()), Some(utc.day()));
    format!("{date} {:02}:{:02} UTC", utc.hour(), utc.minute())
}

#[cfg(test)]
mod tests {
    use super::super::texts::{CHINESE, ENGLISH};
    use super::*;

    #[test]
    fn counts_group_and_agree() {
        assert_eq!(count(0, &ENGLISH.counted.tracks), "0 tracks");
        assert_eq!(count(1, &ENGLISH.counted.tracks), "1 track");
        assert_eq!(count(1_234_567, &ENGLISH.counted.albums), "1,234,567 albums");
        assert_eq!(count(1, &CHINESE.counted.albums), "1 张专辑");
    }

    #[test]
    fn lengths_round_to_what_a_clock_shows() {
        assert_eq!(clock(0), "0:00");
        assert_eq!(clock(186_501), "3:07");
        assert_eq!(clock(3_723_000), "1:02:03");
        assert_eq!(total(0, &ENGLISH), None);
        assert_eq!(total(1, &ENGLISH).as_deref(), Some("1 min"));
        assert_eq!(total(4_320_000, &CHINESE).as_deref(), Some("1 小时 12 分钟"));
    }

    #[test]
    fn sizes_round_to_a_tenth() {
        assert_eq!(megabytes(0), "0.0 MB");
        assert_eq!(megabytes(41_250_000), "41.3 MB");
        assert_eq!(megabytes(1_234_567_890), "1,234.6 MB");
    }

    #[test]
    fn dates_say_what_is_known() {
        assert_eq!(date("2001", &ENGLISH), "2001");
        assert_eq!(date("2001-05", &ENGLISH), "May 2001");
        assert_eq!(date("2001-05-03", &ENGLISH), "3 May 2001");
        assert_eq!(date("2001-13-40", &ENGLISH), "2001");
        assert_eq!(date("2001-05-03", &CHINESE), "2001年5月3日");
        assert_eq!(date("last summer", &ENGLISH), "last summer");
    }

    #[test]
    fn a_snapshots_time_is_in_utc() {
        let time = "2026-01-02T03:04:59Z".parse().expect("a time");
        assert_eq!(moment(time, &ENGLISH), "2 January 2026 03:04 UTC");
        assert_eq!(moment(time, &CHINESE), "2026年1月2日 03:04 UTC");
    }
}
