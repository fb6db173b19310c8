//! Conditional requests in the order of RFC 9110 section 13.2.2, then the range. Pure.

use std::ops::Range;

use axum::http::header::{
    HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE,
};
use axum::http::{HeaderMap, Method};

use super::StreamError;
use super::range::{self, Asked};
use super::representation::Representation;

/// The request headers that decide, as they came.
#[derive(Default, Debug)]
pub(super) struct Wish {
    /// Whether only the head is asked for.
    pub(super) is_head: bool,
    if_match: Option<String>,
    if_unmodified_since: Option<i64>,
    if_none_match: Option<String>,
    if_modified_since: Option<i64>,
    if_range: Option<String>,
    range: Option<String>,
}

/// What is sent when nothing stands against it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// 200.
    Whole,
    /// 206 with these bytes.
    Part(Range<u64>),
    /// 304.
    NotModified,
}

impl Outcome {
    /// The bytes that the body has.
    pub(super) fn bytes(&self, size_bytes: u64) -> Range<u64> {
        match self {
            Self::Whole => 0..size_bytes,
            Self::Part(part) => part.clone(),
            Self::NotModified => 0..0,
        }
    }
}

impl Wish {
    pub(super) fn new(method: &Method, headers: &HeaderMap) -> Self {
        Self {
            is_head: method == Method::HEAD,
            if_match: list(headers, &IF_MATCH),
            if_unmodified_since: date(headers, &IF_UNMODIFIED_SINCE),
            if_none_match: list(headers, &IF_NONE_MATCH),
            if_modified_since: date(headers, &IF_MODIFIED_SINCE),
            if_range: single(headers, &IF_RANGE),
            range: single(headers, &RANGE),
        }
    }
}

/// The header's lines as one list; a line that is not ASCII matches nothing.
fn list(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default());
    headers.contains_key(name).then(|| lines.collect::<Vec<_>>().join(","))
}

/// The header's value when there is one line of it.
fn single(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut lines = headers.get_all(name).iter();
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    line.to_str().ok().map(str::to_owned)
}

/// Unix seconds; what is not a date is as if it weren't there.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<i64> {
    representation_date(&single(headers, name)?)
}

fn representation_date(text: &str) -> Option<i64> {
    let since_epoch = httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since_epoch.as_secs()).ok()
}

/// Decides what is sent.
///
/// # Errors
/// A failed precondition (412) or a range that the file doesn't have (416).
pub(super) fn evaluate(wish: &Wish, found: &Representation) -> Result<Outcome, StreamError> {
    let unmet = match (&wish.if_match, wish.if_unmodified_since) {
        (Some(tags), _) => !any_tag(tags, |tag| tag == found.etag),
        (None, Some(date)) => found.modified_unix > date,
        (None, None) => false,
    };
    if unmet {
        return Err(StreamError::PreconditionFailed);
    }
    let is_known = match (&wish.if_none_match, wish.if_modified_since) {
        (Some(tags), _) => any_tag(tags, |tag| tag.strip_prefix("W/").unwrap_or(tag) == found.etag),
        (None, Some(date)) => found.modified_unix <= date,
        (None, None) => false,
    };
    if is_known {
        return Ok(Outcome::NotModified);
    }
    cut(wish, found)
}

fn any_tag(tags: &str, is_ours: impl Fn(&str) -> bool) -> bool {
    // Our own tags hold no comma, so that a foreign one that does can't be taken for ours.
    tags.trim() == "*" || tags.split(',').any(|tag| is_ours(tag.trim()))
}

/// A range is defined for GET alone (RFC 9110 section 14.2).
fn cut(wish: &Wish, found: &Representation) -> Result<Outcome, StreamError> {
    let is_same = wish.if_range.as_deref().is_none_or(|validator| {
        validator.trim() == found.etag || representation_date(validator) == Some(found.modified_unix)
    });
    let Some(header) = wish.range.as_deref().filter(|_| is_same && !wish.is_head) else { return Ok(Outcome::Whole) };
    match range::parse(header, found.size_bytes) {
        Asked::Whole => Ok(Outcome::Whole),
        Asked::Part(part) => Ok(Outcome::Part(part)),
        Asked::Unsatisfiable => Err(StreamError::NoSuchRange { size_bytes: found.size_bytes }),
    }
}
