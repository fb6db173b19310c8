//! What is asked, in one spelling, and the ETag of its answer.

use std::borrow::Cow;
use std::fmt::Write;

use axum::http::{HeaderValue, Uri};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::snapshot::current::Generation;

/// A path with its parameters in one order, so that the same question has one ETag and one place in the cache.
pub struct Question {
    text: String,
}

impl Question {
    /// A question from its path and the parameters that matter, whatever their order.
    pub fn new(path: &str, mut parameters: Vec<(Cow<'_, str>, Cow<'_, str>)>) -> Self {
        parameters.sort_unstable();
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

    /// Whether an `If-None-Match` names this tag (RFC 9110 section 13.1.2, weak comparison). `*` is left to
    /// rendering: only that tells whether anything exists.
    pub(super) fn is_in(self, if_none_match: Option<&HeaderValue>) -> bool {
        let Some(listed) = if_none_match.and_then(|value| value.to_str().ok()) else { return false };
        let own = URL_SAFE_NO_PAD.encode(self.0.to_be_bytes());
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"') == own;
        listed.split(',').any(opaque)
    }
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
        assert_ne!(text("/a?x=1%0A1:y=2"), text("/a?x=1&y=2"));
    }

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong() {
        let tag = Etag(7);
        let own = tag.to_header();
        let opaque = own.to_str().expect("text").trim_start_matches("W/").to_owned();
        for listed in [own.to_str().expect("text"), &opaque, &format!("\"x\", W/{opaque}")] {
            assert!(tag.is_in(Some(&HeaderValue::try_from(listed).expect("a value"))), "{listed}");
        }
        for listed in ["*", "\"\"", "W/\"other\""] {
            assert!(!tag.is_in(Some(&HeaderValue::from_static(listed))), "{listed}");
        }
        assert!(!tag.is_in(None));
    }
}
