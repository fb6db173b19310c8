//! What is asked, in one spelling, and the ETag of its answer.

use std::borrow::Cow;
use std::fmt::Write;

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::snapshot::current::Generation;

/// A path with its parameters in one order, so that the same question has one ETag and one place in the cache.
pub struct Question {
    text: String,
}

impl Question {
    /// A question from its path and the parameters that matter, whatever the order of their names. Values of one name
    /// keep theirs: the first may be the one that counts.
    pub fn new(path: &str, mut parameters: Vec<(Cow<'_, str>, Cow<'_, str>)>) -> Self {
        parameters.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut text = path.to_owned();
        for (name, value) in &parameters {
            // A length in front of each part keeps two questions from spelling the same text.
            let _ = write!(text, "\n{}:{name}{}:{value}", name.len(), value.len());
        }
        Self { text }
    }

    /// The question that a URL asks: its path and its whole query.
    pub fn of_url(uri: &Uri) -> Self {
        let query = uri.query().unwrap_or_default();
        if query.is_empty() {
            return Self { text: uri.path().to_owned() };
        }
        Self::new(uri.path(), url::form_urlencoded::parse(query.as_bytes()).collect())
    }

    /// The question where the answer also shows the manifest, which a renewal changes without the database.
    pub(super) fn of_edition(mut self, sequence: u64) -> Self {
        let _ = write!(self.text, "\nsequence {sequence}");
        self
    }

    /// The ETag of the answer from this snapshot under these settings.
    pub(super) fn etag(&self, generation: &Generation, settings_mark: &str, language: Option<&str>) -> Etag {
        let digest = Sha256::new()
            .chain_update(generation.manifest.database.sha256.as_str())
            .chain_update(concat!(env!("CARGO_PKG_VERSION"), "\n"))
            .chain_update(settings_mark)
            .chain_update(language.unwrap_or_default())
            .chain_update("\n")
            .chain_update(&self.text)
            .finalize();
        let mut start = [0; 16];
        start.copy_from_slice(&digest[..16]);
        Etag(u128::from_be_bytes(start))
    }
}

/// A weak entity tag: half a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Etag(u128);

impl Etag {
    /// The tag as a number.
    pub(super) fn number(self) -> u128 {
        self.0
    }

    /// The tag as a header has it.
    pub(super) fn to_header(self) -> HeaderValue {
        let text = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(self.0.to_be_bytes()));
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("W/\"\""))
    }

    /// Whether an `If-None-Match` names this tag. `*` is left to rendering: only that tells whether anything exists.
    pub(super) fn is_in(self, headers: &HeaderMap) -> bool {
        names_tag(headers, &URL_SAFE_NO_PAD.encode(self.0.to_be_bytes()))
    }
}

/// Whether an `If-None-Match` names the tag `opaque` (RFC 9110 section 13.1.2, weak comparison).
pub(in crate::http) fn names_tag(headers: &HeaderMap, opaque: &str) -> bool {
    let mut tags = listed_tags(headers);
    tags.any(|tag| tag.trim_start_matches("W/").trim_matches('"') == opaque)
}

/// Whether an `If-None-Match` is `*`: the listener has some answer and wants none if there still is one.
pub(in crate::http) fn names_any(headers: &HeaderMap) -> bool {
    listed_tags(headers).any(|tag| tag == "*")
}

fn listed_tags(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_parameters_does_not_matter_and_their_bounds_do() {
        let text = |url: &str| Question::of_url(&url.parse().expect("a URL")).text;
        assert_eq!(text("/a?x=1&y=2"), text("/a?y=2&x=1"));
        assert_eq!(text("/a?x=%41"), text("/a?x=A"));
        assert_ne!(text("/a?x=1"), text("/a?x=2"));
        assert_ne!(text("/a?x=1&x=2"), text("/a?x=2&x=1"));
        assert_eq!(text("/a?x=1&y=0&x=2"), text("/a?x=1&x=2&y=0"));
        assert_ne!(text("/a?x=1%0A1:y=2"), text("/a?x=1&y=2"));
    }

    fn asking(if_none_match: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::try_from(if_none_match).expect("a value"))])
    }

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong() {
        let tag = Etag(7);
        let own = tag.to_header();
        let opaque = own.to_str().expect("text").trim_start_matches("W/").to_owned();
        for listed in [own.to_str().expect("text"), &opaque, &format!("\"x\", W/{opaque}")] {
            assert!(tag.is_in(&asking(listed)), "{listed}");
        }
        let mut lines = asking("\"x\"");
        lines.append(header::IF_NONE_MATCH, own);
        assert!(tag.is_in(&lines), "in a second line");
        for listed in ["*", "\"\"", "W/\"other\""] {
            assert!(!tag.is_in(&asking(listed)), "{listed}");
        }
        assert!(!tag.is_in(&HeaderMap::new()));
        assert!(names_any(&asking("*")) && !names_any(&asking("\"*\"")));
    }
}
