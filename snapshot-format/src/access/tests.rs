use super::*;
use crate::digest::hex;
use secrecy::ExposeSecret;

fn listener(listener_id: u64, name: &str, passwords: &[&str], api_keys: &[&str]) -> Listener {
    Listener {
        listener_id,
        name: name.to_owned(),
        passwords: passwords.iter().map(|password| SecretString::from(*password)).collect(),
        api_keys: api_keys.iter().map(|key| Sha256Hex::of(key.as_bytes())).collect(),
    }
}

fn two() -> Vec<Listener> {
    vec![listener(2, "Björk", &["zz\"\n", "aa"], &[]), listener(1, "ann", &["hush"], &["mck_b", "mck_a"])]
}

fn key() -> AccessKey {
    AccessKey::derive(&[7; 32]).expect("a key")
}

fn shown(listeners: &[Listener]) -> Vec<(u64, &str, Vec<&str>, Vec<&str>)> {
    listeners
        .iter()
        .map(|listener| {
            let passwords = listener.passwords.iter().map(ExposeSecret::expose_secret).collect();
            let keys = listener.api_keys.iter().map(Sha256Hex::as_str).collect();
            (listener.listener_id, listener.name.as_str(), passwords, keys)
        })
        .collect()
}

#[test]
fn what_is_sealed_is_opened_in_one_order() {
    let opened = open(&seal(two(), &key()).expect("sealed"), &key()).expect("opened");
    let mut keys = [Sha256Hex::of(b"mck_a"), Sha256Hex::of(b"mck_b")];
    keys.sort();
    let expected = [
        (1, "ann", vec!["hush"], keys.iter().map(Sha256Hex::as_str).collect()),
        (2, "Björk", vec!["aa", "zz\"\n"], Vec::new()),
    ];
    assert_eq!(shown(&opened), expected);
    assert!(open(&seal(Vec::new(), &key()).expect("sealed"), &key()).expect("nobody").is_empty());
}

#[test]
fn the_same_credentials_are_the_same_bytes_and_others_are_not() {
    let mut turned = two();
    turned.reverse();
    turned[1].passwords.reverse();
    let sealed = seal(two(), &key()).expect("sealed");
    assert_eq!(seal(turned, &key()).expect("sealed"), sealed);
    let fewer = vec![two().remove(1)];
    let other = seal(fewer, &key()).expect("sealed");
    assert_ne!(other[HEADER.len()..][..NONCE_BYTES], sealed[HEADER.len()..][..NONCE_BYTES]);
    assert_eq!(other.len(), sealed.len(), "the size doesn't say how many there are");
    assert!(!sealed.windows(4).any(|part| part == b"hush" || part == b"ann\""));
}

/// The golden was made by another program, from docs/snapshot-format.md's words.
#[test]
fn the_golden_is_what_is_sealed() {
    let golden = include_bytes!("../../testdata/v1/access.bin");
    assert_eq!(seal(two(), &key()).expect("sealed"), golden);
    assert_eq!(shown(&open(golden, &key()).expect("opened")).len(), 2);
}

#[test]
fn another_key_and_any_change_are_refused() {
    let sealed = seal(two(), &key()).expect("sealed");
    assert!(matches!(open(&sealed, &AccessKey::derive(&[8; 32]).expect("a key")), Err(AccessError::WrongKey)));
    for place in [0, 21, 22, 45, 46, sealed.len() / 2, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        let is_header = place < HEADER.len();
        let refused = open(&changed, &key()).expect_err("refused");
        assert_eq!(matches!(refused, AccessError::Foreign), is_header, "{place}: {refused}");
    }
    for length in [0, 21, 22, 45, 46, 61, sealed.len() - 1] {
        assert!(open(&sealed[..length], &key()).is_err(), "cut to {length}");
    }
    let large = [&HEADER[..], &vec![0; MAX_ACCESS_BYTES]].concat();
    assert!(matches!(open(&large, &key()), Err(AccessError::TooLarge(_))));
}

#[test]
fn what_is_no_list_of_listeners_is_refused_without_a_word_of_it() {
    let plain = br#"{"listeners":[{"id":1,"name":"ann","passwords":"hush"}]}"#;
    let nonce = XNonce::from([0; NONCE_BYTES]);
    let sealed = cipher(&key()).encrypt(&nonce, Payload { msg: plain, aad: HEADER }).expect("sealed");
    let refused = open(&[&HEADER[..], &nonce[..], &sealed].concat(), &key()).expect_err("refused");
    let words = format!("{refused} {refused:?}");
    assert!(matches!(refused, AccessError::Malformed(_)) && !words.contains("hush"), "{words}");
}

#[test]
fn more_than_an_edge_would_read_is_not_written() {
    let long = "x".repeat(1 << 20);
    let many = (0..20).map(|number| listener(number, "ann", &[&long], &[])).collect();
    assert!(matches!(seal(many, &key()), Err(AccessError::TooLarge(_))));
}

/// By another program: HKDF-SHA256 of 32 bytes of 7 with the purpose `edge-access-v1`.
#[test]
fn the_key_is_derived_as_the_page_says() {
    let key = key();
    assert_eq!(hex(key.expose()), "434563b5a3e8d312d6386d19b476b0102266b296b31e4cde9e853eda278478d3");
    assert_eq!(AccessKey::new(key.expose()).expect("32 bytes").to_line().as_str(), key.to_line().as_str());
    assert!(AccessKey::new(&[1; 31]).is_err() && AccessKey::new(&[1; 33]).is_err());
    assert_eq!(format!("{key:?}"), "AccessKey(…)");
}
