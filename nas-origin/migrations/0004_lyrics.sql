-- Several lyrics for a track, inside its file and beside it.

CREATE TABLE track_lyrics (
  lyrics_id INTEGER PRIMARY KEY,
  track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
  position INTEGER NOT NULL,                     -- from 0, the main ones first
  kind TEXT NOT NULL CHECK (kind IN ('main', 'translation', 'pronunciation')),
  language TEXT,                                 -- as tagged, mostly of three letters
  lyrics TEXT NOT NULL,                          -- plain, LRC or LRC with a time before each word
  UNIQUE (track_id, position)
);
INSERT INTO track_lyrics (track_id, position, kind, lyrics)
  SELECT track_id, 0, 'main', lyrics FROM tracks WHERE lyrics IS NOT NULL;
ALTER TABLE tracks DROP COLUMN lyrics;

-- Lyrics beside the music. They are the track's whose path has the same stem; which one that is, is asked when they are
-- shown, so that neither file has to be read again when the other one comes, moves or goes.
CREATE TABLE lyrics_files (
  lyrics_id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  stem TEXT NOT NULL,                            -- source_id without its extension and the dot
  size_bytes INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  lyrics TEXT NOT NULL,
  UNIQUE (source, source_id)
);
