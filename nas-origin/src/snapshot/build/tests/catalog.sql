-- A catalog with what must be shown, and what must stay on the NAS.
INSERT INTO storage_backends (backend_id, name, backend_type, base_path, public_base_url) VALUES (1, 'nas', 'local', '/volume1/private music', NULL);
INSERT INTO storage_backends (backend_id, name, backend_type, base_path, public_base_url) VALUES (2, 'bucket', 'object_storage', NULL, 'https://cdn.example/');
INSERT INTO sources (source_id, name, kind, mode, backend_id) VALUES (1, 'music', 'local', 'in_place', 1);
INSERT INTO sources (source_id, name, kind, mode, backend_id, untagged) VALUES (2, 'strict', 'local', 'in_place', 1, 'hide');
INSERT INTO covers (cover_id, sha256, ext, width, height) VALUES (1, 'aa11111111111111111111111111111111111111111111111111111111111111', 'png', 500, 400);
INSERT INTO covers (cover_id, sha256, ext, width, height) VALUES (2, 'bb22222222222222222222222222222222222222222222222222222222222222', 'jpg', 3000, 3000);
INSERT INTO covers (cover_id, sha256, ext, width, height) VALUES (3, 'cc33333333333333333333333333333333333333333333333333333333333333', 'jpg', 90, 90);
INSERT INTO covers (cover_id, sha256, ext, width, height, is_unreadable) VALUES (4, 'dd44444444444444444444444444444444444444444444444444444444444444', 'jpg', 9, 9, 1);
INSERT INTO artists (artist_id, name, name_key, sort_name, musicbrainz_id) VALUES (1, '周杰伦', '周杰伦', NULL, 'mb-artist');
INSERT INTO artists (artist_id, name, name_key, sort_name, musicbrainz_id) VALUES (2, 'The Beatles', 'the beatles', 'Beatles, The', NULL);
INSERT INTO artists (artist_id, name, name_key, sort_name, musicbrainz_id) VALUES (3, '方文山', '方文山', NULL, NULL);
INSERT INTO artists (artist_id, name, name_key, sort_name, musicbrainz_id) VALUES (4, 'Hidden Artist', 'hidden artist', NULL, NULL);
INSERT INTO artists (artist_id, name, name_key, sort_name, musicbrainz_id) VALUES (5, 'Guest', 'guest', NULL, NULL);
INSERT INTO albums (album_id, album_key, name, sort_name, artist, is_compilation, release_date, original_date, musicbrainz_id, cover_id, added_at) VALUES (1, 'k1', '叶惠美', NULL, '周杰伦', 0, '2003-07-31', NULL, 'mb-album', NULL, 1000);
INSERT INTO albums (album_id, album_key, name, sort_name, artist, is_compilation, release_date, original_date, musicbrainz_id, cover_id, added_at) VALUES (2, 'k2', 'Abbey Road', NULL, 'The Beatles', 0, '2019', '1969-09-26', NULL, 1, 2000);
INSERT INTO albums (album_id, album_key, name, sort_name, artist, is_compilation, release_date, original_date, musicbrainz_id, cover_id, added_at) VALUES (3, 'k3', 'Hidden Album', NULL, 'Hidden Artist', 0, NULL, NULL, NULL, 3, 3000);
INSERT INTO album_artists (album_id, position, artist_id) VALUES (1, 0, 1), (2, 0, 2), (3, 0, 4);
INSERT INTO disc_titles (album_id, disc_number, title) VALUES (2, 1, 'Remaster');
INSERT INTO genres (genre_id, name, name_key) VALUES (1, 'Pop', 'pop'), (2, 'Rock', 'rock'), (3, 'Secret', 'secret');
INSERT INTO tracks (track_id, source, source_id, metadata_status, title, artist, album_id, disc_number, track_number,
    release_date, duration_ms, bit_rate_kbps, cover_id, play_count, added_at, isrc, replaygain_track_gain)
  VALUES (1, 'music', 'private folder/secret name 1.flac', 'tagged', '晴天', '周杰伦', 1, 1, 3, '2003-07-31', 269000, 900, 2, 0, 1000, 'TWA450300001/TWA450300002', -6.5);
INSERT INTO tracks (track_id, source, source_id, metadata_status, title, artist, album_id, disc_number, track_number,
    duration_ms, play_count, added_at)
  VALUES (2, 'music', 'private folder/secret name 2.mp3', 'tagged', '以父之名', '周杰伦 feat. Guest', 1, 1, 1, 342000, 7, 1001);
