//! Lists: repeated elements in XML, an array in JSON.

use super::{Notation, Printer};

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
            Notation::Json => {
                self.printer.comma();
                self.printer.braces(fill);
            }
        }
    }
}

impl Printer {
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
    pub(in crate::http::subsonic) fn items<T>(&mut self, name: &str, fill: impl FnOnce(&mut Items<'_>) -> T) -> T {
        if self.notation == Notation::Json {
            self.key(name);
            self.out.push(b'[');
        }
        self.is_first = true;
        let filled = fill(&mut Items { printer: self, name });
        self.is_first = false;
        if self.notation == Notation::Json {
            self.out.push(b']');
        }
        filled
    }

    /// Plain texts of one name.
    pub(in crate::http::subsonic) fn texts<'a>(&mut self, name: &str, items: impl IntoIterator<Item = &'a str>) {
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => {
                for item in items {
                    self.element(name, |element| element.value(item));
                }
            }
            Notation::Json => self.array(name, items, Self::json_string),
        }
    }

    /// Whole numbers of one name.
    pub(in crate::http::subsonic) fn numbers(&mut self, name: &str, items: &[u64]) {
        if self.leaves_out(name) {
            return;
        }
        match self.notation {
            Notation::Xml => {
                for item in items {
                    self.element(name, |element| element.value(&item.to_string()));
                }
            }
            Notation::Json => self.array(name, items, Self::json),
        }
    }

    fn array<T>(&mut self, name: &str, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.key(name);
        self.out.push(b'[');
        self.is_first = true;
        for item in items {
            self.comma();
            write(self, item);
        }
        self.is_first = false;
        self.out.push(b']');
    }
}
