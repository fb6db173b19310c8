//! Numbers for names, given in the order in which the names are first seen.

use std::collections::HashMap;
use std::rc::Rc;

/// Names with their numbers, from 0.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Rc<str>, u32>,
    names: Vec<Rc<str>>,
}

impl Names {
    /// The number of a name, and whether it is new.
    pub(super) fn number(&mut self, name: &str) -> (u32, bool) {
        if let Some(number) = self.numbers.get(name) {
            return (*number, false);
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let name: Rc<str> = name.into();
        self.numbers.insert(Rc::clone(&name), number);
        self.names.push(name);
        (number, true)
    }

    /// The name of a number.
    pub(super) fn name(&self, number: u32) -> &Rc<str> {
        &self.names[number as usize]
    }

    /// The id of a number; ids begin with 1.
    pub(super) fn id(number: u32) -> i64 {
        i64::from(number) + 1
    }

    /// All names by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }
}

/// The parts of a text that names several, parted by ` / `; each once.
pub(super) fn split(names: &str) -> impl Iterator<Item = &str> {
    let parts = || names.split(" / ").map(str::trim).filter(|name| !name.is_empty());
    parts()
        .enumerate()
        .filter(move |(at, name)| !parts().take(*at).any(|earlier| earlier == *name))
        .map(|(_, name)| name)
}
