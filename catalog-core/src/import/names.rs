//! From what taggers write to values: names, several artists in one text, dates, numbers.

use unicode_normalization::UnicodeNormalization;

/// Longest name or other short text, in characters; the rest is cut off.
const MAX_TEXT_CHARS: usize = 1000;

/// What makes two spellings one name: compatibility forms, case and blanks aside. Diacritics count.
pub fn identity_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        if word.is_ascii() {
            key.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
        } else {
            key.extend(word.nfkc().flat_map(char::to_lowercase));
        }
    }
    key
}

/// A text without control characters and outer blanks, cut to a sane length; `None` when nothing is left.
pub fn clean(text: &str) -> Option<String> {
    let trimmed = text.trim_matches(|letter: char| letter.is_whitespace() || letter.is_control());
    if trimmed.is_empty() {
        return None;
    }
    if trimmed.len() <= MAX_TEXT_CHARS && !trimmed.chars().any(char::is_control) {
        return Some(trimmed.to_owned());
    }
    let kept = trimmed.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    Some(kept.take(MAX_TEXT_CHARS).collect())
}

/// What separates several values in one text.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Separators {
    /// Between artists. Where ` / ` is one of them, a `/` between Chinese, Japanese or Korean letters separates too.
    pub artists: Vec<String>,
    /// Between genres.
    pub genres: Vec<String>,
}

impl Default for Separators {
    fn default() -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Self { artists: owned(&[SPACED_SLASH, ";", "；"]), genres: owned(&[SPACED_SLASH, ";", "；", ","]) }
    }
}

const SPACED_SLASH: &str = " / ";

impl Separators {
    /// The names in one text. "feat." stays.
    pub fn split_artists(&self, text: &str) -> Vec<String> {
        let parts = split_at(text, &self.artists);
        if self.artists.iter().any(|separator| separator == SPACED_SLASH) {
            parts.into_iter().flat_map(split_at_cjk_slash).filter_map(clean).collect()
        } else {
            parts.into_iter().filter_map(clean).collect()
        }
    }

    /// The genres in one text; moods are written like them.
    pub fn split_genres(&self, text: &str) -> Vec<String> {
        split_at(text, &self.genres).into_iter().filter_map(clean).collect()
    }
}

fn split_at<'t>(text: &'t str, separators: &[String]) -> Vec<&'t str> {
    let mut parts = vec![text];
    for separator in separators {
        parts = parts.into_iter().flat_map(|part| part.split(separator.as_str())).collect();
    }
    parts
}

