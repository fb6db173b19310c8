//! Lists: repeated elements in XML, an array in JSON.

use std::io;

use super::{Notation, Printer};
use crate::http::buffers::Buffer;

/// A list being written.
pub(in crate::http::subsonic) struct Items<'p> {
    printer: &'p mut Printer,
    name: &'p str,
}

impl Items<'_> {
    /// One more object.
    pub(in crate::http::subsonic) fn item(&mut self, fill: impl FnOnce(&mut Printer)) {
        match self.printer.notation {
            Notation::Xml => self.printer.element(self.name, fill),
            Notation::Json => self.printer.braces(fill),
        }
    }

    /// How much is printed, in bytes.
    pub(in crate::http::subsonic) fn length(&self) -> usize {
        self.printer.out.written().len()
    }

    /// Items that [`Printer::loose_items`] printed; `read` gives their bytes.
    pub(in crate::http::subsonic) fn printed(
        &mut self,
        bytes: usize,
        read: impl FnOnce(&mut [u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.printer.out.fill(bytes, read)
    }
}

impl Printer {
    /// Items of a list that comes later, in JSON with all their fields.
    pub(in crate::http::subsonic) fn loose_items<T>(fill: impl FnOnce(&mut Items<'_>) -> T) -> (Buffer, T) {
        let mut printer = Self::new(Notation::Json, &[]);
        let filled = fill(&mut Items { printer: &mut printer, name: "" });
        (printer.out, filled)
    }

    /// Whether loose items can stand in this document.
    pub(in crate::http::subsonic) fn takes_loose_items(&self) -> bool {
        self.notation == Notation::Json && self.left_out.is_empty()
    }

    /// Objects of one name: repeated elements, or an array that is there even when it is empty.
    pub(in crate::http::subsonic) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Self, T),
    ) {
        if self.leaves_out(name) {
            return;
        }
        self.items(name, |list| items.into_iter().for_each(|item| list.item(|object| fill(object, item))));
    }

    /// Objects of one name that come one by one; they are never left out.
    #[inline]
    pub(in crate::http::subsonic) fn items<T>(&mut self, name: &str, fill: impl FnOnce(&mut Items<'_>) -> T) -> T {
        if self.notation == Notation::Xml {
            return fill(&mut Items { printer: self, name });
        }
        self.out.put_all([b"\"", name.as_bytes(), b"\":["]);
        let filled = fill(&mut Items { printer: self, name });
        self.close(*b"],");
        filled
    }

    /// Plain texts of one name.
    #[inline]
    pub(in crate::http::subsonic) fn texts<'a>(&mut self, name: &str, items: impl IntoIterator<Item = &'a str>) {
        self.plain_items(name, items, |printer, item| printer.element_text(name, item), Self::json_text);
    }

    /// Whole numbers of one name.
    pub(in crate::http::subsonic) fn numbers(&mut self, name: &str, items: &[u64]) {
        let digits: Vec<String> = items.iter().map(u64::to_string).collect();
        let in_json = |printer: &mut Self, digits: &str| printer.out.put_all([digits.as_bytes(), b","]);
        let digits = digits.iter().map(String::as_str);
        self.plain_items(name, digits, |printer, item| printer.element_text(name, item), in_json);
    }

    #[inline]
    fn plain_items<'a>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = &'a str>,
        in_xml: impl Fn(&mut Self, &str),
        in_json: impl Fn(&mut Self, &str),
    ) {
        if self.leaves_out(name) {
            return;
        }
        let mut items = items.into_iter();
        match self.notation {
            Notation::Xml => items.for_each(|item| in_xml(self, item)),
            Notation::Json => match items.next() {
                None => self.out.put_all([b"\"", name.as_bytes(), b"\":[],"]),
                Some(first) => {
                    self.out.put_all([b"\"", name.as_bytes(), b"\":["]);
                    std::iter::once(first).chain(items).for_each(|item| in_json(self, item));
                    self.close(*b"],");
                }
            },
        }
    }

    fn element_text(&mut self, name: &str, text: &str) {
        self.element(name, |element| element.value(text));
    }
}
