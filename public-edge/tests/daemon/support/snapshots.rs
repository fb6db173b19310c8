//! Small snapshots with the real schema, laid out as a publisher lays them out.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use snapshot_format::manifest::{Database, Delta, Encoding, FORMAT, Manifest, snapshot_id};
use snapshot_format::signature::{SigningKey, sign};
use snapshot_format::{Sha256Hex, keys, patch, read_schema};

/// Writes a snapshot of one track called `name`, then whatever `change` does to it.
pub(crate) fn database(path: &Path, name: &str, change: &str) {
    let database = Connection::open(path).expect("a database");
    let sql = format!(
        "PRAGMA synchronous = off; PRAGMA page_size = {}; PRAGMA application_id = {}; PRAGMA user_version = {};
         {}
         INSERT INTO catalog_tracks (song_id, platform, remote_song_id, name, album_position, play_count, added_at)
             VALUES (1, 'local', '1', '{name}', 0, 0, 0);
         INSERT INTO catalog_lyrics VALUES (1, '{name}', NULL, NULL);
         INSERT INTO catalog_counts VALUES ('tracks', 1), ('albums', 0), ('artists', 0), ('playlists', 0), ('files', 0),
             ('covers', 0), ('genres', 0), ('dated_albums', 0);
         {}
         ANALYZE;
         {change}",
        read_schema::PAGE_SIZE_BYTES,
        read_schema::APPLICATION_ID,
        read_schema::SCHEMA_VERSION,
        read_schema::table_sql(),
        read_schema::index_sql(),
    );
    database.execute_batch(&sql).expect("the snapshot");
}

/// A folder that snapshots are published to.
pub(crate) struct Publisher {
    folder: tempfile::TempDir,
}

impl Publisher {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.path().display())
    }

    /// Publishes a snapshot of one track called `name`.
    pub(crate) fn publish(&self, sequence: u64, name: &str) -> Manifest {
        self.publish_with(sequence, name, "", |_| ())
    }

    /// As [`Publisher::publish`], signed.
    pub(crate) fn publish_signed(&self, sequence: u64, name: &str, key: &SigningKey) -> Manifest {
        self.publish_with(sequence, name, "", |manifest| sign(manifest, key))
    }

    /// As [`Publisher::publish`], with SQL for the database and a change to the manifest.
    pub(crate) fn publish_with(
        &self,
        sequence: u64,
        name: &str,
        sql: &str,
        change: impl FnOnce(&mut Manifest),
    ) -> Manifest {
        let path = self.path().join("work.db");
        let _ = fs::remove_file(&path);
        database(&path, name, sql);
        let plain = fs::read(&path).expect("the database");
        fs::remove_file(&path).expect("removed");
        self.publish_bytes(sequence, &plain, change)
    }

    /// Publishes a snapshot of one track called `name` with the patch that makes it of an earlier one.
    pub(crate) fn publish_patch(
        &self,
        sequence: u64,
        name: &str,
        from: &Manifest,
        change: impl FnOnce(&mut Manifest),
    ) -> Manifest {
        self.publish_with(sequence, name, "", |manifest| {
            manifest.deltas.push(self.create_patch(from, manifest));
            change(manifest);
        })
    }

    /// Writes the patch from one published database to another.
    pub(crate) fn create_patch(&self, from: &Manifest, to: &Manifest) -> Delta {
        let from_sha256 = from.database.sha256.clone();
        let key = keys::delta(&from_sha256, &to.database.sha256);
        let bytes = patch(&self.plain(from), &self.plain(to));
        let object = self.object(&key);
        fs::create_dir_all(object.parent().expect("a folder")).expect("made");
        fs::write(object, &bytes).expect("written");
        Delta { from_sha256, key, stored_bytes: bytes.len() as u64 }
    }

    fn plain(&self, manifest: &Manifest) -> Vec<u8> {
        zstd::decode_all(&*fs::read(self.object(&manifest.database.key)).expect("the blob")).expect("unpacked")
    }

    /// Publishes any bytes as the database.
    pub(crate) fn publish_bytes(&self, sequence: u64, plain: &[u8], change: impl FnOnce(&mut Manifest)) -> Manifest {
        self.publish_packed(sequence, plain, zstd::encode_all(plain, 3).expect("packed"), change)
    }

    /// Publishes any bytes as the packed form of a database.
    pub(crate) fn publish_packed(
        &self,
        sequence: u64,
        plain: &[u8],
        packed: Vec<u8>,
        change: impl FnOnce(&mut Manifest),
    ) -> Manifest {
        let mut manifest = manifest(sequence, plain, packed.len());
        let blob = self.object(&manifest.database.key);
        fs::create_dir_all(blob.parent().expect("a folder")).expect("made");
        fs::write(blob, packed).expect("written");
        change(&mut manifest);
        self.write_manifest(&serde_json::to_vec(&manifest).expect("JSON"));
        manifest
    }

    /// Publishes as `export-snapshot` does: the plain pair.
    pub(crate) fn export(&self, sequence: u64, name: &str) {
        let path = self.path().join(keys::PLAIN_DATABASE);
        let _ = fs::remove_file(&path);
        database(&path, name, "");
        let plain = fs::read(&path).expect("the database");
        let mut manifest = manifest(sequence, &plain, plain.len());
        manifest.publisher_id = None;
        manifest.database.encoding = None;
        keys::PLAIN_DATABASE.clone_into(&mut manifest.database.key);
        self.write_manifest(&serde_json::to_vec(&manifest).expect("JSON"));
    }

    /// Replaces the manifest at once, as a publisher does.
    pub(crate) fn write_manifest(&self, bytes: &[u8]) {
        let next = self.path().join("next.json");
        fs::write(&next, bytes).expect("written");
        fs::rename(next, self.path().join(keys::MANIFEST)).expect("renamed");
    }

    pub(crate) fn object(&self, key: &str) -> PathBuf {
        self.path().join(key)
    }
}

fn patch(old: &[u8], new: &[u8]) -> Vec<u8> {
    let (old_bytes, new_bytes) = (old.len() as u64, new.len() as u64);
    let (mut old, mut new, mut made) = (Cursor::new(old), Cursor::new(new), Vec::new());
    patch::make((&mut old, old_bytes), (&mut new, new_bytes), &mut made, u64::MAX).expect("made");
    made
}

fn manifest(sequence: u64, plain: &[u8], stored_bytes: usize) -> Manifest {
    let sha256 = Sha256Hex::of(plain);
    Manifest {
        snapshot_id: snapshot_id(0, 1, &sha256),
        generated_at: "2026-01-02T03:04:05Z".parse().expect("a time"),
        schema_version: read_schema::SCHEMA_VERSION,
        playlist_count: 0,
        track_count: 1,
        file_count: 0,
        cover_count: 0,
        format: FORMAT,
        sequence,
        publisher_id: Some("publisher".to_owned()),
        expires_at: None,
        min_reader_version: 1,
        album_count: 0,
        artist_count: 0,
        database: Database {
            key: keys::blob(&sha256),
            sha256,
            size_bytes: plain.len() as u64,
            encoding: Some(Encoding::Zstd),
            stored_bytes: stored_bytes as u64,
        },
        deltas: Vec::new(),
        access: None,
        public_base_url: None,
        signatures: Vec::new(),
    }
}
