//! Which characters an answer may hold, and how XML spells them.

use std::borrow::Cow;

/// A text that both notations can say: the characters that XML 1.0 forbids (section 2.2) become U+FFFD.
pub(super) fn legible(text: &str) -> Cow<'_, str> {
    // U+FFFE and U+FFFF begin with the byte EF; so do full-width letters, which the exact look then lets through.
    let suspicious = text.bytes().any(|byte| byte < b' ' || byte == 0xEF);
    if suspicious && text.contains(is_forbidden) {
        Cow::Owned(text.replace(is_forbidden, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_forbidden(character: char) -> bool {
    let control = character < ' ' && !matches!(character, '\t' | '\n' | '\r');
    control || matches!(character, '\u{FFFE}' | '\u{FFFF}')
}

/// A text as an attribute's value. Readers turn white space in attributes into blanks unless it is written as a
/// character reference (XML 1.0, section 3.3.3).
pub(super) fn escape_attribute(text: &str) -> Cow<'_, str> {
    let escaped = quick_xml::escape::escape(text);
    if escaped.bytes().any(|byte| byte < b' ') {
        Cow::Owned(escaped.replace('\t', "&#9;").replace('\n', "&#10;").replace('\r', "&#13;"))
    } else {
        escaped
    }
}

/// A text as an element's content. Readers turn carriage returns into line feeds (XML 1.0, section 2.11).
pub(super) fn escape_content(text: &str) -> Cow<'_, str> {
    let escaped = quick_xml::escape::escape(text);
    if escaped.contains('\r') { Cow::Owned(escaped.replace('\r', "&#13;")) } else { escaped }
}
