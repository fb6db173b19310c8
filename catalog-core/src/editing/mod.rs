//! What an owner says of a track or an album in place of its files' tags.
//!
//! Edits lie over what the files say: an import that reads a file again lays them over its new tags, and taking one back
//! shows what the tags say by then. A field is known by its name; each has a [`Slot`] in the record, which knows what may
//! be in it.

mod album;
mod slot;
mod track;

use std::collections::BTreeMap;

pub use slot::{EditError, MAX_LIST, MAX_NUMBER, Slot, Value};

/// What was said, by the field's name.
pub type Edits = BTreeMap<String, Value>;

/// What is to be said; nothing where the tags are to be believed again.
pub type Patch = BTreeMap<String, Option<Value>>;

/// A record whose fields can be edited.
pub trait Editable: Clone + Default {
    /// The fields that an owner edits.
    const FIELDS: &'static [&'static str];

    /// What else edits may change, so that it has to be kept to take them back.
    const BESIDE: &'static [&'static str] = &[];

    /// The place of a field; `None` when there is none of that name.
    fn slot(&mut self, field: &str) -> Option<Slot<'_>>;

    /// Makes what follows from the edits agree with them.
    fn settle(&mut self, edits: &Edits) {
        let _ = edits;
    }
}

/// All that edits can change, as it is.
pub fn values_of<R: Editable>(record: &R) -> Edits {
    let mut record = record.clone();
    let fields = R::FIELDS.iter().chain(R::BESIDE);
    fields.filter_map(|field| Some(((*field).to_owned(), record.slot(field)?.value()))).collect()
}

/// Makes the fields what they were when [`values_of`] was asked.
pub fn restore<R: Editable>(record: &mut R, values: &Edits) {
    for (field, value) in values {
        if let Some(slot) = record.slot(field) {
            slot.set(value);
        }
    }
}

/// Lays edits over a record.
pub fn apply<R: Editable>(record: &mut R, edits: &Edits) {
    restore(record, edits);
    record.settle(edits);
}

/// Puts what was found where a record is blank, and answers what that was.
pub fn fill<R: Editable>(record: &mut R, found: &Edits) -> Edits {
    let mut filled = Edits::new();
    for (field, value) in found {
        if let Some(slot) = record.slot(field).filter(Slot::is_blank) {
            slot.set(value);
            filled.insert(field.clone(), value.clone());
        }
    }
    filled
}

/// Takes away what was filled, where it still is.
pub fn take_away<R: Editable>(record: &mut R, filled: &Edits) {
    for (field, value) in filled {
        if let Some(slot) = record.slot(field).filter(|slot| slot.value() == *value) {
            slot.set(&value.emptied());
        }
    }
}

/// Adds what a patch says to edits, each value as its field has it then, and takes back what it takes back.
///
/// # Errors
/// For a field that nobody edits, and a value that it can't have; the edits are as they were.
pub fn merge<R: Editable>(edits: &Edits, patch: &Patch) -> Result<Edits, EditError> {
    let (mut merged, mut sample) = (edits.clone(), R::default());
    for (field, value) in patch {
        let known = R::FIELDS.contains(&field.as_str());
        let slot = known.then(|| sample.slot(field)).flatten();
        let slot = slot.ok_or_else(|| EditError::Unknown { field: field.clone() })?;
        let Some(value) = value else {
            merged.remove(field);
            continue;
        };
        let value = slot.checked(value).map_err(|wants| EditError::Value { field: field.clone(), wants })?;
        merged.insert(field.clone(), value);
    }
    Ok(merged)
}

#[cfg(test)]
mod tests;
