-- catalog.db: the authoritative catalog, owned by nas-origin alone (docs/ARCHITECTURE.md).
-- Times are Unix seconds unless a name says otherwise. AUTOINCREMENT where an id leaves the NAS: such ids are never reused.

-- One row, rewritten by every transaction that changes what a snapshot could show (SNAPSHOT.md P1b).
CREATE TABLE catalog_settings (
  name TEXT PRIMARY KEY,                         -- publisher_id, change_mark, …
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sources (
  source_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,                            -- local
  mode TEXT NOT NULL,                            -- in_place
  backend_id INTEGER NOT NULL REFERENCES storage_backends,
  untagged TEXT NOT NULL DEFAULT 'show' CHECK (untagged IN ('show', 'hide')),
  last_import_at INTEGER
);

CREATE TABLE storage_backends (
  backend_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  backend_type TEXT NOT NULL CHECK (backend_type IN ('local', 'object_storage')),
  base_path TEXT,                                -- absolute, for local; never leaves the NAS
  public_base_url TEXT
);

CREATE TABLE covers (
  cover_id INTEGER PRIMARY KEY AUTOINCREMENT,
  sha256 TEXT NOT NULL UNIQUE,                   -- of the picture as found; it is kept in data_dir/covers/<2 hex>/<sha256>
  ext TEXT NOT NULL,                             -- of the picture as found
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  -- Why no snapshot shows it: 1 a publish could not decode it, 2 its file was lost or changed; 0 it is fine.
  is_unreadable INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE artists (
  artist_id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,                 -- folded: what makes two spellings one artist
  sort_name TEXT,
  musicbrainz_id TEXT
);

CREATE TABLE albums (
  album_id INTEGER PRIMARY KEY AUTOINCREMENT,
  album_key TEXT NOT NULL UNIQUE,                -- what makes tracks one album
  name TEXT NOT NULL,
  sort_name TEXT,
  artist TEXT,                                   -- as shown
  is_compilation INTEGER NOT NULL DEFAULT 0,
  release_date TEXT,
  original_date TEXT,
  musicbrainz_id TEXT,
  cover_id INTEGER REFERENCES covers,
  added_at INTEGER NOT NULL
);

CREATE TABLE album_artists (
  album_id INTEGER NOT NULL REFERENCES albums ON DELETE CASCADE,
  position INTEGER NOT NULL,
  artist_id INTEGER NOT NULL REFERENCES artists,
  PRIMARY KEY (album_id, position)
) WITHOUT ROWID;

CREATE TABLE disc_titles (
  album_id INTEGER NOT NULL REFERENCES albums ON DELETE CASCADE,
  disc_number INTEGER NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (album_id, disc_number)
) WITHOUT ROWID;

CREATE TABLE tracks (
  track_id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,                          -- sources.name; a snapshot shows the source's kind
  source_id TEXT NOT NULL,                       -- for local: the path below the root, '/'-separated
  metadata_status TEXT NOT NULL CHECK (metadata_status IN ('pending', 'tagged', 'enriched', 'failed')),
  is_untagged INTEGER NOT NULL DEFAULT 0,        -- names come from the path
  is_hidden INTEGER NOT NULL DEFAULT 0,
  missing_since INTEGER,                         -- NULL while the file is there
  title TEXT NOT NULL,
  artist TEXT,                                   -- as shown
  album_id INTEGER REFERENCES albums,
  disc_number INTEGER,
  disc_total INTEGER,
  track_number INTEGER,
  track_total INTEGER,
  release_date TEXT,
  original_date TEXT,
  duration_ms INTEGER,
  bit_rate_kbps INTEGER,
  sample_rate_hz INTEGER,
  bit_depth INTEGER,
  channels INTEGER,
  bpm INTEGER,
  comment TEXT,
  composer TEXT,                                 -- as shown
  sort_title TEXT,
  isrc TEXT,                                     -- several joined by '/'
  musicbrainz_recording_id TEXT,
  musicbrainz_track_id TEXT,
  replaygain_track_gain REAL,                    -- dB
  replaygain_track_peak REAL,
  replaygain_album_gain REAL,
  replaygain_album_peak REAL,
  lyrics TEXT,
  cover_id INTEGER REFERENCES covers,            -- the picture inside the file
  -- What the file says of its album: an album's row is made of its tracks' (catalog-core's import::album).
  album_name TEXT,
  album_sort_name TEXT,
  album_artists TEXT,                            -- names separated by U+001F
  album_musicbrainz_id TEXT,
  is_compilation INTEGER NOT NULL DEFAULT 0,
  disc_subtitle TEXT,
  play_count INTEGER NOT NULL DEFAULT 0,
  added_at INTEGER NOT NULL,
  UNIQUE (source, source_id)
);
CREATE INDEX tracks_by_album ON tracks (album_id);

CREATE TABLE track_credits (
  track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('artist', 'composer')),
  position INTEGER NOT NULL,
  artist_id INTEGER NOT NULL REFERENCES artists,
  PRIMARY KEY (track_id, role, position)
) WITHOUT ROWID;

CREATE TABLE genres (
  genre_id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE
);

CREATE TABLE track_genres (
  track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
  position INTEGER NOT NULL,
  genre_id INTEGER NOT NULL REFERENCES genres,
  PRIMARY KEY (track_id, position)
) WITHOUT ROWID;

-- One encoding of a track on one backend. location_id is what origin tokens name.
CREATE TABLE track_files (
  location_id INTEGER PRIMARY KEY AUTOINCREMENT,
  track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
  backend_id INTEGER NOT NULL REFERENCES storage_backends,
  locator TEXT NOT NULL,                         -- relative key on the backend
  quality_label TEXT,
  ext TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  content_hash BLOB,                             -- identity of the audio, for moves and renames
  tag_hash BLOB,                                 -- what the tags said, so that a touch changes nothing
  bit_rate_kbps INTEGER,
  status TEXT NOT NULL CHECK (status IN ('active', 'missing')),
  is_primary INTEGER NOT NULL,
  UNIQUE (backend_id, locator)
);
CREATE INDEX track_files_by_track ON track_files (track_id);

CREATE TABLE playlists (
  playlist_id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  cover_url TEXT,
  play_count INTEGER NOT NULL DEFAULT 0,
  song_count INTEGER NOT NULL DEFAULT 0,
  is_public INTEGER NOT NULL DEFAULT 1,
  missing_since INTEGER,
  size_bytes INTEGER,
  mtime_ns INTEGER,
  UNIQUE (source, source_id)
);

CREATE TABLE playlist_tracks (
  playlist_id INTEGER NOT NULL REFERENCES playlists ON DELETE CASCADE,
  position INTEGER NOT NULL,
  track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
  source_path TEXT,                              -- what the playlist's file lists; the track may lie elsewhere by now
  PRIMARY KEY (playlist_id, position)
) WITHOUT ROWID;

CREATE TABLE playlist_pools (
  pool_id INTEGER PRIMARY KEY AUTOINCREMENT,
  platform TEXT NOT NULL,
  pool_kind TEXT NOT NULL,                       -- toplist, …
  external_id TEXT NOT NULL,
  name TEXT NOT NULL
);

CREATE TABLE pool_playlists (
  pool_id INTEGER NOT NULL REFERENCES playlist_pools ON DELETE CASCADE,
  playlist_id INTEGER NOT NULL REFERENCES playlists ON DELETE CASCADE,
  PRIMARY KEY (pool_id, playlist_id)
) WITHOUT ROWID;

-- Pictures beside the music: cover, folder and front.
CREATE TABLE picture_files (
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  cover_id INTEGER NOT NULL REFERENCES covers,
  PRIMARY KEY (source, source_id)
) WITHOUT ROWID;

-- Why a file could not be read, until it can or is gone.
CREATE TABLE import_failures (
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  may_pass INTEGER NOT NULL,                     -- whether it is tried again although size and time are the same
  size_bytes INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  PRIMARY KEY (source, source_id)
) WITHOUT ROWID;

-- What the origin did: imports and publishes, and what came of them. A running job that no longer beats was killed.
CREATE TABLE jobs (
  job_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('import', 'publish')),
  subject TEXT NOT NULL,                         -- the source's or the store's name
  asked_by TEXT NOT NULL CHECK (asked_by IN ('command', 'daemon')),
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  started_at INTEGER NOT NULL,
  heartbeat_at INTEGER NOT NULL,
  finished_at INTEGER,
  outcome TEXT                                   -- in words
);

-- What was published (P9).
CREATE TABLE publications (
  store TEXT NOT NULL,                           -- the store's URL without credentials
  sequence INTEGER NOT NULL,
  snapshot_id TEXT NOT NULL,
  database_sha256 TEXT NOT NULL,
  change_mark TEXT NOT NULL,                     -- the catalog's, when the snapshot was built
  builder TEXT NOT NULL,                         -- what else its bytes come from: the program and the settings that show
  published_at INTEGER NOT NULL,
  PRIMARY KEY (store, sequence)
) WITHOUT ROWID;

-- Every object that published snapshots name, by the sequences that name it: from the first, up to and without
-- `until_sequence` (NULL while the live snapshot names it). A cover's key is its folder, with the final slash, and
-- stands for all of its renditions.
CREATE TABLE publication_objects (
  store TEXT NOT NULL,
  key TEXT NOT NULL,
  from_sequence INTEGER NOT NULL,
  until_sequence INTEGER,
  PRIMARY KEY (store, key, from_sequence)
) WITHOUT ROWID;

-- What is remembered of a store itself.
CREATE TABLE stores (
  store TEXT PRIMARY KEY,                        -- as in publications
  keeps_conditions INTEGER NOT NULL DEFAULT 0,   -- seen to keep those of conditional writes; asked again while 0
  pinned_snapshot_id TEXT,                       -- what publishing keeps live until it is unpinned
  pinned_sha256 TEXT,                            -- its database
  swept_at INTEGER                               -- when its last sweep ended
) WITHOUT ROWID;
