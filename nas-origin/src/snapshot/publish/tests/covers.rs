//! Covers are in the store in every size that the database promises.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use snapshot_format::Sha256Hex;

use super::catalog::{Catalog, live};
use crate::library::publications::Readability;
use crate::snapshot::build::{NamedCover, list_covers};
use crate::snapshot::gc::Reuse;
use crate::snapshot::publish::PublishError;
use crate::snapshot::publish::covers::{Known, Sent, known, send};
use crate::snapshot::store::Store;
use crate::snapshot::store::recording::{Fault, Recording};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::new(width, height)).write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

fn named(picture: Sha256Hex, largest_size: u32) -> NamedCover {
    NamedCover { picture, ext: "jpg".to_owned(), largest_size }
}

fn nothing() -> Known {
    Known::Listed(std::collections::BTreeSet::new())
}

fn send_with(store: &Store, catalog: &Catalog, covers: &[NamedCover], known: &Known) -> Result<Sent, PublishError> {
    let job = catalog.job();
    send(store, &job, covers, known, &Reuse::new(store, &job, None))
}

fn list(store: &Store, catalog: &Catalog) -> Known {
    let job = catalog.job();
    known(store, &catalog.library, None, &Reuse::new(store, &job, None)).expect("a listing")
}

#[test]
fn every_promised_size_is_there() {
    let (catalog, store) = (Catalog::with_tracks(0), Recording::default());
    let covers = [named(catalog.keep_picture(&png(500, 250)), 600), named(catalog.keep_picture(&png(50, 60)), 64)];
    let sent = send_with(&store.open(), &catalog, &covers, &nothing()).expect("sent");
    assert!(sent.unreadable.is_empty());
    assert_eq!(store.keys().len(), 5);
    for cover in &covers {
        for size in cover.sizes() {
            let object = store.object(&cover.key(*size)).expect("a rendition");
            let image = image::load_from_memory_with_format(&object, ImageFormat::Jpeg).expect("a JPEG");
            let own = if cover.largest_size == 600 { 500 } else { 60 };
            assert_eq!(image.width().max(image.height()), own.min(*size));
        }
    }
}

#[test]
fn what_the_store_has_is_not_sent_again() {
    let (catalog, store) = (Catalog::with_tracks(0), Recording::default());
    let covers = [named(catalog.keep_picture(&png(100, 100)), 150)];
    let open = store.open();
    send_with(&open, &catalog, &covers, &nothing()).expect("sent");
    store.take_calls();
    let listed = list(&open, &catalog);
    let again = send_with(&open, &catalog, &covers, &listed).expect("sent");
    assert_eq!(again.uploaded_bytes, 0);
    assert!(!store.take_calls().iter().any(|call| call.starts_with("put covers")));
}

#[test]
fn a_cover_that_a_killed_run_left_half_is_completed() {
    let (catalog, store) = (Catalog::with_tracks(0), Recording::default());
    let cover = named(catalog.keep_picture(&png(100, 100)), 150);
    let covers = [cover.clone()];
    let open = store.open();
    send_with(&open, &catalog, &covers, &nothing()).expect("sent");
    store.remove_object(&cover.key(150));
    let listed = list(&open, &catalog);
    let again = send_with(&open, &catalog, &covers, &listed).expect("sent");
    assert_eq!(again.uploaded_bytes, store.object(&cover.key(150)).expect("a rendition").len() as u64);
}

#[test]
fn damaged_and_lost_pictures_are_named() {
    let (catalog, store) = (Catalog::with_tracks(0), Recording::default());
    let whole = png(100, 100);
    let damaged = catalog.keep_picture(&whole[..60]);
    let lost = Sha256Hex::of(b"lost");
    let covers = [named(damaged.clone(), 150), named(catalog.keep_picture(&whole), 150), named(lost.clone(), 64)];
    let sent = send_with(&store.open(), &catalog, &covers, &nothing()).expect("sent");
    let mut unreadable = sent.unreadable;
    unreadable.sort_by(|a, b| a.0.cmp(&b.0));
    let mut wanted = vec![(damaged, Readability::Damaged), (lost, Readability::Lost)];
    wanted.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(unreadable, wanted);
    assert_eq!(store.keys().len(), 2, "the whole one is there");
}

#[test]
fn a_store_that_refuses_a_cover_ends_the_run() {
    let (catalog, store) = (Catalog::with_tracks(0), Recording::default());
    let covers = [named(catalog.keep_picture(&png(100, 100)), 150)];
    store.break_calls("put covers", Fault::Forbid, usize::MAX);
    let error = send_with(&store.open(), &catalog, &covers, &nothing()).map(|_| ()).expect_err("refused");
    assert!(error.to_string().contains("allow this user"), "{error}");
}

/// The covers that the live database names.
fn published(store: &Recording) -> Vec<NamedCover> {
    let blob = store.object(&live(store).database.key).expect("a blob");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), zstd::decode_all(&*blob).expect("zstd")).expect("a database");
    list_covers(file.path()).expect("covers")
}

fn assert_all_there(store: &Recording) {
    for cover in published(store) {
        assert!(cover.sizes().iter().all(|size| store.object(&cover.key(*size)).is_some()), "{cover:?}");
    }
}

#[test]
fn no_snapshot_names_a_picture_that_can_not_be_shown() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let whole = catalog.add_cover(1, &png(500, 500), 500);
    catalog.add_cover(2, &png(400, 400)[..60], 400);
    catalog.publish(&store.open()).expect("published");
    assert_eq!(published(&store), [named(whole, 600)]);
    assert_all_there(&store);
    let again = catalog.publish(&store.open()).expect("unchanged");
    assert!(!again.is_changed, "the damaged picture is remembered");
}

#[test]
fn covers_come_before_the_database_that_names_them() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.add_cover(1, &png(64, 64), 64);
    catalog.publish(&store.open()).expect("published");
    let calls = store.take_calls();
    let puts: Vec<_> = calls.iter().filter_map(|call| call.strip_prefix("put ")?.split('/').next()).collect();
    assert_eq!(puts, ["covers", "blobs", "history", "manifest.json"]);
}

#[test]
fn the_record_spares_the_listing_and_only_new_covers_are_sent() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.add_cover(1, &png(64, 64), 64);
    catalog.publish(&store.open()).expect("published");
    let new = catalog.add_cover(2, &png(64, 60), 64);
    store.take_calls();
    catalog.publish(&store.open()).expect("published");
    let calls = store.take_calls();
    let covers: Vec<_> = calls.iter().filter(|call| call.contains("covers")).collect();
    assert_eq!(covers, [&format!("put {}", named(new, 64).key(64))]);
    assert_all_there(&store);
}

#[test]
fn a_lost_picture_is_shown_again_when_an_import_brought_it_back() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let picture = png(64, 64);
    let cover = catalog.add_cover(1, &picture, 64);
    let path = catalog.folder.path().join("covers").join(cover.shard()).join(cover.as_str());
    std::fs::write(&path, "not the picture").expect("a changed file");
    catalog.publish(&store.open()).expect("published");
    assert_eq!(published(&store), []);
    catalog.publish(&store.open()).expect("unchanged");
    catalog.keep_picture(&picture);
    catalog.publish(&store.open()).expect("published");
    assert_eq!(published(&store), [named(cover, 64)]);
    assert_all_there(&store);
}
