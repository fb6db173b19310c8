-- CUE sheets: one file, many tracks (docs/adr/0017).

-- Sheets beside the music. Which files they name is asked when an import ends, so that neither has to be read again when
-- the other one comes, moves or goes.
CREATE TABLE sheet_files (
  sheet_id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  UNIQUE (source, source_id)
);

-- The sheet inside a track's file. One beside the file comes before it.
CREATE TABLE track_sheets (
  track_id INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,
  sheet TEXT NOT NULL
);

-- Files that a sheet was held against, and a hash of all that was looked at: the same gives the same tracks.
CREATE TABLE cut_files (
  whole_id INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,
  made_of BLOB NOT NULL
);

-- Tracks that are a part of another track's file. Samples are counted once for all channels.
CREATE TABLE track_cuts (
  track_id INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,
  whole_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
  number INTEGER NOT NULL,                       -- on the disc
  first_sample INTEGER NOT NULL,
  end_sample INTEGER NOT NULL,
  UNIQUE (whole_id, number)
);

-- Whether it is shown as the tracks that a sheet cuts it into, and not itself.
ALTER TABLE tracks ADD COLUMN is_cut_up INTEGER NOT NULL DEFAULT 0;
