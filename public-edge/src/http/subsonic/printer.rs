//! Writes an answer once, for both notations: a field is an attribute in XML and a member in JSON.
//!
//! There is no tree in between: the views call the printer in order, an object's own fields first and what it
//! contains after them, since XML has attributes only inside a start tag. In JSON a comma follows everything, and what
//! closes takes the last one back.

mod characters;
mod lists;
#[cfg(test)]
mod tests;

use catalog_core::model::AnyId;

use crate::http::buffers::Buffer;
use characters::{escape_attribute, escape_content, is_plain, legible};

/// What one answer usually takes, in bytes.
const USUAL_BYTES: usize = 16 * 1024;

/// The way an answer is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Notation {
    /// Elements and attributes.
    Xml,
    /// Objects and arrays.
    Json,
}

/// Whole numbers, as the catalog has them.
pub(super) trait Whole: itoa::Integer {}
impl Whole for i32 {}
impl Whole for i64 {}
impl Whole for u32 {}
impl Whole for u64 {}

/// A document being written.
pub(super) struct Printer {
    out: Buffer,
    notation: Notation,
    /// XML: the start tag still takes attributes.
    is_tag_open: bool,
    /// Names below the payload that are not printed.
    left_out: LeftOut,
    /// 2 in the envelope, 3 in its payload, and so on.
    depth: u32,
}

