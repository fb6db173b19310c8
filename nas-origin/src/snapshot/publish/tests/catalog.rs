//! A small catalog to publish.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::params;
use snapshot_format::{Manifest, Sha256Hex};
use tempfile::TempDir;

use crate::config::PublishConfig;
use crate::library::{Library, LibraryError, settings, stores};
use crate::snapshot::publish::{Outcome, PublishError, PublishJob, Silent, publish_to};
use crate::snapshot::store::Store;
use crate::snapshot::store::recording::Recording;

/// A catalog in a folder of its own.
pub(in crate::snapshot) struct Catalog {
    pub(in crate::snapshot) folder: TempDir,
    pub(in crate::snapshot) library: Library,
    pub(in crate::snapshot) config: PublishConfig,
}

impl Catalog {
    pub(in crate::snapshot) fn with_tracks(count: i64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let mut config = PublishConfig::default();
        config.manifest_life = Duration::from_hours(240);
        let catalog = Self { folder, library, config };
        catalog.write(
            "INSERT INTO storage_backends (backend_id, name, backend_type, base_path) VALUES (1, 'local', 'local', '/m');
             INSERT INTO sources (source_id, name, kind, mode, backend_id) VALUES (1, 'local', 'local', 'in_place', 1);",
        );
        catalog.add_tracks(1..=count);
        catalog
    }

    pub(in crate::snapshot) fn add_tracks(&self, ids: impl Iterator<Item = i64>) {
        let added = self.library.write(|tx| -> Result<(), LibraryError> {
            for id in ids {
                tx.execute(
                    "INSERT INTO tracks (track_id, source, source_id, metadata_status, title, artist, added_at)
                     VALUES (?1, 'local', ?1 || '.flac', 'tagged', 'Track ' || ?1, 'Somebody', 1700000000)",
                    params![id],
                )?;
                tx.execute(
                    "INSERT INTO track_files (location_id, track_id, backend_id, locator, ext, size_bytes, mtime_ns,
                     status, is_primary) VALUES (?1, ?1, 1, ?1 || '.flac', 'flac', 1000, 0, 'active', 1)",
                    params![id],
                )?;
            }
            settings::bump_change_mark(tx)
        });
        added.expect("tracks");
    }

    /// Keeps a picture as an import does.
    pub(in crate::snapshot) fn keep_picture(&self, picture: &[u8]) -> Sha256Hex {
        let sha256 = Sha256Hex::of(picture);
        let folder = self.folder.path().join("covers").join(sha256.shard());
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(sha256.as_str()), picture).expect("a picture");
        sha256
    }

    /// Gives a track a picture of its own.
    pub(in crate::snapshot) fn add_cover(&self, track: i64, picture: &[u8], side: u32) -> Sha256Hex {
        let sha256 = self.keep_picture(picture);
        self.write(&format!(
            "INSERT INTO covers (sha256, ext, width, height) VALUES ('{sha256}', 'png', {side}, {side});
             UPDATE tracks SET cover_id = last_insert_rowid() WHERE track_id = {track};"
        ));
        sha256
    }

    /// Gives a track a picture of `side` by `side` pixels, unlike any other.
    pub(in crate::snapshot) fn add_picture(&self, track: u8, side: u32) -> Sha256Hex {
        self.add_cover(track.into(), &png(track, side), side)
    }

    /// Unpins the store.
    pub(in crate::snapshot) fn unpin(&self, store: &str) {
        self.library.write(|tx| stores::set_pin(tx, store, None)).expect("unpinned");
    }

    pub(in crate::snapshot) fn write(&self, sql: &str) {
        let written = self.library.write(|tx| -> Result<(), LibraryError> {
            tx.execute_batch(sql)?;
            settings::bump_change_mark(tx)
        });
        written.expect("written");
    }

    pub(in crate::snapshot) fn job(&self) -> PublishJob<'_> {
        PublishJob {
            library: &self.library,
            config: &self.config,
            force: false,
            takeover: false,
            access: None,
            progress: &Silent,
        }
    }

    pub(in crate::snapshot) fn publish(&self, store: &Store) -> Result<Outcome, PublishError> {
        publish_to(store, &self.job(), now())
    }
}

fn png(track: u8, side: u32) -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(side, side, image::Rgb([track; 3]));
    picture.write_to(&mut png, image::ImageFormat::Png).expect("a picture");
    png.into_inner()
}

/// What [`Catalog::add_picture`] adds.
pub(in crate::snapshot) fn picture(track: u8, side: u32) -> Sha256Hex {
    Sha256Hex::of(&png(track, side))
}

/// The moment that every test runs at.
pub(in crate::snapshot) fn now() -> Timestamp {
    "2026-05-06T07:08:09Z".parse().expect("a time")
}

pub(in crate::snapshot) fn days_later(days: i64) -> Timestamp {
    now().checked_add(SignedDuration::from_hours(24 * days)).expect("a time")
}

/// The live manifest.
pub(in crate::snapshot) fn live(store: &Recording) -> Manifest {
    Manifest::from_bytes(&store.object("manifest.json").expect("a manifest")).expect("a whole manifest")
}
