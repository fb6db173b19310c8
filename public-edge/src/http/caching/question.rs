//! What is asked, in one spelling, and the ETag of its answer.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::snapshot::current::Generation;

/// Stands in front of a parameter's name and of its value.
const PARAMETER: u8 = 0xFF;
/// Stands in front of anything else that an answer depends on.
const MARK: u8 = 0xFE;
/// What most questions take, in bytes: the digest is 64 of them.
const USUAL_BYTES: usize = 192;

/// All that an answer depends on but the build and the settings: the database, the path, the parameters in one order.
/// The same question has the same text, and so one ETag and one place in the cache; two questions never have the same
/// one, since no UTF-8 text holds the bytes between the parts.
#[must_use]
pub struct Question {
    text: Vec<u8>,
    /// How much of the text names the database.
    database_bytes: usize,
    /// The number of the generation that is asked.
    generation: u64,
}

impl Question {
    /// A question about this snapshot, by its path.
    pub fn new(generation: &Generation, path: &str) -> Self {
        let empty = Self { text: Vec::with_capacity(USUAL_BYTES), database_bytes: 0, generation: generation.number };
        let mut question = empty.marked(generation.manifest.database.sha256.as_str());
        question.database_bytes = question.text.len();
        question.marked(path)
    }

    /// The question where the answer also depends on `mark`. Marks come before parameters, always as many for one path.
    pub fn marked(mut self, mark: &str) -> Self {
        self.push(MARK, mark);
        self
    }

    /// The question where the answer also shows the manifest, which a renewal changes without the database.
    pub fn of_edition(self, generation: &Generation) -> Self {
        self.marked(&generation.manifest.sequence.to_string())
    }

    /// The question with all parameters of a URL.
    pub fn with_query(self, uri: &Uri) -> Self {
        let query = uri.query().unwrap_or_default().as_bytes();
        self.with(url::form_urlencoded::parse(query).collect())
    }

    /// The question with the parameters that matter, whatever the order of their names. Values of one name keep theirs:
    /// the first may be the one that counts.
    pub fn with<T: AsRef<str>>(mut self, mut parameters: Vec<(T, T)>) -> Self {
        parameters.sort_by(|(one, _), (other, _)| one.as_ref().cmp(other.as_ref()));
        for (name, value) in &parameters {
            self.push(PARAMETER, name.as_ref());
            self.push(PARAMETER, value.as_ref());
        }
        self
    }

    fn push(&mut self, bound: u8, part: &str) {
        self.text.push(bound);
        self.text.extend_from_slice(part.as_bytes());
    }

    /// The place of the answer in the cache.
    pub(super) fn key(&self) -> &[u8] {
        &self.text
    }

    /// The beginning of the key that all questions to this database share.
    pub(super) fn database(&self) -> &[u8] {
        &self.text[..self.database_bytes]
    }

    /// The number of the generation; later ones have higher numbers.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// The ETag of the answer under these settings: weak, and half a SHA-256.
    pub(super) fn etag(&self, settings_mark: &str) -> HeaderValue {
        let digest = Sha256::new()
            .chain_update(concat!(env!("CARGO_PKG_VERSION"), "\n"))
            .chain_update(settings_mark)
            .chain_update(&self.text)
            .finalize();
        let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..16]));
        HeaderValue::try_from(tag).unwrap_or(HeaderValue::from_static("W/\"\""))
    }
}

/// Whether an `If-None-Match` names a tag (RFC 9110 section 13.1.2, weak comparison). `*` names none: only rendering
/// tells whether anything exists.
pub(in crate::http) fn names_tag(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let own = tag.to_str().map(opaque).unwrap_or_default();
    listed_tags(headers).any(|listed| opaque(listed) == own)
}

fn opaque(tag: &str) -> &str {
    tag.trim_start_matches("W/").trim_matches('"')
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

    fn empty() -> Question {
        Question { text: Vec::new(), database_bytes: 0, generation: 1 }
    }

    fn text(url: &str) -> Vec<u8> {
        let uri = url.parse().expect("a URL");
        empty().with_query(&uri).text
    }

    #[test]
    fn the_order_of_parameters_does_not_matter_and_their_bounds_do() {
        assert_eq!(text("/a?x=1&y=2"), text("/a?y=2&x=1"));
        assert_eq!(text("/a?x=%41"), text("/a?x=A"));
        assert_ne!(text("/a?x=1"), text("/a?x=2"));
        assert_ne!(text("/a?x=1&x=2"), text("/a?x=2&x=1"));
        assert_eq!(text("/a?x=1&y=0&x=2"), text("/a?x=1&x=2&y=0"));
        assert_ne!(text("/a?x=1%FFy%FF2"), text("/a?x=1&y=2"));
        assert_ne!(text("/a?x=&=y"), text("/a?x=y&="));
    }

    fn asking(if_none_match: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::try_from(if_none_match).expect("a value"))])
    }

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong() {
        let tag = empty().etag("settings");
        let own = tag.to_str().expect("text");
        for listed in [own, &own[2..], &format!("\"x\", {own}")] {
            assert!(names_tag(&asking(listed), &tag), "{listed}");
        }
        let mut lines = asking("\"x\"");
        lines.append(header::IF_NONE_MATCH, tag.clone());
        assert!(names_tag(&lines, &tag), "in a second line");
        for listed in ["*", "\"\"", "W/\"other\""] {
            assert!(!names_tag(&asking(listed), &tag), "{listed}");
        }
        assert!(!names_tag(&HeaderMap::new(), &tag));
        assert!(names_any(&asking("*")) && !names_any(&asking("\"*\"")));
    }
}
