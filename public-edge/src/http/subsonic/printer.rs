//! Writes an answer once, for both notations: a field is an attribute in XML and a member in JSON.
//!
//! There is no tree in between: the views call the printer in order, an object's own fields first and what it
//! contains after them, since XML has attributes only inside a start tag. In JSON a comma follows everything, and what
//! closes takes the last one back.

mod characters;
mod digits;
mod fields;
mod lists;
#[cfg(test)]
mod tests;

use crate::http::buffers::Buffer;
use characters::{escape_content, is_plain, legible};
pub(super) use digits::eight_digits;

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
        let mut printer = Self::new(notation, left_out);
        let mut filled = Ok(());
        match notation {
            Notation::Xml => printer.xml_root(root, namespace, |element| filled = fill(element)),
            Notation::Json => printer.braces(|outer| outer.object(root, |object| filled = fill(object))),
        }
        printer.out.take_back(b',');
        filled.map(|()| printer.out)
    }

    fn new(notation: Notation, left_out: LeftOut) -> Self {
        Self { out: Buffer::with_room(USUAL_BYTES), notation, is_tag_open: false, left_out, depth: 0 }
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
