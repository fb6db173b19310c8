//! Which characters an answer may hold, and how XML spells them.

use std::borrow::Cow;

/// The bytes that both notations write as they are.
const PLAIN: [bool; 256] = plain_bytes();

const fn plain_bytes() -> [bool; 256] {
    // EF begins U+FFFE and U+FFFF, which XML forbids, and full-width letters, which are looked at more closely.
    const OTHERS: [u8; 7] = [b'"', b'\\', b'<', b'>', b'&', b'\'', 0xEF];
    let mut plain = [true; 256];
    let mut control = 0;
    while control < b' ' as usize {
        plain[control] = false;
        control += 1;
    }
    let mut other = 0;
    while other < OTHERS.len() {
        plain[OTHERS[other] as usize] = false;
        other += 1;
    }
    plain
}

/// Whether a text can be written as it is, as most are: one look instead of an escape's several.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| PLAIN[usize::from(byte)])
}

/// A text that both notations can say: the characters that XML 1.0 forbids (section 2.2) become U+FFFD.
pub(super) fn legible(text: &str) -> Cow<'_, str> {
    if text.contains(is_forbidden) { Cow::Owned(text.replace(is_forbidden, "\u{FFFD}")) } else { Cow::Borrowed(text) }
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
