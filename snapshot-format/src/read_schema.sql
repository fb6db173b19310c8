-- catalog_read.db, schema version 1 (SNAPSHOT.md section 3). One file for the writer and every reader.
--
-- The first five tables and their first columns are the earlier system's and keep names and meaning; the rest was
-- added. Times of day never stand here but `added_at`, which is the catalog's own first sight of a thing.
-- Every list that an edge shows is answered by a key or an index: nothing is counted, sorted or skipped on request.
-- The key's columns stand first in tables without row ids: integrity_check of SQLite 3.40 is wrong about others.
-- `…_json` columns hold UTF-8 JSON with sorted keys, NULL when there is nothing to say (docs/snapshot-format.md).

CREATE TABLE catalog_playlists (
  playlist_id        INTEGER PRIMARY KEY,
  platform           TEXT NOT NULL,
  remote_playlist_id TEXT NOT NULL,
  name               TEXT NOT NULL,
  description        TEXT,
  cover_url          TEXT,                       -- http(s) or NULL
  play_count         INTEGER NOT NULL,
  song_count         INTEGER NOT NULL,           -- the source's claim; entry_count is what is here
  is_public          INTEGER NOT NULL,           -- always 1: others are not exported
  sort_key           TEXT NOT NULL,
  entry_count        INTEGER NOT NULL,
  duration_ms        INTEGER NOT NULL,
  cover_id           INTEGER                     -- catalog_covers, NULL when only cover_url is known
);

CREATE TABLE catalog_tracks (
  song_id            INTEGER PRIMARY KEY,
  platform           TEXT NOT NULL,
  remote_song_id     TEXT NOT NULL,
  name               TEXT NOT NULL,
  singers            TEXT,                       -- as shown: "马也 / Crabbit"
  ext                TEXT,
  file_size_bytes    INTEGER,
  metadata_json      TEXT,
  album_id           INTEGER,
  album_position     INTEGER NOT NULL,           -- (disc - 1) << 16 | number, 65535 without one; then song_id
  artist_id          INTEGER,                    -- the first credited artist
  disc_number        INTEGER,
  track_number       INTEGER,
  duration_ms        INTEGER,
  year               INTEGER,
  genre              TEXT,                       -- the first genre; all of them in extra_json when several
  bit_rate_kbps      INTEGER,
  sample_rate_hz     INTEGER,
  bit_depth          INTEGER,
  channels           INTEGER,
  play_count         INTEGER NOT NULL,
  cover_id           INTEGER,
  added_at           INTEGER NOT NULL,           -- Unix seconds
  credits_json       TEXT,                       -- NULL when `singers` is the one artist `artist_id`
  extra_json         TEXT
);

CREATE TABLE catalog_playlist_tracks (
  playlist_id        INTEGER NOT NULL,
  position           INTEGER NOT NULL,
  song_id            INTEGER NOT NULL,
  PRIMARY KEY (playlist_id, position)
) WITHOUT ROWID;

CREATE TABLE catalog_track_files (
  song_id            INTEGER NOT NULL,
  location_id        INTEGER NOT NULL,
  quality_label      TEXT,
  ext                TEXT,
  file_size_bytes    INTEGER,
  backend_type       TEXT NOT NULL,              -- local, object_storage
  backend_name       TEXT NOT NULL,
  locator            TEXT NOT NULL,              -- `location:<location_id>` unless the backend is public storage
  public_url         TEXT,
  status             TEXT NOT NULL,              -- always active: others are not exported
  is_primary         INTEGER NOT NULL,
  bit_rate_kbps      INTEGER,
  PRIMARY KEY (song_id, location_id)
) WITHOUT ROWID;

CREATE TABLE catalog_toplists (
  toplist_id         TEXT PRIMARY KEY,
  platform           TEXT NOT NULL,
  name               TEXT NOT NULL,
  description        TEXT,
  cover_url          TEXT,
  play_count         INTEGER NOT NULL,
  song_count         INTEGER NOT NULL,
  group_name         TEXT,                       -- the pool's name
  playlist_id        INTEGER NOT NULL,
  position           INTEGER NOT NULL UNIQUE     -- the order to show them in, from 0
) WITHOUT ROWID;

CREATE TABLE catalog_albums (
  album_id           INTEGER PRIMARY KEY,
  name               TEXT NOT NULL,
  sort_key           TEXT NOT NULL,
  artist             TEXT,                       -- as shown
  artist_id          INTEGER,                    -- the first album artist
  year               INTEGER,
  release_date       TEXT,                       -- YYYY, YYYY-MM or YYYY-MM-DD
  original_date      TEXT,
  song_count         INTEGER NOT NULL,
  duration_ms        INTEGER NOT NULL,
  play_count         INTEGER NOT NULL,
  genre              TEXT,
  is_compilation     INTEGER NOT NULL,
  cover_id           INTEGER,
  added_at           INTEGER NOT NULL,
  credits_json       TEXT,                       -- NULL when `artist` is the one artist `artist_id`
  extra_json         TEXT
);

-- Albums in each order, all that lists show of them: a page at any depth is one range, and no album is looked up.
-- list: 1 by name, 2 by artist, 3 newest first, 4 by year (albums with a year), 5 most played first,
-- 16 + genre_id the genre's by name.
CREATE TABLE catalog_album_lists (
  row_id             INTEGER PRIMARY KEY,        -- list << 32 | rank of the first album, ranks from 0 without a gap
  albums             BLOB NOT NULL               -- as many as fit a page: album_list.rs, docs/snapshot-format.md
);

