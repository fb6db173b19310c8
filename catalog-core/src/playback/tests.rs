//! The order of DESIGN section 10, rule by rule.

use super::*;
use crate::model::BackendKind;

fn file(location: i64, ext: &str, kbps: u32) -> TrackFile {
    TrackFile {
        location_id: LocationId::new(location).expect("an id"),
        backend: BackendKind::Local,
        public_url: None,
        ext: Some(ext.to_owned()),
        size_bytes: None,
        bit_rate_kbps: Some(kbps),
        quality_label: None,
        is_primary: false,
    }
}

fn public(location: i64, ext: &str, kbps: u32) -> TrackFile {
    let public_url = Some(format!("https://cdn.example/{location}"));
    TrackFile { public_url, backend: BackendKind::ObjectStorage, ..file(location, ext, kbps) }
}

fn chosen(files: &[TrackFile], wish: &Wish, has_origin: bool) -> Option<i64> {
    resolve(files, Some(200_000), wish, Policy { has_origin }).map(|target| match target {
        PlaybackTarget::PublicUrl(url) => {
            url.rsplit('/').next().and_then(|number| number.parse().ok()).expect("a number")
        }
        PlaybackTarget::Origin(location) => location.number(),
    })
}

fn wish(format: Option<&str>, max_kbps: Option<u32>) -> Wish {
    Wish { format: format.map(str::to_owned), max_kbps }
}

#[test]
fn without_a_wish_lossless_then_the_higher_bit_rate() {
    let files = [file(1, "mp3", 320), file(2, "flac", 700), file(3, "mp3", 128)];
    assert_eq!(chosen(&files, &Wish::default(), true), Some(2));
    assert_eq!(chosen(&[file(1, "mp3", 128), file(2, "ogg", 320)], &Wish::default(), true), Some(2));
}

#[test]
fn a_wish_beats_quality() {
    let files = [file(1, "mp3", 320), file(2, "flac", 900), file(3, "mp3", 128), file(4, "opus", 96)];
    assert_eq!(chosen(&files, &wish(Some("mp3"), None), true), Some(1));
    assert_eq!(chosen(&files, &wish(None, Some(128)), true), Some(3));
    assert_eq!(chosen(&files, &wish(Some("mp3"), Some(100)), true), Some(3));
    assert_eq!(chosen(&files, &wish(Some("aac"), Some(320)), true), Some(1));
}

#[test]
fn a_tie_goes_to_the_public_url_then_to_the_primary_file() {
    let mut primary = file(3, "flac", 900);
    primary.is_primary = true;
    assert_eq!(
        chosen(&[file(1, "flac", 900), public(2, "flac", 900), primary.clone()], &Wish::default(), true),
        Some(2)
    );
    assert_eq!(chosen(&[file(1, "flac", 900), primary], &Wish::default(), true), Some(3));
}

#[test]
fn better_on_the_nas_beats_worse_on_the_cdn_only_while_the_nas_can_be_named() {
    let files = [public(1, "mp3", 320), file(2, "flac", 900)];
    assert_eq!(chosen(&files, &Wish::default(), true), Some(2));
    assert_eq!(chosen(&files, &Wish::default(), false), Some(1));
    assert_eq!(chosen(&files[1..], &Wish::default(), false), None);
    assert_eq!(chosen(&[], &Wish::default(), true), None);
}

#[test]
fn an_unknown_bit_rate_is_reckoned_from_the_size() {
    let sized = |location, size_bytes| TrackFile {
        bit_rate_kbps: None,
        size_bytes: Some(size_bytes),
        ..file(location, "mp3", 0)
    };
    // 200 s: 8,000,000 bytes are 320 kbit/s, 3,200,000 are 128.
    assert_eq!(chosen(&[sized(1, 8_000_000), sized(2, 3_200_000)], &wish(None, Some(128)), true), Some(2));
    assert_eq!(chosen(&[sized(1, 8_000_000), sized(2, 3_200_000)], &Wish::default(), true), Some(1));
}

#[test]
fn tokens_live_as_long_as_the_design_says() {
    assert_eq!(default_token_ttl_secs(None), 1800);
    assert_eq!(default_token_ttl_secs(Some(3_600_000)), 2 * 3600 + 900);
    assert_eq!(default_token_ttl_secs(Some(u64::MAX)), LONGEST_DEFAULT_TTL_SECS);
}

#[test]
fn inside_a_window_every_token_ends_at_the_same_time() {
    let window = 3600;
    let starts = [7200, 7201, 10_000, 10_799].map(|now| token_expires_at(now, 1800, window));
    assert_eq!(starts, [Some(10_800), Some(10_800), Some(14_400), Some(14_400)]);
    assert_eq!(token_expires_at(7200, 3600, window), Some(10_800), "a multiple stays");
    assert_eq!(token_expires_at(i64::from(u32::MAX), 1800, window), None);
}
