-- What the owner says in place of the tags. The rows of tracks, albums and artists have what is shown, with the edits
-- laid over it; these tables have what lies over what, so that an import can do so again and an edit can be taken back.
CREATE TABLE track_edits (
  track_id INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,
  is_hidden INTEGER NOT NULL DEFAULT 0,
  edited TEXT NOT NULL,                          -- JSON: what the owner says, by field
  tagged TEXT NOT NULL,                          -- JSON: what the file says, all fields
  cover_id INTEGER REFERENCES covers,            -- the owner's
  tagged_cover_id INTEGER REFERENCES covers      -- the picture inside the file
);

-- What an album's tracks say is in their rows.
CREATE TABLE album_edits (
  album_id INTEGER PRIMARY KEY REFERENCES albums ON DELETE CASCADE,
  is_hidden INTEGER NOT NULL DEFAULT 0,          -- and with it all of its tracks
  edited TEXT NOT NULL,
  cover_id INTEGER REFERENCES covers
);

CREATE TABLE artist_edits (
  artist_id INTEGER PRIMARY KEY REFERENCES artists ON DELETE CASCADE,
  edited TEXT NOT NULL,
  tagged TEXT NOT NULL
);

-- An artist's albums are looked up.
CREATE INDEX album_artists_by_artist ON album_artists (artist_id);
