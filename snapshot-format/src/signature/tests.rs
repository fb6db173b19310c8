//! A vector that other programs can check themselves with, and that nothing signed can be changed.

use proptest::prelude::*;

use super::*;
use crate::manifest::tests::manifest;
use crate::manifest::{Access, Delta, Manifest};
use crate::{Sha256Hex, keys as object_keys};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn signed() -> Manifest {
    let mut manifest = manifest();
    manifest.publisher_id = Some("catalog".to_owned());
    manifest.expires_at = Some("2026-02-01T03:04:05Z".parse().expect("a time"));
    manifest.public_base_url = Some("https://cdn.example".to_owned());
    let sha256 = Sha256Hex::of(b"access");
    manifest.access = Some(Access { key: object_keys::access(&sha256), sha256 });
    sign(&mut manifest, &key(7));
    manifest
}

fn trusted() -> [PublicKey; 1] {
    [key(7).public_key()]
}

#[test]
fn keys_are_written_as_the_design_says() {
    let line = key(7).public_key().to_string();
    assert_eq!(line, "ed25519:6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=");
    assert_eq!(line.parse::<PublicKey>().expect("a key"), key(7).public_key());
    let secret = key(7).to_secret_line();
    assert_eq!(secret, "ed25519-secret:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
    assert_eq!(format!("# mine\n{secret}\n\n").parse::<SigningKey>().expect("a key").public_key(), key(7).public_key());
}

#[test]
fn a_line_that_is_no_key_is_explained_and_not_repeated() {
    let refused = |line: &str| line.parse::<PublicKey>().expect_err("must be refused");
    assert_eq!(refused("hunter2"), KeyError::NotPublic);
    assert_eq!(refused(&key(7).to_secret_line()), KeyError::SecretForPublic);
    assert_eq!(refused("ed25519:AAAA"), KeyError::Encoding);
    assert_eq!(refused("ed25519:6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw"), KeyError::Encoding, "no padding");
    assert_eq!(refused(&format!("ed25519:{}", STANDARD.encode([0; 32]))), KeyError::Weak);
    let refused = |line: &str| line.parse::<SigningKey>().expect_err("must be refused");
    assert_eq!(refused(&key(7).public_key().to_string()), KeyError::PublicForSecret);
    assert_eq!(refused("hunter2"), KeyError::NotSecret);
    assert_eq!(refused(&[key(7), key(8)].map(|key| key.to_secret_line()).join("\n")), KeyError::NotSecret);
    assert_eq!(format!("{:?}", key(7)), format!("SigningKey({})", key(7).public_key().id()));
}

#[test]
fn the_signed_text_has_thirteen_lines() {
    let text = signed_text(&signed());
    assert_eq!(text.lines().count(), 13);
    assert!(text.starts_with("music-cloud-manifest-v1\n1\n7\nsnap-playlists-1-tracks-2-"), "{text}");
    let bare = signed_text(&manifest());
    assert!(bare.ends_with("\n10\n\n\n\n"), "what is absent is an empty line: {bare:?}");
}

#[test]
fn a_signed_manifest_is_written_read_and_vouched_for() {
    let bytes = signed().to_bytes().expect("bytes");
    let read = Manifest::from_bytes(&bytes).expect("a manifest");
    assert_eq!(verify(&read, &trusted()).expect("vouched for"), &trusted()[0]);
}

#[test]
fn an_unsigned_manifest_is_refused() {
    assert_eq!(verify(&manifest(), &trusted()), Err(SignatureError::Unsigned));
}

#[test]
fn a_strangers_signature_is_refused() {
    let mut manifest = signed();
    sign(&mut manifest, &key(8));
    let stranger = key(8).public_key().id().to_owned();
    assert_eq!(verify(&manifest, &trusted()), Err(SignatureError::UnknownKeys(stranger)));
    // Under the name of the key that is trusted it is no better.
    manifest.signatures[0].key_id = trusted()[0].id().to_owned();
    assert!(matches!(verify(&manifest, &trusted()), Err(SignatureError::Wrong(_))));
}

#[test]
fn one_trusted_key_among_strangers_is_enough() {
    let (mut manifest, mut other) = (signed(), signed());
    sign(&mut other, &key(8));
    manifest.signatures.insert(0, other.signatures[0].clone());
    assert_eq!(verify(&manifest, &trusted()).map(PublicKey::id), Ok(trusted()[0].id()));
    let both = [key(8).public_key(), key(7).public_key()];
    assert_eq!(verify(&manifest, &both).map(PublicKey::id), Ok(both[0].id()), "the first in the manifest's order");
}

#[test]
fn a_duplicate_signature_is_refused() {
    let mut manifest = signed();
    manifest.signatures.push(manifest.signatures[0].clone());
    assert!(matches!(verify(&manifest, &trusted()), Err(SignatureError::Duplicate(_))));
}

#[test]
fn more_signatures_than_anyone_makes_are_not_looked_at() {
    let mut manifest = signed();
    let one = manifest.signatures[0].clone();
    let many = (0..MAX_SIGNATURES).map(|n| Signature { key_id: format!("{n:016x}"), ..one.clone() });
    manifest.signatures.extend(many);
    assert_eq!(verify(&manifest, &trusted()), Err(SignatureError::TooMany(9)));
}

#[test]
fn a_strangers_words_do_not_reach_the_log() {
    let mut manifest = signed();
    manifest.signatures[0].key_id = "\u{1b}[2J please trust me".to_owned();
    let words = verify(&manifest, &trusted()).expect_err("must be refused").to_string();
    assert!(words.contains("an unreadable key id") && !words.contains("please"), "{words}");
}

/// The group's order L, little-endian: S + L counts as the same number, and is no signature by RFC 8032.
const ORDER: [u8; 32] =
    *b"\xed\xd3\xf5\x5c\x1a\x63\x12\x58\xd6\x9c\xf7\xa2\xde\xf9\xde\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10";

#[test]
fn a_signature_has_one_spelling() {
    let good = signed().signatures[0].signature.clone();
    let bytes = STANDARD.decode(&good).expect("base64");
    let mut malleable = bytes.clone();
    let mut carry = 0;
    for (digit, add) in malleable[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*digit) + u16::from(add) + carry;
        (*digit, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    for other in [STANDARD.encode(malleable), good.trim_end_matches('=').to_owned(), format!("{good}\n"), String::new()]
    {
        let mut manifest = signed();
        manifest.signatures[0].signature = other;
        assert!(matches!(verify(&manifest, &trusted()), Err(SignatureError::Wrong(_))));
    }
}

/// Every change of what is signed, by a number of the field.
fn change(manifest: &mut Manifest, field: u8, other: u32) {
    let sha256 = Sha256Hex::of(&other.to_le_bytes());
    match field {
        0 => manifest.format = manifest.format.wrapping_add(other),
        1 => manifest.sequence += u64::from(other),
        2 => manifest.snapshot_id.push('x'),
        3 => manifest.schema_version += other,
        4 => manifest.min_reader_version += other,
        5 => manifest.generated_at += jiff::SignedDuration::from_nanos(i64::from(other)),
        6 => manifest.expires_at = None,
        7 => manifest.expires_at = manifest.expires_at.map(|end| end + jiff::SignedDuration::from_secs(other.into())),
        8 => (manifest.database.key, manifest.database.sha256) = (object_keys::blob(&sha256), sha256),
        9 => manifest.database.size_bytes += u64::from(other),
        10 => manifest.access = None,
        11 => manifest.access = Some(Access { key: String::new(), sha256 }),
        12 => manifest.publisher_id = (!other.is_multiple_of(2)).then(|| format!("{other}")),
        _ => manifest.public_base_url = (!other.is_multiple_of(2)).then(|| format!("https://{other}.example")),
    }
}

proptest! {
    #[test]
    fn any_change_of_what_is_signed_breaks_it(field in 0_u8..14, other in 1_u32..u32::MAX / 2) {
        let mut manifest = signed();
        change(&mut manifest, field, other);
        prop_assert!(matches!(verify(&manifest, &trusted()), Err(SignatureError::Wrong(_))));
    }

    #[test]
    fn any_change_of_a_signature_breaks_it(byte in 0_usize..64, bit in 0_u8..8) {
        let mut manifest = signed();
        let mut bytes = STANDARD.decode(&manifest.signatures[0].signature).expect("base64");
        bytes[byte] ^= 1 << bit;
        manifest.signatures[0].signature = STANDARD.encode(bytes);
        prop_assert!(matches!(verify(&manifest, &trusted()), Err(SignatureError::Wrong(_))));
    }

    #[test]
    fn what_is_not_signed_may_differ(tracks in 0_u64..1000, stored in 0_u64..1000) {
        let mut manifest = signed();
        (manifest.track_count, manifest.database.stored_bytes) = (tracks, stored);
        manifest.deltas = vec![Delta { from_sha256: Sha256Hex::of(b""), key: "deltas/x".to_owned(), stored_bytes: stored }];
        prop_assert!(verify(&manifest, &trusted()).is_ok());
    }
}
