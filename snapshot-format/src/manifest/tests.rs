//! What a manifest must be to be followed.

use super::*;

/// A manifest that is followed.
pub(crate) fn manifest() -> Manifest {
    let sha256 = Sha256Hex::of(b"database");
    Manifest {
        snapshot_id: snapshot_id(1, 2, &sha256),
        generated_at: "2026-01-02T03:04:05Z".parse().expect("a time"),
        schema_version: 1,
        playlist_count: 1,
        track_count: 2,
        file_count: 3,
        cover_count: 0,
        format: FORMAT,
        sequence: 7,
        publisher_id: None,
        expires_at: None,
        min_reader_version: 1,
        album_count: 0,
        artist_count: 0,
        database: Database {
            key: keys::blob(&sha256),
            sha256,
            size_bytes: 10,
            encoding: Some(Encoding::Zstd),
            stored_bytes: 5,
        },
        deltas: Vec::new(),
        access: None,
        public_base_url: None,
        signatures: Vec::new(),
    }
}

#[test]
fn written_and_read_back() {
    let bytes = manifest().to_bytes().expect("bytes");
    assert_eq!(Manifest::from_bytes(&bytes).expect("a manifest"), manifest());
}

#[test]
fn unknown_fields_are_ignored() {
    let text = String::from_utf8(manifest().to_bytes().expect("bytes")).expect("text");
    let later = text.replacen('{', "{ \"of_a_later_version\": [1, 2],", 1);
    assert_eq!(Manifest::from_bytes(later.as_bytes()).expect("a manifest"), manifest());
}

#[test]
fn what_must_not_be_followed_is_refused() {
    let refuse = |change: fn(&mut Manifest)| {
        let mut changed = manifest();
        change(&mut changed);
        let bytes = serde_json::to_vec(&changed).expect("JSON");
        Manifest::from_bytes(&bytes).expect_err("must be refused").to_string()
    };
    assert!(refuse(|m| m.format = 2).contains("format 2"));
    assert!(refuse(|m| m.schema_version = 2).contains("schema version 2"));
    assert!(refuse(|m| m.min_reader_version = 9).contains("reader version 9"));
    assert!(refuse(|m| m.sequence = MAX_SEQUENCE + 1).contains("2^53"));
    assert!(refuse(|m| m.database.key = "../../etc/passwd".into()).contains("not one of this layout"));
    assert!(
        refuse(|m| m.access = Some(Access { key: "access/../manifest.json".into(), sha256: Sha256Hex::of(b"") }))
            .contains("access key")
    );
    assert!(refuse(|m| m.track_count = 5).contains("snapshot_id"));
}

#[test]
fn size_is_checked_before_parsing() {
    let bytes = vec![b' '; MAX_MANIFEST_BYTES + 1];
    assert!(matches!(Manifest::from_bytes(&bytes), Err(ManifestError::TooLarge(_))));
}
