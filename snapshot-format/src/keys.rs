//! Object keys: the one layout of every store (SNAPSHOT.md section 1).

use crate::Sha256Hex;

/// The only mutable object.
pub const MANIFEST: &str = "manifest.json";

/// The name of the plain database beside a manifest that `export-snapshot` wrote.
pub const PLAIN_DATABASE: &str = "catalog_read.db";

/// `Cache-Control` of the manifest.
pub const MANIFEST_CACHE_CONTROL: &str = "no-cache";

/// `Cache-Control` of every other object.
pub const IMMUTABLE_CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// The folder of what a publisher writes and removes at once, to learn something of the store.
pub const PROBES: &str = "probe";

/// A compressed database, by the digest of the plain one.
pub fn blob(database: &Sha256Hex) -> String {
    format!("blobs/{}/{database}/catalog_read.db.zst", database.shard())
}

/// The digest that the key of a compressed database tells; `None` for any other key.
pub fn parse_blob(key: &str) -> Option<Sha256Hex> {
    let digest = Sha256Hex::try_from(key.split('/').nth(2)?.to_owned()).ok()?;
    Some(digest).filter(|digest| blob(digest) == key)
}

/// A manifest's very bytes, kept under its sequence.
pub fn history(sequence: u64, snapshot_id: &str) -> String {
    format!("history/{sequence:016}-{snapshot_id}.json")
}

/// The sequence and the snapshot's id that the key of a history entry tells; `None` for any other key.
pub fn parse_history(key: &str) -> Option<(u64, &str)> {
    let (sequence, snapshot_id) = key.strip_prefix("history/")?.strip_suffix(".json")?.split_once('-')?;
    let is_sequence = sequence.len() == 16 && sequence.bytes().all(|byte| byte.is_ascii_digit());
    Some((sequence.parse().ok().filter(|_| is_sequence)?, snapshot_id))
}

/// An object to learn something of the store by; the number is random.
pub fn probe(number: u128) -> String {
    format!("{PROBES}/{number:032x}")
}

/// The patch that makes one database of another, by the digests of both.
pub fn delta(from: &Sha256Hex, to: &Sha256Hex) -> String {
    format!("deltas/{from}-{to}.zpatch")
}

/// One rendition of a cover, by the digest of the picture as it was found.
pub fn cover(picture: &Sha256Hex, size: u32, ext: &str) -> String {
    format!("covers/{}/{picture}/{size}.{ext}", picture.shard())
}

/// The folder of a cover's renditions, with its final slash.
pub fn cover_folder(picture: &Sha256Hex) -> String {
    format!("covers/{}/{picture}/", picture.shard())
}

/// Encrypted credentials of listeners, by the digest of the object.
pub fn access(object: &Sha256Hex) -> String {
    format!("access/{object}.bin")
}

/// Whether a key is one of this layout's immutable objects. A bucket may hold others, which are nobody's here to remove.
pub fn is_immutable(key: &str) -> bool {
    let is_digest = |text: &str| Sha256Hex::try_from(text.to_owned()).is_ok();
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let parts: Vec<&str> = key.split('/').collect();
    match *parts.as_slice() {
        ["history", _] => parse_history(key).is_some(),
        ["blobs", ..] => parse_blob(key).is_some(),
        ["deltas", name] => {
            let ends = name.strip_suffix(".zpatch").and_then(|name| name.split_once('-'));
            ends.is_some_and(|(from, to)| is_digest(from) && is_digest(to))
        }
        ["covers", shard, picture, name] => {
            let rendition = name.split_once('.');
            let is_rendition = rendition.is_some_and(|(size, ext)| size.parse::<u32>().is_ok() && is_word(ext));
            is_digest(picture) && picture.starts_with(shard) && shard.len() == 2 && is_rendition
        }
        ["audio", shard, name] => {
            let is_file = name.split_once('.').is_some_and(|(digest, ext)| is_digest(digest) && is_word(ext));
            is_file && name.starts_with(shard) && shard.len() == 2
        }
        ["access", name] => name.strip_suffix(".bin").is_some_and(is_digest),
        [PROBES, name] => is_word(name) && name.len() == 32,
        _ => false,
    }
}

/// Whether a manifest's `database.key` is one that an edge follows: the blob of that very digest, or the plain file.
/// Nothing else is fetched on a manifest's word.
pub fn is_database_key(key: &str, database: &Sha256Hex) -> bool {
    key == PLAIN_DATABASE || key == blob(database)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_design() {
        let digest = Sha256Hex::of(b"");
        let hex = digest.as_str();
        assert_eq!(blob(&digest), format!("blobs/e3/{hex}/catalog_read.db.zst"));
        assert_eq!(cover(&digest, 300, "jpg"), format!("covers/e3/{hex}/300.jpg"));
        assert_eq!(history(7, "snap-x"), "history/0000000000000007-snap-x.json");
        assert_eq!(parse_history(&history(7, "snap-x")), Some((7, "snap-x")));
        for other in ["history/7-snap-x.json", "history/+000000000000007-x.json", "history/0000000000000007-x", "x"] {
            assert_eq!(parse_history(other), None, "{other}");
        }
        assert_eq!(delta(&digest, &digest), format!("deltas/{hex}-{hex}.zpatch"));
        assert!(is_database_key("catalog_read.db", &digest));
        assert!(!is_database_key("../catalog_read.db", &digest));
    }

    #[test]
    fn what_is_of_the_layout_is_told_from_what_is_not() {
        let (one, two) = (Sha256Hex::of(b"1"), Sha256Hex::of(b"2"));
        let ours = [
            history(7, "snap-x"),
            blob(&one),
            format!("deltas/{one}-{two}.zpatch"),
            cover(&one, 300, "jpg"),
            format!("audio/{}/{one}.flac", one.shard()),
            access(&one),
            probe(7),
        ];
        assert!(ours.iter().all(|key| is_immutable(key)), "{ours:?}");
        assert_eq!(parse_blob(&ours[1]), Some(one.clone()));
        let others = [
            MANIFEST.to_owned(),
            PLAIN_DATABASE.to_owned(),
            "history/notes.txt".to_owned(),
            format!("blobs/00/{one}/catalog_read.db.zst"),
            format!("blobs/{}/{one}/other", one.shard()),
            format!("covers/{}/{one}/large.jpg", one.shard()),
            format!("covers/{}/{one}/300.jpg/x", one.shard()),
            "audio/Björk/Debut/01.flac".to_owned(),
            "audio/01/track.flac".to_owned(),
            format!("deltas/{one}.zpatch"),
            format!("elsewhere/{one}.bin"),
        ];
        assert!(!others.iter().any(|key| is_immutable(key)), "{others:?}");
    }
}