/// `AC/DC` is one name, `周杰伦/费玉清` are two.
fn split_at_cjk_slash(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, slash) in text.char_indices().filter(|(_, letter)| matches!(letter, '/' | '／')) {
        let before = text[start..at].chars().next_back();
        let after = text[at + slash.len_utf8()..].chars().next();
        if before.is_some_and(is_cjk) && after.is_some_and(is_cjk) {
            parts.push(&text[start..at]);
            start = at + slash.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}

fn is_cjk(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` from what taggers write: `2001-05-03T00:00`, `2001/5/3`, `20010503`, `2001`.
pub fn parse_date(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match digits {
        4 => Some(dated(&text[..4], &text[4..])).filter(|date| !date.starts_with("0000")),
        8 => parse_date(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..8])),
        _ => None,
    }
}

/// A year with the month and the day behind it, as far as the calendar has them.
fn dated(year: &str, rest: &str) -> String {
    let mut parts = rest.split(['-', '/', '.', 'T', ' ']).skip(1).map(|part| part.parse::<u8>().ok());
    let Some(month) = parts.next().flatten().filter(|month| (1..=12).contains(month)) else { return year.to_owned() };
    let last = last_day(year.parse().unwrap_or_default(), month);
    match parts.next().flatten().filter(|day| (1..=last).contains(day)) {
        Some(day) => format!("{year}-{month:02}-{day:02}"),
        None => format!("{year}-{month:02}"),
    }
}

/// The last day of a month, Gregorian.
fn last_day(year: u16, month: u8) -> u8 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 31,
    }
}

/// The number and the total of `3/12`, `03`, `3`; zero is nothing.
pub fn parse_position(text: &str) -> (Option<u32>, Option<u32>) {
    let mut parts = text.split('/').map(leading_number);
    (parts.next().flatten(), parts.next().flatten())
}

fn leading_number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok().filter(|number| (1..=65_535).contains(number))
}

/// The decibels of `-6.54 dB`; nonsense is nothing.
pub fn parse_decibels(text: &str) -> Option<f64> {
    let number = text.trim().trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).trim();
    number.parse().ok().filter(|gain: &f64| gain.abs() <= 100.0)
}

/// A peak, 1.0 is full scale; nonsense is nothing.
pub fn parse_peak(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|peak: &f64| (0.0..=100.0).contains(peak))
}

/// ReplayGain from an R128 gain: 256ths of a dB, against a reference 5 dB lower (RFC 7845 section 5.2.1).
pub fn parse_r128_gain(text: &str) -> Option<f64> {
    text.trim().parse::<i16>().ok().map(|gain| f64::from(gain) / 256.0 + 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        assert_eq!(identity_key("  Foo   BAR "), "foo bar");
        assert_eq!(identity_key("ＡＢＣ é"), identity_key("abc e\u{301}"));
        assert_ne!(identity_key("Björk"), identity_key("Bjork"));
    }

    #[test]
    fn several_artists_are_found_and_bands_stay_whole() {
        let split_names = |text| Separators::default().split_artists(text);
        assert_eq!(split_names("马也 / Crabbit"), ["马也", "Crabbit"]);
        assert_eq!(split_names("A; B;C"), ["A", "B", "C"]);
        assert_eq!(split_names("周杰伦/费玉清"), ["周杰伦", "费玉清"]);
        for one in ["AC/DC", "Simon & Garfunkel", "X feat. Y", "神様、僕は気づいてしまった"] {
            assert_eq!(split_names(one), [one]);
        }
        assert!(split_names(" ; / ").is_empty());
    }

    #[test]
    fn owners_choose_what_separates() {
        let separators = Separators { artists: vec![" feat. ".to_owned(), "、".to_owned()], genres: Vec::new() };
        assert_eq!(separators.split_artists("A feat. B、C; D"), ["A", "B", "C; D"]);
        assert_eq!(separators.split_artists("周杰伦/费玉清"), ["周杰伦/费玉清"]);
        assert_eq!(separators.split_genres("Pop, Rock; Folk"), ["Pop, Rock; Folk"]);
    }

    #[test]
    fn dates_of_all_kinds() {
        for (text, date) in [
            ("1999-02-30", "1999-02"),
            ("2000-02-29", "2000-02-29"),
            ("1900-02-29", "1900-02"),
            ("2001-13-01", "2001"),
            ("2001", "2001"),
            ("2001-05", "2001-05"),
            ("2001-05-03T10:00:00Z", "2001-05-03"),
            ("2001/5/3", "2001-05-03"),
            ("20010503", "2001-05-03"),
            ("2001-00-00", "2001"),
            ("2001-13", "2001"),
        ] {
            assert_eq!(parse_date(text).as_deref(), Some(date), "{text}");
        }
        for text in ["", "0", "0000", "next year", "99", "20013"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_all_kinds() {
        assert_eq!(parse_position("3/12"), (Some(3), Some(12)));
        assert_eq!(parse_position(" 03 "), (Some(3), None));
        assert_eq!(parse_position("0/0"), (None, None));
        assert_eq!(parse_position("A1"), (None, None));
        assert_eq!(parse_decibels("-6.54 dB"), Some(-6.54));
        assert_eq!(parse_decibels("inf"), None);
        assert_eq!(parse_r128_gain("-256"), Some(4.0));
        assert_eq!(parse_peak("1.02"), Some(1.02));
    }

    #[test]
    fn texts_are_cleaned() {
        assert_eq!(clean(" a\u{0}\n"), Some("a".to_owned()));
        assert_eq!(clean("\u{0} \t"), None);
        assert_eq!(clean(&"é".repeat(2000)).map(|text| text.chars().count()), Some(1000));
    }
}
