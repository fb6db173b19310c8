//! Fields: attributes in XML, members in JSON.
//!
//! Lists are made of tens of thousands of them, so each is written with one look at the room that is left, and none
//! that is empty or a number asks how many bytes to copy.

use catalog_core::model::AnyId;

use super::characters::{escape_attribute, is_plain, legible};
use super::digits::Digits;
use super::{Notation, Printer};

/// Whole numbers, as the catalog has them.
pub(in crate::http::subsonic) trait Whole: itoa::Integer + TryInto<u32> + Copy {}
impl Whole for i32 {}
impl Whole for i64 {}
impl Whole for u32 {}
impl Whole for u64 {}

impl Printer {
    /// A text field.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "names are literals: inlined, they are written without a loop over them")]
    pub(in crate::http::subsonic) fn text(&mut self, name: &str, text: &str) {
        if self.leaves_out(name) {
            return;
        }
        if text.is_empty() {
            self.put_text(name, b"");
        } else if is_plain(text, self.notation) {
            self.put_text(name, text.as_bytes());
        } else {
            self.escaped_text(name, text);
        }
    }

    /// A text field of digits, letters and marks that both notations write as they are.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    pub(in crate::http::subsonic) fn plain_text(&mut self, name: &str, text: &[u8]) {
        if !self.leaves_out(name) {
            self.put_text(name, text);
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    fn put_text(&mut self, name: &str, text: &[u8]) {
        match self.notation {
            Notation::Xml => self.attribute(name, text),
            Notation::Json => self.out.put_all([b"\"", name.as_bytes(), b"\":\"", text, b"\","]),
        }
    }

    /// A text field with characters that have to be spelled otherwise.
    #[cold]
    fn escaped_text(&mut self, name: &str, text: &str) {
        match self.notation {
            Notation::Xml => {
                let escaped = escape_attribute(&legible(text)).into_owned();
                self.attribute(name, escaped.as_bytes());
            }
            Notation::Json => {
                self.out.put_all([b"\"", name.as_bytes(), b"\":"]);
                self.json_string(text);
            }
        }
    }

    /// A text field that is left out when there is none.
    #[inline]
    pub(in crate::http::subsonic) fn optional_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An id; its characters need no escaping.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    pub(in crate::http::subsonic) fn id(&mut self, name: &str, id: impl Into<AnyId>) {
        if self.leaves_out(name) {
            return;
        }
        let id = id.into();
        let (name, prefix) = (name.as_bytes(), id.prefix().as_bytes());
        match (self.notation, Digits::of(id.number())) {
            (Notation::Xml, Some(number)) => self.out.put_short([b" ", name, b"=\"", prefix], number.into(), b"\""),
            (Notation::Json, Some(number)) => {
                self.out.put_short([b"\"", name, b"\":\"", prefix], number.into(), b"\",");
            }
            (Notation::Xml, None) => self.out.put_all([b" ", name, b"=\"", id.to_string().as_bytes(), b"\""]),
            (Notation::Json, None) => self.out.put_all([b"\"", name, b"\":\"", id.to_string().as_bytes(), b"\","]),
        }
    }

    /// A whole number.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    pub(in crate::http::subsonic) fn number(&mut self, name: &str, number: impl Whole) {
        let Some(digits) = Digits::of(number) else {
            return self.scalar(name, itoa::Buffer::new().format(number));
        };
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => self.out.put_short([b" ", name.as_bytes(), b"=\""], digits.into(), b"\""),
            Notation::Json => self.out.put_short([b"\"", name.as_bytes(), b"\":"], digits.into(), b","),
        }
    }

    /// A whole number that is left out when there is none.
    #[inline]
    pub(in crate::http::subsonic) fn optional_number(&mut self, name: &str, number: Option<impl Whole>) {
        if let Some(number) = number {
            self.number(name, number);
        }
    }

    /// A number with a fraction; left out when there is none or it is not finite.
    pub(in crate::http::subsonic) fn decimal(&mut self, name: &str, number: Option<f64>) {
        let finite = number.and_then(serde_json::Number::from_f64);
        if let Some(number) = finite {
            self.scalar(name, &number.to_string());
        }
    }

    /// A yes or no.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    pub(in crate::http::subsonic) fn flag(&mut self, name: &str, flag: bool) {
        if flag { self.scalar(name, "true") } else { self.scalar(name, "false") }
    }

    /// A number or a flag, which both notations spell the same.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    fn scalar(&mut self, name: &str, scalar: &str) {
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => self.attribute(name, scalar.as_bytes()),
            Notation::Json => self.out.put_all([b"\"", name.as_bytes(), b"\":", scalar.as_bytes(), b","]),
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    fn attribute(&mut self, name: &str, value: &[u8]) {
        debug_assert!(self.is_tag_open, "an attribute comes after content");
        self.out.put_all([b" ", name.as_bytes(), b"=\"", value, b"\""]);
    }
}
