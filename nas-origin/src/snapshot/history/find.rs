//! Which snapshot an owner means: by its id, its sequence, or the beginning of its database's digest.

use snapshot_format::{Manifest, Sha256Hex};

use super::{Entry, HistoryError, entries, manifests};
use crate::snapshot::store::Store;

/// Fewer hex digits than these name nothing.
const MIN_PREFIX: usize = 4;

/// The newest snapshot that `id` names.
pub(in crate::snapshot) fn find(store: &Store, id: &str) -> Result<Manifest, HistoryError> {
    let entries = entries(store)?;
    let entry = choose(&entries, id)?;
    let unknown = || HistoryError::Unknown { id: id.to_owned() };
    let mut read = manifests(store, std::slice::from_ref(entry))?;
    let manifest = read.pop().unwrap_or(Ok(None))?.ok_or_else(unknown)?;
    let is_meant =
        !is_hex(id) || id.len() <= entry.database().len() || manifest.database.sha256.as_str().starts_with(id);
    if is_meant { Ok(manifest) } else { Err(unknown()) }
}

/// The newest snapshot of a database.
pub(in crate::snapshot) fn find_database(
    store: &Store,
    database: &Sha256Hex,
) -> Result<Option<Manifest>, HistoryError> {
    let has_it = |entry: &Entry| entry.database() == database.short();
    let of_it: Vec<Entry> = entries(store)?.into_iter().filter(has_it).collect();
    let read: Vec<_> = manifests(store, &of_it)?.into_iter().collect::<Result<_, _>>()?;
    Ok(read.into_iter().flatten().rfind(|manifest| manifest.database.sha256 == *database))
}

/// Several entries of one database are one snapshot that was renewed or came back: the newest stands for it.
fn choose<'a>(entries: &'a [Entry], id: &str) -> Result<&'a Entry, HistoryError> {
    let by_sequence = |entry: &&Entry| id.parse() == Ok(entry.sequence);
    let by_prefix = |entry: &&Entry| {
        let prefix = &id[..id.len().min(entry.database().len())];
        is_hex(id) && id.len() >= MIN_PREFIX && entry.database().starts_with(prefix)
    };
    let exact = entries.iter().rev().find(|entry| entry.snapshot_id == id);
    if let Some(entry) = exact {
        return Ok(entry);
    }
    let mut matches: Vec<&Entry> = entries.iter().filter(by_sequence).collect();
    if matches.is_empty() {
        matches = entries.iter().filter(by_prefix).collect();
    }
    matches.sort_by(|a, b| (&a.snapshot_id, b.sequence).cmp(&(&b.snapshot_id, a.sequence)));
    matches.dedup_by(|a, b| a.snapshot_id == b.snapshot_id);
    match *matches {
        [] => Err(HistoryError::Unknown { id: id.to_owned() }),
        [entry] => Ok(entry),
        _ => Err(HistoryError::Ambiguous {
            id: id.to_owned(),
            matches: matches.iter().map(|entry| entry.snapshot_id.clone()).collect(),
        }),
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(sequence: u64, database: &str) -> Entry {
        Entry { sequence, snapshot_id: format!("snap-playlists-1-tracks-2-{database}"), written_at: 0 }
    }

    fn chosen(id: &str) -> Result<u64, String> {
        let entries = [
            entry(1, "abcd000000000001"),
            entry(2, "abcd000000000002"),
            entry(3, "abcd000000000001"),
            entry(4, "1234567890123456"),
            entry(1234, "eeee000000000000"),
        ];
        choose(&entries, id).map(|entry| entry.sequence).map_err(|error| error.to_string())
    }

    #[test]
    fn an_id_a_sequence_or_a_beginning() {
        assert_eq!(chosen("snap-playlists-1-tracks-2-abcd000000000001"), Ok(3), "the newest");
        assert_eq!(chosen("2"), Ok(2));
        assert_eq!(chosen("0000000000000002"), Ok(2), "as the key has it");
        assert_eq!(chosen("eeee"), Ok(1234));
        assert_eq!(chosen("1234"), Ok(1234), "a sequence before a digest");
        assert_eq!(chosen("12345"), Ok(4));
        assert_eq!(chosen(&format!("eeee000000000000{}", "0".repeat(48))), Ok(1234), "a whole digest");
    }

    #[test]
    fn what_names_none_or_several_is_refused_with_advice() {
        for id in ["", "9", "abc", "snap", "ffff", "ABCD", "é", "../../x"] {
            assert!(chosen(id).expect_err(id).contains("snapshots list"), "{id}");
        }
        let words = chosen("abcd").expect_err("two");
        assert!(words.contains("0001 or snap-") && words.contains("write more"), "{words}");
    }
}