/// Groups of names of what an answer goes without.
pub(super) type LeftOut = &'static [&'static [&'static str]];

impl Printer {
    /// A document whose root is called `root`, with its namespace in XML.
    ///
    /// # Errors
    /// What `fill` answers; what it printed until then is dropped.
    pub(super) fn document<E>(
        notation: Notation,
        root: &str,
        namespace: &str,
        left_out: LeftOut,
        fill: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<Buffer, E> {
        let out = Buffer::with_room(USUAL_BYTES);
        let mut printer = Self { out, notation, is_tag_open: false, left_out, depth: 0 };
        let mut filled = Ok(());
        match notation {
            Notation::Xml => printer.xml_root(root, namespace, |element| filled = fill(element)),
            Notation::Json => printer.braces(|outer| outer.object(root, |object| filled = fill(object))),
        }
        printer.out.take_back(b',');
        filled.map(|()| printer.out)
    }

    /// Makes room for what is about to be written, in bytes, so that it is not moved as it grows.
    pub(super) fn expect(&mut self, bytes: usize) {
        self.out.expect(bytes);
    }

    /// One object.
    pub(super) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => self.element(name, fill),
            Notation::Json => {
                self.out.put_all([b"\"", name.as_bytes(), b"\":"]);
                self.braces(fill);
            }
        }
    }

    /// A text field.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "names are literals: inlined, they are written without a loop over them")]
    pub(super) fn text(&mut self, name: &str, text: &str) {
        if self.leaves_out(name) {
            return;
        }
        if is_plain(text, self.notation) {
            self.put_text(name, text.as_bytes());
        } else {
            self.escaped_text(name, text);
        }
    }

    /// A text field of digits, letters and marks that both notations write as they are.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    pub(super) fn plain_text(&mut self, name: &str, text: &[u8]) {
        if !self.leaves_out(name) {
            self.put_text(name, text);
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    fn put_text(&mut self, name: &str, text: &[u8]) {
        match self.notation {
            Notation::Xml => self.attribute([name.as_bytes(), b"=\"", text]),
            Notation::Json => self.out.put_all([b"\"", name.as_bytes(), b"\":\"", text, b"\","]),
        }
    }

    /// A text field that is left out when there is none.
    #[inline]
    pub(super) fn optional_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An id; its characters need no escaping.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    pub(super) fn id(&mut self, name: &str, id: impl Into<AnyId>) {
        if self.leaves_out(name) {
            return;
        }
        let (id, mut digits) = (id.into(), itoa::Buffer::new());
        let (prefix, number) = (id.prefix().as_bytes(), digits.format(id.number()).as_bytes());
        match self.notation {
            Notation::Xml => self.attribute([name.as_bytes(), b"=\"", prefix, number]),
            Notation::Json => self.out.put_all([b"\"", name.as_bytes(), b"\":\"", prefix, number, b"\","]),
        }
    }

    /// A whole number.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    pub(super) fn number(&mut self, name: &str, number: impl Whole) {
        self.scalar(name, itoa::Buffer::new().format(number));
    }

    /// A whole number that is left out when there is none.
    #[inline]
    pub(super) fn optional_number(&mut self, name: &str, number: Option<impl Whole>) {
        if let Some(number) = number {
            self.number(name, number);
        }
    }

    /// A number with a fraction; left out when there is none or it is not finite.
    pub(super) fn decimal(&mut self, name: &str, number: Option<f64>) {
        let finite = number.and_then(serde_json::Number::from_f64);
        if let Some(number) = finite {
            self.scalar(name, &number.to_string());
        }
    }

    /// A yes or no.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    pub(super) fn flag(&mut self, name: &str, flag: bool) {
        self.scalar(name, if flag { "true" } else { "false" });
    }

    /// The text of the object itself: an element's content, or the member `value`.
    pub(super) fn value(&mut self, text: &str) {
        match self.notation {
            Notation::Xml => {
                self.end_start_tag();
                self.out.put(escape_content(&legible(text)).as_bytes());
            }
            Notation::Json => self.text("value", text),
        }
    }

    /// A text that is an element of its own in XML, as the information about artists and albums has it.
    pub(super) fn text_element(&mut self, name: &str, text: &str) {
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => self.element(name, |element| element.value(text)),
            Notation::Json => self.text(name, text),
        }
    }

    /// Whether this name is left out here. What every operation has, in the envelope, never is.
    #[inline]
    fn leaves_out(&self, name: &str) -> bool {
        !self.left_out.is_empty() && self.is_among_left_out(name)
    }

    #[cold]
    fn is_among_left_out(&self, name: &str) -> bool {
        self.depth > 2 && self.left_out.iter().any(|names| names.contains(&name))
    }

    /// A number or a flag, which both notations spell the same.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    fn scalar(&mut self, name: &str, scalar: &str) {
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => self.attribute([name.as_bytes(), b"=\"", scalar.as_bytes()]),
            Notation::Json => self.out.put_all([b"\"", name.as_bytes(), b"\":", scalar.as_bytes(), b","]),
        }
    }

    fn xml_root(&mut self, root: &str, namespace: &str, fill: impl FnOnce(&mut Self)) {
        self.out.put(br#"<?xml version="1.0" encoding="UTF-8"?>"#);
        // JSON has braces around the root.
        self.depth = 1;
        self.element(root, |element| {
            element.text("xmlns", namespace);
            fill(element);
        });
    }

    fn element(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.end_start_tag();
        self.out.put_all([b"<", name.as_bytes()]);
        self.is_tag_open = true;
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        if std::mem::take(&mut self.is_tag_open) {
            self.out.put(b"/>");
        } else {
            self.out.put_all([b"</", name.as_bytes(), b">"]);
        }
    }

    fn end_start_tag(&mut self) {
        if std::mem::take(&mut self.is_tag_open) {
            self.out.put(b">");
        }
    }

    /// An attribute whose pieces are its name, `="` and the value.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `text`")]
    fn attribute<const PIECES: usize>(&mut self, pieces: [&[u8]; PIECES]) {
        debug_assert!(self.is_tag_open, "an attribute comes after content");
        self.out.put(b" ");
        self.out.put_all(pieces);
        self.out.put(b"\"");
    }

    fn braces(&mut self, fill: impl FnOnce(&mut Self)) {
        self.out.put(b"{");
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        self.close(*b"},");
    }

    /// Ends an object or an array.
    fn close(&mut self, end: [u8; 2]) {
        self.out.take_back(b',');
        self.out.put(&end);
    }

    /// A text field with characters that have to be spelled otherwise.
    #[cold]
    fn escaped_text(&mut self, name: &str, text: &str) {
        match self.notation {
            Notation::Xml => {
                let escaped = escape_attribute(&legible(text)).into_owned();
                self.attribute([name.as_bytes(), b"=\"", escaped.as_bytes()]);
            }
            Notation::Json => {
                self.out.put_all([b"\"", name.as_bytes(), b"\":"]);
                self.json_string(text);
            }
        }
    }

    /// A text in a list.
    fn json_text(&mut self, text: &str) {
        if is_plain(text, Notation::Json) {
            self.out.put_all([b"\"", text.as_bytes(), b"\","]);
        } else {
            self.json_string(text);
        }
    }

    fn json_string(&mut self, text: &str) {
        // Neither writing to memory nor serializing a text can fail.
        let _ = serde_json::to_writer(&mut self.out, &legible(text));
        self.out.put(b",");
    }
}
