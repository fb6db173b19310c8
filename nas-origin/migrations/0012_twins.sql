-- The same song in several files: the later tracks say which one they are, and only that one is shown, with all files.
ALTER TABLE tracks ADD COLUMN twin_of INTEGER REFERENCES tracks ON DELETE SET NULL;
CREATE INDEX tracks_by_twin ON tracks (twin_of) WHERE twin_of IS NOT NULL;
