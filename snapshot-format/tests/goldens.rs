//! A format version is a folder of goldens in `testdata`.

use std::fs;
use std::path::{Path, PathBuf};

use snapshot_format::Manifest;
use snapshot_format::read_schema::SCHEMA_VERSION;
use snapshot_format::signature::{PublicKey, SigningKey, sign, signed_text, verify};

fn testdata(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(format!("v{version}"))
}

#[test]
fn every_schema_version_has_goldens() {
    for version in 1..=SCHEMA_VERSION {
        let folder = testdata(version);
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        assert!(names.iter().any(|name| name == "manifest.json"), "v{version} has no manifest: {names:?}");
        for source in names.iter().filter_map(|name| name.strip_suffix(".sql")) {
            assert!(names.contains(&format!("{source}.rows.txt")), "v{version} has no rows of {source}");
        }
        assert!(names.iter().any(|name| name.ends_with(".rows.txt")), "v{version} has no rows: {names:?}");
    }
}

#[test]
fn manifests_of_every_version_are_read() {
    for version in 1..=SCHEMA_VERSION {
        let bytes = fs::read(testdata(version).join("manifest.json")).expect("a manifest");
        let manifest = Manifest::from_bytes(&bytes).expect("a manifest that is followed");
        assert_eq!(manifest.schema_version, version);
        if version == SCHEMA_VERSION {
            assert_eq!(
                String::from_utf8(manifest.to_bytes().expect("bytes")),
                String::from_utf8(bytes),
                "written as it was read: the layout of the newest version is fixed"
            );
        }
    }
}

/// The key of docs/snapshot-format.md's example: 32 bytes of 7. The signature in the golden was made by another program.
#[test]
fn the_golden_manifest_is_signed_as_the_page_says() {
    let folder = testdata(SCHEMA_VERSION);
    let golden = Manifest::from_bytes(&fs::read(folder.join("manifest.json")).expect("a manifest")).expect("followed");
    let text = fs::read_to_string(folder.join("manifest.signed-text")).expect("the text");
    assert_eq!(signed_text(&golden), text);
    let public: PublicKey = "ed25519:6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=".parse().expect("a key");
    assert_eq!(public.id(), "fe812c12f3ab4ce6");
    verify(&golden, &[public]).expect("signed");
    let mut ours = golden.clone();
    sign(&mut ours, &SigningKey::from_seed(&[7; 32]));
    assert_eq!(ours, golden);
}
