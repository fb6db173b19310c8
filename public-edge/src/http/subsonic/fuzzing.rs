//! What a fuzzer calls with any bytes: the readers of queries and of ids. Tests call them with some of proptest's.

use catalog_core::model::{AlbumId, AnyId, ArtistId, PlaylistId, TrackId};

use super::call::operation;
use super::format::Format;
use super::params::{MAX_COUNT, Params};
use super::quirks;

/// Reads a query or a form, and what an operation reads of it.
///
/// # Panics
/// What is read cannot be.
pub fn read_query(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut params = Params::default();
    let outcome = params.add(text);
    let pairs: Vec<(&str, &str)> = params.pairs().collect();
    let written = text.split('&').filter(|pair| !pair.is_empty()).count();
    assert!(pairs.len() == written || (outcome.is_err() && pairs.len() < written));
    for (name, _) in &pairs {
        let first = pairs.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        assert_eq!(params.given(name), first);
        assert!(params.find(name).is_none_or(|value| !value.is_empty()));
    }
    assert!(params.firsts().iter().all(|(name, value)| params.given(name) == Some(value)));
    if let Ok(Format::Jsonp(callback)) = Format::of(&params) {
        assert!(callback.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_$.".contains(&byte)));
    }
    assert!(params.count("size", 10).is_ok_and(|count| count as u64 <= MAX_COUNT) || params.find("size").is_some());
    quirks::left_out_for(params.find("c"));
}

/// Reads the name of an operation and an id of every kind from a text.
///
/// # Panics
/// The name is another one, or a text that is read as an id is not how that id is written.
pub fn read_id(text: &str) {
    assert_eq!(operation(&format!("/rest/{text}.view")), text);
    let read = [
        text.parse::<TrackId>().ok().map(|id| id.to_string()),
        text.parse::<AlbumId>().ok().map(|id| id.to_string()),
        text.parse::<ArtistId>().ok().map(|id| id.to_string()),
        text.parse::<PlaylistId>().ok().map(|id| id.to_string()),
    ];
    let any = text.parse::<AnyId>().ok().map(|id| id.to_string());
    assert!(read.iter().chain([&any]).flatten().all(|written| written == text), "{text:?}");
    assert_eq!(any.is_some(), read.iter().filter(|id| id.is_some()).count() == 1, "{text:?}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            read_query(&bytes);
        }

        #[test]
        fn what_looks_like_a_query_is_read(text in "([a-z]{0,6}(=|==|)([a-zA-Z0-9.+%_$]|%[0-9A-Fa-f]{2}){0,12}(&|&&|)){0,30}") {
            read_query(text.as_bytes());
            read_query(format!("f=jsonp&callback={text}&size={text}&c={text}").as_bytes());
        }

        #[test]
        fn any_text_is_read_as_an_id(text in any::<String>()) {
            read_id(&text);
        }

        #[test]
        fn what_looks_like_an_id_is_read(text in "(tr|al|ar|pl|ge|)-?[+-]?0{0,2}[0-9]{0,21}[ \u{661}a]?") {
            read_id(&text);
        }
    }
}
