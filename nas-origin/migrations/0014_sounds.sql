-- Which recordings tracks are by their sound: asked of tracks whose tags don't say it, and that no name led to.
CREATE TABLE track_sounds (
  track_id INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,
  duration_ms INTEGER NOT NULL,                  -- of the sound that was asked about; another length is another sound
  recording_id TEXT,                             -- MusicBrainz recording id; NULL while nobody knows it
  ask_again_at INTEGER                           -- Unix seconds; NULL: never
);
