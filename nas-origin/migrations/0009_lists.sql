-- Playlists and toplists that the owner makes, publishes and hides, and pictures that the owner gives to playlists.
ALTER TABLE playlists ADD COLUMN cover_id INTEGER REFERENCES covers;
ALTER TABLE playlist_pools ADD COLUMN is_public INTEGER NOT NULL DEFAULT 1;

-- Lists by name, page by page.
CREATE INDEX albums_by_name ON albums (name COLLATE NOCASE, album_id);
CREATE INDEX artists_by_name ON artists (name COLLATE NOCASE, artist_id);
