//! Which characters an answer may hold, and how XML spells them.

use std::borrow::Cow;

use super::Notation;

/// What JSON, or both notations, may have to spell otherwise.
const IN_BOTH: u8 = 1;
/// What XML alone has to.
const IN_XML: u8 = 2;

/// How each byte of a text has to be looked at.
const LOOKS: [u8; 256] = looks();

const fn looks() -> [u8; 256] {
    let mut looks = [0; 256];
    let mut control = 0;
    while control < b' ' as usize {
        looks[control] = IN_BOTH;
        control += 1;
    }
    looks[b'"' as usize] = IN_BOTH;
    looks[b'\\' as usize] = IN_BOTH;
    // The first byte of U+FFFE and U+FFFF, which XML forbids, and of full-width letters.
    looks[0xEF] = IN_BOTH;
    looks[b'<' as usize] = IN_XML;
    looks[b'>' as usize] = IN_XML;
    looks[b'&' as usize] = IN_XML;
    looks[b'\'' as usize] = IN_XML;
    looks
}

/// Whether a text can be written as it is, as most are: one look instead of an escape's several. It is taken to the end:
/// texts are short, and asking at each byte whether to go on takes longer.
#[inline]
pub(super) fn is_plain(text: &str, notation: Notation) -> bool {
    let seen = text.bytes().fold(0, |seen, byte| seen | LOOKS[usize::from(byte)]);
    seen == 0 || (seen == IN_XML && notation == Notation::Json)
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
