//! Reading values of any type from a source that enforces none, and what of them may be published.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::Row;
use rusqlite::types::ValueRef;
use url::Url;

/// All but RFC 3986's unreserved characters, and `/` between the parts of a key.
const NOT_IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The largest id: search row ids keep forty bits for it.
const MAX_ID: i64 = (1 << 40) - 1;

/// A column as text: numbers as written, invalid UTF-8 replaced, control characters left out.
pub(super) fn text<'r>(row: &'r Row<'_>, at: usize) -> rusqlite::Result<Option<Cow<'r, str>>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(Cow::Owned(number.to_string())),
        ValueRef::Real(number) => Some(Cow::Owned(number.to_string())),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(clean(String::from_utf8_lossy(bytes))),
    })
}

/// [`text`], `None` when nothing but blanks.
pub(super) fn filled_text<'r>(row: &'r Row<'_>, at: usize) -> rusqlite::Result<Option<Cow<'r, str>>> {
    Ok(text(row, at)?.filter(|text| !text.trim().is_empty()))
}

fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_unwanted = |character: char| character.is_control() && !matches!(character, '\t' | '\n' | '\r');
    let has_unwanted = may_have_control(&text) && text.contains(is_unwanted);
    if has_unwanted { Cow::Owned(text.replace(is_unwanted, "")) } else { text }
}

/// Whether any byte is a control character or begins one. Looks at all bytes, which takes less time than at characters.
fn may_have_control(text: &str) -> bool {
    let is_suspect = |byte| matches!(byte, 0..0x20 | 0x7f | 0xc2);
    text.bytes().fold(false, |found, byte| found | is_suspect(byte))
}

/// A column as a whole number: integers, reals without a fraction and texts of digits.
pub(super) fn integer(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Real(number) => whole(number),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().and_then(|text| text.trim().parse().ok()),
        ValueRef::Null | ValueRef::Blob(_) => None,
    })
}

/// A number without a fraction that an integer can hold.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
pub(super) fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(number as i64)
}

/// A column as a count or a size: `None` below zero.
pub(super) fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<u64>> {
    Ok(integer(row, at)?.and_then(|number| u64::try_from(number).ok()))
}

/// A number above zero that fits 32 bits.
pub(super) fn positive(number: i64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number > 0)
}

/// A column as an id that ids can have (0 to 2^40 − 1).
pub(super) fn id(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Integer(number) if (0..=MAX_ID).contains(&number) => Some(number),
        _ => None,
    })
}

/// The year that a date begins with.
pub(super) fn year_of(date: &str) -> Option<i32> {
    let digits = date.trim().get(..4)?;
    let is_year = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_year { digits.parse().ok().filter(|year| *year > 0) } else { None }
}

/// The date that a text begins with, as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<String> {
    let year = year_of(text)?;
    let mut date = format!("{year:04}");
    let parts = text.trim()[4..].split(['-', 'T', ' ']).skip(1);
    for (part, last) in parts.zip([12, 31]) {
        match part.parse::<u32>() {
            Ok(number) if part.len() == 2 && (1..=last).contains(&number) => date.extend(["-", part]),
            _ => break,
        }
    }
    Some(date)
}

/// A URL that may be published: `http` or `https`, with a host, without credentials, blanks or control characters.
pub(super) fn public_link(text: &str) -> Option<&str> {
    let text = text.trim();
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    let is_plain = !text.contains(|character: char| character.is_whitespace() || character.is_control());
    (is_web && !has_credentials && is_plain).then_some(text)
}

/// Where a backend's files can be fetched, without a final slash.
pub(super) fn public_base(text: &str) -> Option<String> {
    public_link(text).map(|link| link.trim_end_matches('/').to_owned())
}

/// The public URL of a file.
pub(super) fn public_url(base: &str, locator: &str) -> String {
    format!("{base}/{}", utf8_percent_encode(locator.trim_start_matches('/'), NOT_IN_A_PATH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls_have_one_slash_and_every_other_byte_escaped() {
        let base = public_base("https://cdn2.example/base/").expect("a base");
        assert_eq!(
            public_url(&base, "music/Björk/Jóga #1 50%?.mp3"),
            "https://cdn2.example/base/music/Bj%C3%B6rk/J%C3%B3ga%20%231%2050%25%3F.mp3"
        );
        assert_eq!(public_url("https://cdn", "/a~b-c_d.e/é+&=:@"), "https://cdn/a~b-c_d.e/%C3%A9%2B%26%3D%3A%40");
    }

    #[test]
    fn only_plain_web_links_are_published() {
        assert_eq!(public_link(" https://img/1.jpg "), Some("https://img/1.jpg"));
        for text in
            ["", "file:///etc/passwd", "javascript:alert(1)", "/a.jpg", "http://", "https://u:p@img/1", "http://a b/"]
        {
            assert_eq!(public_link(text), None, "{text}");
        }
    }

    #[test]
    fn dates_keep_what_is_valid() {
        for (text, expected) in [
            ("2003-07-31", "2003-07-31"),
            ("2003-07-31T10:00:00Z", "2003-07-31"),
            ("2003-13-01", "2003"),
            ("2003", "2003"),
            ("20030731", "2003"),
            ("2003-07", "2003-07"),
        ] {
            assert_eq!(date(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn control_characters_are_left_out_of_any_plane() {
        for (text, expected) in
            [("a\u{0}b", "ab"), ("a\u{7f}b", "ab"), ("a\u{85}b", "ab"), ("é\tÂ", "é\tÂ"), ("\u{a0}", "\u{a0}")]
        {
            assert_eq!(clean(text.into()), expected, "{text:?}");
        }
    }

    #[test]
    fn years_come_from_the_beginning_of_a_date() {
        assert_eq!(year_of("2003-07-31"), Some(2003));
        assert_eq!(year_of("1999"), Some(1999));
        for text in ["", "0000", "31.7.2003", "２００３", "-200"] {
            assert_eq!(year_of(text), None, "{text}");
        }
    }
}