-- The ranks of list 4 that a year takes.
CREATE TABLE catalog_album_years (
  year               INTEGER PRIMARY KEY,
  first_rank         INTEGER NOT NULL,
  album_count        INTEGER NOT NULL
);

CREATE TABLE catalog_artists (
  artist_id          INTEGER PRIMARY KEY,
  name               TEXT NOT NULL,
  sort_key           TEXT NOT NULL,
  index_key          TEXT NOT NULL,              -- A…Z by spelling or pinyin, or #
  name_rank          INTEGER,                    -- place among performers and album artists, from 0; NULL for others
  album_count        INTEGER NOT NULL,           -- rows of catalog_artist_albums
  song_count         INTEGER NOT NULL,
  cover_id           INTEGER,
  extra_json         TEXT
);

-- Every album that credits the artist, on the cover or on a track; own ones first, by year.
CREATE TABLE catalog_artist_albums (
  artist_id          INTEGER NOT NULL,
  rank               INTEGER NOT NULL,
  album_id           INTEGER NOT NULL,
  is_own             INTEGER NOT NULL,           -- 1 when an album artist
  PRIMARY KEY (artist_id, rank)
) WITHOUT ROWID;

CREATE TABLE catalog_artist_tracks (
  artist_id          INTEGER NOT NULL,
  song_id            INTEGER NOT NULL,
  PRIMARY KEY (artist_id, song_id)
) WITHOUT ROWID;

-- The first tracks of artists with more than 500, the most played first, then by id; 100 at most.
CREATE TABLE catalog_artist_top_tracks (
  artist_id          INTEGER NOT NULL,
  rank               INTEGER NOT NULL,           -- from 0 without a gap
  song_id            INTEGER NOT NULL,
  PRIMARY KEY (artist_id, rank)
) WITHOUT ROWID;

-- Performers that are like others (docs/snapshot-format.md, "Similar artists").
CREATE TABLE catalog_similar_artists (
  artist_id          INTEGER PRIMARY KEY,
  similar_json       TEXT NOT NULL               -- [artist_id], the most alike first, 12 at most
);

CREATE TABLE catalog_genres (
  genre_id           INTEGER PRIMARY KEY,
  name               TEXT NOT NULL UNIQUE,
  sort_key           TEXT NOT NULL,
  song_count         INTEGER NOT NULL,
  album_count        INTEGER NOT NULL
);

CREATE TABLE catalog_genre_tracks (
  genre_id           INTEGER NOT NULL,
  rank               INTEGER NOT NULL,           -- from 0 without a gap
  song_id            INTEGER NOT NULL,
  PRIMARY KEY (genre_id, rank)
) WITHOUT ROWID;

-- Every 128th track in song_id order: offset N starts at page N / 128.
CREATE TABLE catalog_track_pages (
  page               INTEGER PRIMARY KEY,        -- from 0
  song_id            INTEGER NOT NULL
);

-- Pictures. Renditions are the objects covers/<2 hex>/<sha256>/<size>.<ext> for every size of the ladder
-- 64, 150, 300, 600, 1200 up to `largest_size`.
CREATE TABLE catalog_covers (
  cover_id           INTEGER PRIMARY KEY,
  sha256             TEXT NOT NULL,
  ext                TEXT NOT NULL,              -- of the renditions: jpg
  largest_size       INTEGER NOT NULL
);

CREATE TABLE catalog_lyrics (
  song_id            INTEGER PRIMARY KEY,
  lyrics             TEXT NOT NULL,              -- the main ones: plain, LRC or LRC with a time before each word
  language           TEXT,                       -- as tagged, mostly ISO 639-2
  others_json        TEXT                        -- translations, other languages
);

-- tracks, albums, artists (those with a name_rank), playlists, files, covers, genres, dated_albums (of list 4).
CREATE TABLE catalog_counts (
  name               TEXT PRIMARY KEY,
  value              INTEGER NOT NULL
) WITHOUT ROWID;

-- @search
-- rowid = kind << 60 | inverse popularity << 40 | id; see `search_rowid` in this crate. Terms come from
-- catalog-core's search_text, each behind the kind's number, joined by blanks.
CREATE VIRTUAL TABLE catalog_search USING fts5(
  terms, content='', columnsize=0, detail=none, tokenize='ascii'
);

-- The words longer than four letters, each behind its kind's number, for prefixes longer than the beginnings that are
-- terms themselves.
CREATE TABLE catalog_search_words (
  word               TEXT PRIMARY KEY
) WITHOUT ROWID;

-- What later releases add to this version stands between this mark and the next: columns by ALTER TABLE, tables and indexes.
-- Readers do without it: a database of an earlier release lacks it (docs/snapshot-format.md, "Versions").
-- @added

-- Made after the rows: the builder runs what stands below this line last.
-- @indexes
CREATE INDEX catalog_playlists_by_name ON catalog_playlists (sort_key, playlist_id);
CREATE INDEX catalog_tracks_by_album ON catalog_tracks (album_id, album_position);
CREATE INDEX catalog_tracks_by_year ON catalog_tracks (year) WHERE year IS NOT NULL;
CREATE INDEX catalog_albums_by_name ON catalog_albums (sort_key, album_id);
CREATE INDEX catalog_artists_by_name ON catalog_artists (sort_key, artist_id);
CREATE INDEX catalog_artists_by_rank ON catalog_artists (name_rank) WHERE name_rank IS NOT NULL;
CREATE INDEX catalog_genres_by_name ON catalog_genres (sort_key, genre_id);
