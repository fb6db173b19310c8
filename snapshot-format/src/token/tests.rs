//! TOKEN.md's vectors and refusals.

use super::*;

fn keys() -> [TokenKey; 2] {
    let secret = |first: u8| (first..first + 32).collect::<Vec<u8>>();
    [(1, 0x00), (2, 0x20)].map(|(id, first)| TokenKey::new(id, &secret(first)).expect("a key"))
}

const VECTORS: [(usize, Grant, &str); 3] = [
    (
        0,
        Grant {
            format: StreamFormat::AsStored,
            as_attachment: false,
            expires_at: 1_767_225_600,
            location_id: 42,
            listener: 0,
            max_kbps: 0,
            start_secs: 0,
        },
        "AQEAAGlVuQAAAAAAAAAAKgAAAAAAAAAAABXouS7TvY4LVlIQgF280plu-fAYDTG7T5Oi6rpMLBIJ",
    ),
    (
        1,
        Grant {
            format: StreamFormat::Opus,
            as_attachment: true,
            expires_at: 4_102_444_800,
            location_id: 9_007_199_254_740_993,
            listener: 3_735_928_559,
            max_kbps: 320,
            start_secs: 0,
        },
        "AQICAfSGVwAAIAAAAAAAAd6tvu8BQAAAAO2sXwFXeD2wZT8JzL8OPvi9kS6eZQ-0OOtd3T_ttztw",
    ),
    (
        0,
        Grant {
            format: StreamFormat::Mp3,
            as_attachment: false,
            expires_at: 1_798_761_600,
            location_id: 12345,
            listener: 0,
            max_kbps: 192,
            start_secs: 90,
        },
        "AQEBAGs27IAAAAAAAAAwOQAAAAAAwAAAWssypHAZ_QryXUeL4JlJHP87roWPmfsk64hXPQqMUcGo",
    ),
];

/// A moment at which the first vector is good.
const NOW: i64 = 1_767_225_600 - 60;

#[test]
fn vectors_are_signed_and_verified() {
    for (key, grant, token) in VECTORS {
        assert_eq!(keys()[key].sign(&grant), token);
        assert_eq!(verify(token, &keys(), i64::from(grant.expires_at) - 1), Ok(grant));
    }
}

#[test]
fn every_single_bit_flip_is_refused() {
    let bytes = decode(VECTORS[0].2).expect("bytes");
    for bit in 0..TOKEN_BYTES * 8 {
        let mut flipped = bytes;
        flipped[bit / 8] ^= 1 << (bit % 8);
        let token = URL_SAFE_NO_PAD.encode(flipped);
        assert!(verify(&token, &keys(), NOW).is_err(), "bit {bit}");
    }
}

#[test]
fn other_spellings_are_refused() {
    let token = VECTORS[0].2;
    let cut = &token[..75];
    let spellings = [
        cut.to_owned(),
        format!("{token}A"),
        format!("{cut}="),
        format!("{cut}+"),
        format!("{cut}/"),
        format!("{cut} "),
        format!("{cut}\n"),
        format!("{}%2B", &token[..73]),
        String::new(),
        "é".repeat(38),
    ];
    for spelling in spellings {
        assert_eq!(verify(&spelling, &keys(), NOW), Err(TokenError::Malformed), "{spelling:?}");
    }
}

/// A token whose 25 signed bytes were changed before it was signed with key 1.
fn forged(change: impl Fn(&mut [u8; SIGNED_BYTES])) -> String {
    let [key, _] = keys();
    let mut signed = VECTORS[0].1.to_bytes(1);
    change(&mut signed);
    let mac = key.mac_over(&signed).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode([&signed[..], &mac[..]].concat())
}

#[test]
fn what_is_signed_but_not_ours_is_refused() {
    let now = |token: &str| verify(token, &keys(), NOW);
    assert_eq!(now(&forged(|bytes| bytes[0] = 0)), Err(TokenError::UnknownVersion));
    assert_eq!(now(&forged(|bytes| bytes[0] = 2)), Err(TokenError::UnknownVersion));
    assert_eq!(now(&forged(|bytes| bytes[1] = 9)), Err(TokenError::UnknownKey));
    assert_eq!(now(&forged(|bytes| bytes[1] = 2)), Err(TokenError::WrongMac));
    assert_eq!(now(&forged(|bytes| bytes[2] = 5)), Err(TokenError::Reserved));
    for bit in 1..8 {
        assert_eq!(now(&forged(|bytes| bytes[3] = 1 << bit)), Err(TokenError::Reserved));
    }
}

#[test]
fn the_clock_decides_last() {
    let (_, grant, token) = VECTORS[0];
    let expires_at = i64::from(grant.expires_at);
    let cap = i64::from(MAX_TOKEN_LIFE_SECS);
    assert_eq!(verify(token, &keys(), expires_at), Err(TokenError::Expired));
    assert_eq!(verify(token, &keys(), expires_at - cap - 1), Err(TokenError::TooLongLived));
    assert_eq!(verify(token, &keys(), expires_at - cap), Ok(grant));
}

#[test]
fn short_secrets_and_id_zero_are_refused() {
    assert!(TokenKey::new(1, &[7; 31]).is_err());
    assert!(TokenKey::new(0, &[7; 32]).is_err());
}

#[test]
fn debug_shows_no_secret() {
    assert_eq!(format!("{:?}", keys()[0]), "TokenKey(1)");
}
