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

/// A compressed database, by the digest of the plain one.
pub fn blob(database: &Sha256Hex) -> String {
    format!("blobs/{}/{database}/catalog_read.db.zst", database.shard())
}

/// A manifest's very bytes, kept under its sequence.
pub fn history(sequence: u64, snapshot_id: &str) -> String {
    format!("history/{sequence:016}-{snapshot_id}.json")
}

/// One rendition of a cover, by the digest of the picture as it was found.
pub fn cover(picture: &Sha256Hex, size: u32, ext: &str) -> String {
    format!("covers/{}/{picture}/{size}.{ext}", picture.shard())
}

/// The folder of a cover's renditions, with its final slash.
pub fn cover_folder(picture: &Sha256Hex) -> String {
    format!("covers/{}/{picture}/", picture.shard())
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
        assert!(is_database_key("catalog_read.db", &digest));
        assert!(!is_database_key("../catalog_read.db", &digest));
    }
}
