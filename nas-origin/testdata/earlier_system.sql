-- A small database of the earlier system: two playlists, one of them a toplist, and songs on two backends.
create table playlists (
  id integer primary key, platform text not null, remote_playlist_id text not null, name text not null,
  description text, cover_url text, play_count integer default 0, collected_song_count integer default 0);
create table songs (
  id integer primary key, platform text not null, remote_song_id text not null, name text not null,
  singers text, ext text, file_size_bytes integer, metadata_json text);
create table playlist_songs (playlist_id integer not null, song_id integer not null, position integer not null);
create table playlist_pools (
  id integer primary key, platform text not null, pool_kind text not null, external_id text not null, name text not null);
create table pool_playlists (pool_id integer not null, playlist_id integer not null);
create table storage_backends (
  id integer primary key, name text not null, backend_type text not null, base_path text, config_json text);
create table file_assets (
  id integer primary key, song_id integer not null, quality_label text, ext text, file_size_bytes integer);
create table file_locations (
  id integer primary key, file_asset_id integer not null, backend_id integer not null, locator text not null,
  status text not null, is_primary integer not null);

insert into playlists values (1, 'kuwo', '16', 'Top', 'desc', 'https://img/top.jpg', 1000, 7);
insert into playlists values (3, 'netease', '1', 'Mine', '', '', 5, 3);
insert into songs values (10, 'netease', '65800', '海屿你', '马也 / Crabbit', 'flac', 123456, '{"duration_ms": 0}');
insert into songs values (11, 'netease', '65801', 'Jóga', 'Björk', 'mp3', 7654321, '{"duration_ms": 305000, "album": "Homogenic"}');
insert into songs values (12, 'kuwo', '9', '晴天', '周杰伦', 'flac', null, null);
insert into playlist_songs values (1, 10, 1), (1, 12, 2);
insert into playlist_songs values (3, 11, 1), (3, 10, 2), (3, 11, 3), (3, 999, 4);
insert into playlist_pools values (5, 'kuwo', 'toplist', 'top_16', 'Charts'), (7, 'netease', 'category', 'mood', 'Mood');
insert into pool_playlists values (5, 1), (7, 3);
insert into storage_backends values (2, 'main', 'object_storage', null, '{"public_base_url": "https://cdn.example"}');
insert into storage_backends values (5, 'nas', 'local', '/volume1/music', null);
insert into file_assets values (7, 10, 'super', 'flac', 123456), (8, 11, 'high', 'mp3', 7654321);
insert into file_locations values (9, 7, 2, 'music/a.flac', 'active', 1), (10, 7, 5, 'a/b.flac', 'active', 0);
insert into file_locations values (11, 8, 2, 'music/b.mp3', 'active', 1), (12, 8, 2, 'music/old.mp3', 'deleted', 0);
