-- Releases that were asked who made them, so that none is asked twice.
CREATE TABLE release_asks (
  release_id TEXT PRIMARY KEY,                   -- MusicBrainz release id
  ask_again_at INTEGER NOT NULL                  -- Unix seconds
) WITHOUT ROWID;
