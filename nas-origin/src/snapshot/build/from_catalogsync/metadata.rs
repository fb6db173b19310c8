//! `songs.metadata_json`: the keys that are read of it (DESIGN section 4), and what is published again.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::snapshot::build::values;

/// The keys that are read, in the order that they are published in.
const KEYS: [&str; 9] =
    ["album", "album_artist", "bitrate_kbps", "date", "disc_number", "duration_ms", "genre", "track_number", "year"];

/// The values of the keys that are read, as written.
#[derive(Default)]
pub(super) struct Metadata<'a>([Option<Cow<'a, str>>; KEYS.len()]);

impl<'a> Metadata<'a> {
    /// Reads a JSON object; `None` for anything else. Of a key that comes twice, the last counts.
    pub(super) fn parse(json: &'a str) -> Option<Self> {
        let values = serde_json::from_str::<RawKeys<'a>>(json).ok()?.0;
        Some(Self(values.map(|value| value.and_then(|raw| canonical(raw.get())))))
    }

    /// The object with sorted keys; `None` when there is nothing in it.
    pub(super) fn to_json(&self) -> Option<String> {
        let mut json = String::with_capacity(64);
        for (key, value) in KEYS.iter().zip(&self.0) {
            if let Some(value) = value {
                json.push(if json.is_empty() { '{' } else { ',' });
                json.extend(["\"", key, "\":", value]);
            }
        }
        (!json.is_empty()).then(|| json + "}")
    }

    /// A text, or a number as written; without surrounding blanks, `None` when empty.
    pub(super) fn text(&self, key: &str) -> Option<Cow<'_, str>> {
        let raw = self.raw(key)?;
        let text: Cow<'_, str> = match raw.as_bytes().first()? {
            b'"' if !raw.contains('\\') => Cow::Borrowed(&raw[1..raw.len() - 1]),
            b'"' => Cow::Owned(serde_json::from_str(raw).ok()?),
            b'-' | b'0'..=b'9' => Cow::Borrowed(raw),
            _ => return None,
        };
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.replace(char::is_control, "").trim().to_owned()),
        };
        (!text.is_empty()).then_some(text)
    }

    /// A number above zero; of a text such as `3/12` the number that it begins with.
    pub(super) fn number(&self, key: &str) -> Option<i64> {
        let text = self.text(key)?;
        let digits = text.find(|character: char| !character.is_ascii_digit()).map_or(&*text, |end| &text[..end]);
        let number =
            digits.parse().ok().filter(|_| digits.len() == text.len() || text[digits.len()..].starts_with('/'));
        number.or_else(|| text.parse::<f64>().ok().map(f64::round).and_then(values::whole)).filter(|number| *number > 0)
    }

    /// Genres: a text, parted by `;` or ` / `, or an array of texts.
    pub(super) fn genres(&self) -> Vec<String> {
        let Some(raw) = self.raw("genre") else { return Vec::new() };
        let listed: Vec<String> = match serde_json::from_str(raw) {
            Ok(Value::String(text)) => text.split(';').flat_map(|part| part.split(" / ")).map(str::to_owned).collect(),
            Ok(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        listed
            .iter()
            .map(|genre| genre.replace(char::is_control, "").trim().to_owned())
            .filter(|genre| !genre.is_empty())
            .collect()
    }

    /// `date`, else `year`, as a date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub(super) fn date(&self) -> Option<String> {
        ["date", "year"].iter().find_map(|key| self.text(key).and_then(|text| values::date(&text)))
    }

    /// The year of [`Metadata::date`].
    pub(super) fn year(&self) -> Option<i32> {
        ["date", "year"].iter().find_map(|key| self.text(key).and_then(|text| values::year_of(&text)))
    }

    fn raw(&self, key: &str) -> Option<&str> {
        let at = KEYS.iter().position(|known| *known == key)?;
        self.0[at].as_deref()
    }
}

/// A value as it is published: numbers as written, texts unescaped, what is nested with sorted keys.
fn canonical(raw: &str) -> Option<Cow<'_, str>> {
    let is_plain = match raw.as_bytes().first()? {
        b'"' => !raw.contains('\\'),
        b'[' | b'{' => false,
        _ => true,
    };
    if is_plain {
        return Some(Cow::Borrowed(raw));
    }
    let value: Value = serde_json::from_str(raw).ok()?;
    serde_json::to_string(&value).ok().map(Cow::Owned)
}

struct RawKeys<'a>([Option<&'a RawValue>; KEYS.len()]);

impl<'de> Deserialize<'de> for RawKeys<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RawKeysVisitor)
    }
}

struct RawKeysVisitor;

impl<'de> Visitor<'de> for RawKeysVisitor {
    type Value = RawKeys<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawKeys<'de>, A::Error> {
        let mut values = [None; KEYS.len()];
        while let Some(key) = map.next_key::<Key<'de>>()? {
            let value: &RawValue = map.next_value()?;
            if let Some(at) = KEYS.iter().position(|known| *known == key.0) {
                values[at] = Some(value);
            }
        }
        Ok(RawKeys(values))
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn published(json: &str) -> Option<String> {
        Metadata::parse(json).and_then(|metadata| metadata.to_json())
    }

    #[test]
    fn known_keys_are_sorted_and_kept_as_they_are() {
        assert_eq!(
            published(r#"{"year":2003,"path":"/volume1","album":"叶惠美","duration_ms":0,"album":"\u53f6\n"}"#),
            Some(r#"{"album":"叶\n","duration_ms":0,"year":2003}"#.into())
        );
        assert_eq!(
            published(r#"{"duration_ms":12345678901234567890123}"#),
            Some(r#"{"duration_ms":12345678901234567890123}"#.into())
        );
        assert_eq!(
            published(r#"{"album":null,"genre":[ "b", {"z":1,"a":2} ]}"#),
            Some(r#"{"album":null,"genre":["b",{"a":2,"z":1}]}"#.into())
        );
        assert_eq!(published("{}"), None);
        assert_eq!(published(r#"{"album":"\ud800"}"#), None, "half a character");
    }

    #[test]
    fn what_is_no_object_is_malformed() {
        for json in ["", "{", "[]", "null", "\"x\"", r#"{"a":NaN}"#, "{\"a\":1}x"] {
            assert!(Metadata::parse(json).is_none(), "{json}");
        }
    }

    #[test]
    fn numbers_are_read_leniently() {
        let number = |value: &str| {
            Metadata::parse(&format!(r#"{{"track_number":{value}}}"#)).and_then(|read| read.number("track_number"))
        };
        assert_eq!(number("7"), Some(7));
        assert_eq!(number(r#""3/12""#), Some(3));
        assert_eq!(number("305000.4"), Some(305_000));
        for value in ["0", "-4", "null", "true", "[1]", r#""x""#, "1e300", "99999999999999999999999"] {
            assert_eq!(number(value), None, "{value}");
        }
    }

    #[test]
    fn genres_are_a_text_or_a_list() {
        let genres = |json: &str| Metadata::parse(json).map(|read| read.genres());
        assert_eq!(genres(r#"{"genre":"Rock; Pop / Folk"}"#), Some(vec!["Rock".into(), "Pop".into(), "Folk".into()]));
        assert_eq!(genres(r#"{"genre":["Hip-Hop/Rap", 4, ""]}"#), Some(vec!["Hip-Hop/Rap".into()]));
        assert_eq!(genres(r#"{"genre":7}"#), Some(vec![]));
    }
}
