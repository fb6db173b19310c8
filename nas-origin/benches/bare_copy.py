#!/usr/bin/env python3
"""The floor of the export benchmark: what the earlier system's export did, a bare copy.

    bare_copy.py SOURCE TARGET

Rows are fetched in whole tables and written to five tables without an index, a search table or a check.
Standard library only.
"""
import json
import sqlite3
import sys
from urllib.parse import quote

SCHEMA = """
create table catalog_playlists (playlist_id integer primary key, platform text, remote_playlist_id text, name text,
  description text, cover_url text, play_count integer, song_count integer);
create table catalog_tracks (song_id integer primary key, platform text, remote_song_id text, name text, singers text,
  ext text, file_size_bytes integer, metadata_json text);
create table catalog_playlist_tracks (playlist_id integer, song_id integer, position integer);
create table catalog_track_files (song_id integer, quality_label text, ext text, file_size_bytes integer,
  backend_type text, backend_name text, locator text, public_url text, status text, is_primary integer);
create table catalog_toplists (toplist_id text, platform text, name text, description text, cover_url text,
  play_count integer, song_count integer, group_name text);
"""

FILES = """
select a.song_id, a.quality_label, a.ext, a.file_size_bytes, b.backend_type, b.name, l.locator, b.config_json,
  l.status, l.is_primary
from file_locations l join file_assets a on a.id = l.file_asset_id join storage_backends b on b.id = l.backend_id
where l.status = 'active' order by a.song_id, l.id
"""

TOPLISTS = """
select q.external_id, p.platform, p.name, p.description, p.cover_url, p.play_count, p.collected_song_count, q.name
from pool_playlists m join playlist_pools q on q.id = m.pool_id join playlists p on p.id = m.playlist_id
where q.pool_kind = 'toplist'
"""


def public_file(row: tuple) -> tuple:
    """A file's row with its public URL in place of the backend's configuration."""
    *first, locator, config, status, is_primary = row
    base = (json.loads(config or "{}") or {}).get("public_base_url")
    url = f"{base.rstrip('/')}/{quote(locator)}" if base else None
    return *first, locator, url, status, is_primary


def copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy table by table."""
    def insert(table: str, rows: list) -> None:
        marks = ",".join("?" * len(rows[0])) if rows else ""
        target.executemany(f"insert into {table} values ({marks})", rows)

    insert("catalog_playlists", source.execute(
        "select id, platform, remote_playlist_id, name, description, cover_url, coalesce(play_count, 0),"
        " collected_song_count from playlists order by id").fetchall())
    insert("catalog_tracks", source.execute(
        "select id, platform, remote_song_id, name, singers, ext, file_size_bytes, metadata_json"
        " from songs order by id").fetchall())
    insert("catalog_playlist_tracks", source.execute(
        "select e.playlist_id, e.song_id, e.position from playlist_songs e join playlists p on p.id = e.playlist_id"
        " join songs s on s.id = e.song_id order by e.playlist_id, e.position").fetchall())
    insert("catalog_track_files", [public_file(row) for row in source.execute(FILES).fetchall()])
    insert("catalog_toplists", source.execute(TOPLISTS).fetchall())


def main() -> None:
    source, target = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True), sqlite3.connect(sys.argv[2])
    target.executescript(SCHEMA)
    copy(source, target)
    target.commit()
    target.close()


if __name__ == "__main__":
    main()
