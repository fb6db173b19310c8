//! The headers of a stream: what the bytes are, how long they may be kept, and what a saved file is called.

use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName,
    LAST_MODIFIED, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use catalog_core::media_type;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::library::stream_locations::StreamLocation;

use super::conditions::Outcome;
use super::representation::Representation;

/// RFC 8187's `attr-char` beyond letters and digits.
const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The longest name without its extension, in characters: with UTF-8's 4 bytes each it still fits a file system's 255.
const MAX_NAME_CHARS: usize = 60;

/// What a 304 has too: validators and freshness. `fresh_secs` is `None` where the bytes may change under the token.
pub(super) fn validators(found: &Representation, fresh_secs: Option<i64>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    insert(&mut headers, ETAG, &found.etag);
    if found.is_past {
        let seconds = u64::try_from(found.modified_unix).unwrap_or(0);
        let modified = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        insert(&mut headers, LAST_MODIFIED, &httpdate::fmt_http_date(modified));
    }
    match fresh_secs {
        Some(secs) => insert(&mut headers, CACHE_CONTROL, &format!("public, max-age={secs}, immutable")),
        None => insert(&mut headers, CACHE_CONTROL, "no-cache"),
    }
    headers
}

/// What describes the body of a 200 or a 206.
pub(super) fn describe(headers: &mut HeaderMap, found: &Representation, outcome: &Outcome, as_attachment: bool) {
    let bytes = outcome.bytes(found.size_bytes);
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type::of_extension(&found.location.ext)));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.end - bytes.start));
    if let Outcome::Part(part) = outcome {
        insert(headers, CONTENT_RANGE, &format!("bytes {}-{}/{}", part.start, part.end - 1, found.size_bytes));
    }
    if as_attachment {
        insert(headers, CONTENT_DISPOSITION, &attachment(&found.location));
    }
}

/// Nothing that comes here can fail to be a header; if it did, the header would be left out.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// `Content-Disposition` with a name made from the tags: RFC 6266, for old clients in ASCII, for all others in UTF-8.
fn attachment(location: &StreamLocation) -> String {
    let name = file_name(location);
    let ascii: String = name.chars().map(|c| if c.is_ascii() && c != '%' { c } else { '_' }).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(&name, ATTR_CHAR))
}

/// `Artist - Title.ext`, with nothing in it that a file system or a shell could take for more than a letter.
fn file_name(location: &StreamLocation) -> String {
    let title = clean(&location.title);
    let artist = location.artist.as_deref().map(clean).filter(|artist| !artist.is_empty());
    let name = match (artist, title.is_empty()) {
        (Some(artist), false) => format!("{artist} - {title}"),
        (Some(name), true) => name,
        (None, false) => title,
        (None, true) => "track".to_owned(),
    };
    let short: String = name.chars().take(MAX_NAME_CHARS).collect();
    let ext: String = location.ext.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}.{}", short.trim_end_matches([' ', '.']), if ext.is_empty() { "bin" } else { &ext })
}

fn clean(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control() && !is_invisible(*c));
    let safe: String = kept.map(|c| if r#"\/:*?"<>|"#.contains(c) { '_' } else { c }).collect();
    safe.trim().trim_start_matches('.').to_owned()
}

/// Marks that turn the direction of text or have no width: with them a name can look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{StreamLocation, attachment};

    fn location(artist: Option<&str>, title: &str, ext: &str) -> StreamLocation {
        StreamLocation {
            location_id: 1,
            root: "/music".into(),
            locator: "secret folder/01.flac".into(),
            ext: ext.into(),
            size_bytes: 1,
            mtime_ns: 1,
            title: title.into(),
            artist: artist.map(str::to_owned),
            part: None,
        }
    }

    #[rstest]
    #[case(
        Some("Björk"),
        "Jóga",
        "flac",
        r#"attachment; filename="Bj_rk - J_ga.flac"; filename*=UTF-8''Bj%C3%B6rk%20-%20J%C3%B3ga.flac"#
    )]
    #[case(
        None,
        "../../etc/passwd",
        "mp3",
        r#"attachment; filename="_.._etc_passwd.mp3"; filename*=UTF-8''_.._etc_passwd.mp3"#
    )]
    #[case(
        Some("a\r\nb\""),
        "c;d\u{202e}3pm",
        "ogg",
        r#"attachment; filename="ab_ - c;d3pm.ogg"; filename*=UTF-8''ab_%20-%20c%3Bd3pm.ogg"#
    )]
    #[case(Some("  "), "...", "", r#"attachment; filename="track.bin"; filename*=UTF-8''track.bin"#)]
    #[case(None, "100%", "mp3", r#"attachment; filename="100_.mp3"; filename*=UTF-8''100%25.mp3"#)]
    fn a_saved_file_is_named_by_its_tags(
        #[case] artist: Option<&str>,
        #[case] title: &str,
        #[case] ext: &str,
        #[case] header: &str,
    ) {
        assert_eq!(attachment(&location(artist, title, ext)), header);
    }

    #[test]
    fn a_long_name_fits_a_file_system() {
        let header = attachment(&location(Some("周"), &"杰".repeat(500), "flac"));
        assert!(header.matches("%E6%9D%B0").count() < super::MAX_NAME_CHARS, "{header}");
    }
}
