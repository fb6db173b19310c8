-- All parts that an artist can have in a track, and what else tags say of a track and its album.
-- Several texts in one column are separated by U+001F.

CREATE TABLE credits_of_tracks (
  track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
  position INTEGER NOT NULL,                     -- from 0: performers, then contributors
  role TEXT NOT NULL,                            -- catalog-core's CreditRole
  artist_id INTEGER NOT NULL REFERENCES artists,
  instrument TEXT,                               -- of a performer
  PRIMARY KEY (track_id, position)
) WITHOUT ROWID;
INSERT INTO credits_of_tracks (track_id, position, role, artist_id)
  SELECT track_id, row_number() OVER (PARTITION BY track_id ORDER BY role, position) - 1, role, artist_id
  FROM track_credits;
DROP TABLE track_credits;
ALTER TABLE credits_of_tracks RENAME TO track_credits;

ALTER TABLE tracks ADD COLUMN advisory TEXT CHECK (advisory IN ('explicit', 'clean'));
ALTER TABLE tracks ADD COLUMN moods TEXT;
ALTER TABLE tracks ADD COLUMN groupings TEXT;
ALTER TABLE tracks ADD COLUMN works TEXT;
ALTER TABLE tracks ADD COLUMN work_ids TEXT;     -- MusicBrainz', one for each work, empty where there is none
ALTER TABLE tracks ADD COLUMN movement TEXT;
ALTER TABLE tracks ADD COLUMN movement_number INTEGER;
ALTER TABLE tracks ADD COLUMN movement_total INTEGER;
ALTER TABLE tracks ADD COLUMN replaygain_base_gain REAL; -- dB that a decoder adds by itself
ALTER TABLE tracks ADD COLUMN album_version TEXT;
ALTER TABLE tracks ADD COLUMN album_release_types TEXT;
ALTER TABLE tracks ADD COLUMN album_labels TEXT;

ALTER TABLE albums ADD COLUMN version TEXT;
ALTER TABLE albums ADD COLUMN release_types TEXT;
ALTER TABLE albums ADD COLUMN labels TEXT;

-- No file has this time: the next import reads all of them again, for what is new here.
UPDATE track_files SET mtime_ns = -1;
