//! Writes an answer once, for both notations: a field is an attribute in XML and a member in JSON.
//!
//! There is no tree in between: the views call the printer in order, an object's own fields first and what it
//! contains after them, since XML has attributes only inside a start tag.

mod characters;
mod lists;
#[cfg(test)]
mod tests;

use crate::http::buffers;
use catalog_core::model::AnyId;
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
pub(super) trait Whole: serde::Serialize + Copy {}
impl Whole for i32 {}
impl Whole for i64 {}
impl Whole for u32 {}
impl Whole for u64 {}

/// A document being written.
pub(super) struct Printer {
    out: Vec<u8>,
    notation: Notation,
    /// JSON: the next member is its object's first.
    is_first: bool,
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
    ) -> Result<Vec<u8>, E> {
        let out = Vec::with_capacity(USUAL_BYTES);
        let mut printer = Self { out, notation, is_first: true, is_tag_open: false, left_out, depth: 0 };
        let mut filled = Ok(());
        match notation {
            Notation::Xml => printer.xml_root(root, namespace, |element| filled = fill(element)),
            Notation::Json => printer.braces(|outer| outer.object(root, |object| filled = fill(object))),
        }
        filled.map(|()| printer.out)
    }

    /// Makes room for what is about to be written, in bytes, so that it is not moved as it grows.
    pub(super) fn expect(&mut self, bytes: usize) {
        if self.out.capacity() - self.out.len() < bytes {
            let mut larger = buffers::take(self.out.len() + bytes);
            larger.extend_from_slice(&self.out);
            self.out = larger;
        }
    }

    /// One object.
    pub(super) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => self.element(name, fill),
            Notation::Json => {
                self.key(name);
                self.braces(fill);
            }
        }
    }

    /// A text field.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `key`")]
    pub(super) fn text(&mut self, name: &str, text: &str) {
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => {
                self.attribute(name, |out| write_attribute(out, text));
            }
            Notation::Json => {
                self.key(name);
                self.json_string(text);
            }
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
    #[expect(clippy::inline_always, reason = "as `key`")]
    pub(super) fn id(&mut self, name: &str, id: impl Into<AnyId>) {
        if self.leaves_out(name) {
            return;
        }
        let id = id.into();
        match self.notation {
            Notation::Xml => self.attribute(name, |out| write_id(out, id)),
            Notation::Json => {
                self.key(name);
                self.out.push(b'"');
                write_id(&mut self.out, id);
                self.out.push(b'"');
            }
        }
    }

    /// A whole number.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `key`")]
    pub(super) fn number(&mut self, name: &str, number: impl Whole) {
        self.scalar(name, &number);
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
        if let Some(number) = number.filter(|number| number.is_finite()) {
            self.scalar(name, &number);
        }
    }

    /// A yes or no.
    #[inline]
    pub(super) fn flag(&mut self, name: &str, flag: bool) {
        self.scalar(name, &flag);
    }

    /// The text of the object itself: an element's content, or the member `value`.
    pub(super) fn value(&mut self, text: &str) {
        match self.notation {
            Notation::Xml => {
                self.end_start_tag();
                self.out.extend_from_slice(escape_content(&legible(text)).as_bytes());
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
    fn leaves_out(&self, name: &str) -> bool {
        !self.left_out.is_empty() && self.depth > 2 && self.left_out.iter().any(|names| names.contains(&name))
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `key`")]
    fn scalar(&mut self, name: &str, scalar: &impl serde::Serialize) {
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => self.attribute(name, |out| write_json(out, scalar)),
            Notation::Json => {
                self.key(name);
                self.json(scalar);
            }
        }
    }

    fn xml_root(&mut self, root: &str, namespace: &str, fill: impl FnOnce(&mut Self)) {
        self.out.extend_from_slice(br#"<?xml version="1.0" encoding="UTF-8"?>"#);
        // JSON has braces around the root.
        self.depth = 1;
        self.element(root, |element| {
            element.text("xmlns", namespace);
            fill(element);
        });
    }

    fn element(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.end_start_tag();
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        self.is_tag_open = true;
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        if std::mem::take(&mut self.is_tag_open) {
            self.out.extend_from_slice(b"/>");
        } else {
            self.out.extend_from_slice(b"</");
            self.out.extend_from_slice(name.as_bytes());
            self.out.push(b'>');
        }
    }

    fn end_start_tag(&mut self) {
        if std::mem::take(&mut self.is_tag_open) {
            self.out.push(b'>');
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `key`")]
    fn attribute(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>)) {
        debug_assert!(self.is_tag_open, "the attribute {name} comes after content");
        self.out.push(b' ');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"=\"");
        write(&mut self.out);
        self.out.push(b'"');
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "names are literals: inlined, they are written without a loop over them")]
    fn key(&mut self, name: &str) {
        if std::mem::take(&mut self.is_first) {
            self.out.push(b'"');
        } else {
            self.out.extend_from_slice(b",\"");
        }
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    #[inline]
    fn comma(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
    }

    fn braces(&mut self, fill: impl FnOnce(&mut Self)) {
        self.out.push(b'{');
        self.is_first = true;
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        self.is_first = false;
        self.out.push(b'}');
    }

    fn json_string(&mut self, text: &str) {
        if is_plain(text) {
            self.out.reserve(text.len() + 2);
            self.out.push(b'"');
            self.out.extend_from_slice(text.as_bytes());
            self.out.push(b'"');
        } else {
            write_json(&mut self.out, &legible(text));
        }
    }

    fn json(&mut self, scalar: &impl serde::Serialize) {
        write_json(&mut self.out, scalar);
    }
}

/// A text as an attribute's value.
fn write_attribute(out: &mut Vec<u8>, text: &str) {
    if is_plain(text) {
        out.extend_from_slice(text.as_bytes());
    } else {
        out.extend_from_slice(escape_attribute(&legible(text)).as_bytes());
    }
}

/// The text of an id, without the detour over a formatter: a song has eight of them.
fn write_id(out: &mut Vec<u8>, id: AnyId) {
    out.extend_from_slice(id.prefix().as_bytes());
    write_json(out, &id.number());
}

/// JSON's spelling of texts and numbers; XML has the same one for numbers and flags.
fn write_json(out: &mut Vec<u8>, scalar: &impl serde::Serialize) {
    // Neither writing to memory nor serializing a scalar can fail.
    let _ = serde_json::to_writer(out, scalar);
}
