-- A track whose source tells of it in rows, not in a file of its own (catalogsync): what tells that the row changed. Its
-- files lie on backends that the source names.
CREATE TABLE source_records (
  track_id INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,
  mark INTEGER NOT NULL,                         -- of the rows as they are
  tag_hash BLOB NOT NULL                         -- of what was taken from them
);