INSERT INTO tracks (track_id, source, source_id, metadata_status, title, artist, album_id, track_number, play_count, added_at)
  VALUES (3, 'music', 'private folder/secret name 3.mp3', 'tagged', 'Come Together', 'The Beatles', 2, 1, 3, 2000);
INSERT INTO tracks (track_id, source, source_id, metadata_status, is_hidden, title, artist, album_id, cover_id, added_at)
  VALUES (4, 'music', 'hidden.mp3', 'tagged', 1, 'Hidden Title', 'Hidden Artist', 3, 3, 3000);
INSERT INTO track_lyrics (track_id, position, kind, language, lyrics) VALUES (1, 0, 'main', 'zho', '[00:01.00]故事的小黄花'),
  (1, 1, 'translation', 'eng', '[00:01.00]The little yellow flower'), (4, 0, 'main', NULL, 'hidden words');
INSERT INTO lyrics_files (source, source_id, stem, size_bytes, mtime_ns, lyrics) VALUES
  ('music', 'private folder/secret name 2.lrc', 'private folder/secret name 2', 1, 1, '[00:02.00]beside'),
  ('music', 'private folder/secret name.lrc', 'private folder/secret name', 1, 1, 'nobody''s'),
  ('strict', 'private folder/secret name 3.lrc', 'private folder/secret name 3', 1, 1, 'of another source');
INSERT INTO tracks (track_id, source, source_id, metadata_status, missing_since, title, added_at)
  VALUES (5, 'music', 'missing.mp3', 'tagged', 5000, 'Missing Title', 3000);
INSERT INTO tracks (track_id, source, source_id, metadata_status, is_untagged, title, added_at)
  VALUES (6, 'strict', 'untagged.mp3', 'tagged', 1, 'Untagged Title', 3000);
INSERT INTO track_credits (track_id, position, role, artist_id, instrument) VALUES (1, 0, 'artist', 1, NULL), (1, 1, 'composer', 3, NULL),
  (1, 2, 'performer', 5, 'cello'), (2, 0, 'artist', 1, NULL), (2, 1, 'artist', 5, NULL), (2, 2, 'role of a later version', 4, NULL),
  (3, 0, 'artist', 2, NULL), (4, 0, 'artist', 4, NULL);
UPDATE tracks SET advisory = 'clean', moods = 'Calm' || char(31) || 'Sad', groupings = 'Summer', works = 'Suite' || char(31) || 'Song',
  work_ids = char(31) || 'mb-work', movement = 'Allegro', movement_number = 2, movement_total = 4, replaygain_base_gain = -1.5
  WHERE track_id = 1;
UPDATE albums SET version = 'Remaster', release_types = 'Album' || char(31) || 'Live', labels = 'Apple' WHERE album_id = 2;
INSERT INTO track_genres (track_id, position, genre_id) VALUES (1, 0, 1), (2, 0, 1), (2, 1, 2), (3, 0, 2), (4, 0, 3);
INSERT INTO track_files (location_id, track_id, backend_id, locator, ext, size_bytes, mtime_ns, bit_rate_kbps, status, is_primary)
  VALUES (11, 1, 1, 'private folder/secret name 1.flac', 'flac', 30000000, 1, 900, 'active', 1),
         (12, 1, 2, 'mirror/1 a.opus', 'opus', 4000000, 1, 128, 'active', 0),
         (13, 2, 1, 'private folder/secret name 2.mp3', 'mp3', 8000000, 1, 320, 'active', 1),
         (14, 3, 1, 'private folder/secret name 3.mp3', 'mp3', 5000000, 1, 192, 'active', 1),
         (15, 3, 1, 'private folder/gone.mp3', 'mp3', 5000000, 1, 192, 'missing', 0),
         (16, 4, 1, 'hidden.mp3', 'mp3', 5, 1, 192, 'active', 1);
INSERT INTO playlists (playlist_id, source, source_id, name, play_count, song_count)
  VALUES (1, 'music', 'private lists/favourites.m3u', 'favourites', 0, 5);
INSERT INTO playlists (playlist_id, source, source_id, name, is_public)
  VALUES (2, 'music', 'private lists/own.m3u', 'Not For All', 0);
INSERT INTO playlist_tracks (playlist_id, position, track_id) VALUES (1, 0, 3), (1, 1, 1), (1, 2, 4), (1, 3, 3), (1, 4, 5), (2, 0, 1);
INSERT INTO playlist_pools (pool_id, platform, pool_kind, external_id, name) VALUES (1, 'local', 'toplist', 'best', 'Best');
INSERT INTO pool_playlists (pool_id, playlist_id) VALUES (1, 1), (1, 2);
UPDATE tracks SET cover_id = 4 WHERE track_id = 2;
