"""py-opensonic, which reads every answer into checked types. Its argument is the edge's URL."""

import sys
from urllib.parse import urlparse

import libopensonic

edge = urlparse(sys.argv[1])


def connect(password="guest", **options):
    return libopensonic.Connection(
        f"http://{edge.hostname}", "guest", password, port=edge.port, app_name="py-opensonic", **options
    )


def check(client):
    assert client.ping()
    extensions = {extension.name for extension in client.get_open_subsonic_extensions()}
    assert {"formPost", "songLyrics", "topSongsByArtistId"} <= extensions, extensions
    assert client.get_license()
    first = client.get_artists().index[0].artist[0]
    artist = client.get_artist(first.id)
    album = client.get_album(artist.album[0].id)
    song = client.get_song(album.song[0].id)
    assert song.album_id == album.id, song

    found = client.search3(song.title, song_count=5)
    assert song.id in [hit.id for hit in found.song], found
    assert client.search3('""', song_count=500).song
    assert client.search2(artist.name).artist
    # Its get_album_list wants what getAlbumList2 has; the specification has directories there.
    assert client.get_album_list2("newest", size=5) and client.get_album_list2("random", size=5)
    assert client.get_indexes().index and client.get_music_directory(artist.id).child
    assert client.get_random_songs(size=2) and client.get_genres()
    playlist = client.get_playlists()[0]
    assert client.get_playlist(playlist.id).entry
    assert client.get_top_songs(artist.name)
    client.get_artist_info2(artist.id)
    client.get_album_info2(album.id)
    client.get_similar_songs(song.id)
    client.get_similar_songs2(artist.id)
    client.get_lyrics_by_song_id(song.id)
    client.get_starred2()
    client.get_now_playing()
    client.get_bookmarks()
    client.get_podcasts()
    client.get_internet_radio_stations()
    assert client.get_scan_status().count
    assert client.get_user("guest").stream_role
    assert client.scrobble(song.id)
    try:
        client.star([song.id])
    except libopensonic.errors.AuthError:
        pass
    else:
        raise AssertionError("a read-only server took a star")


for options in [{}, {"use_get": True}, {"legacy_auth": True}, {"use_views": False}]:
    client = connect(**options)
    check(client)
    client.cleanup()
client = connect("wrong")
try:
    client.ping()
except libopensonic.errors.CredentialError:
    pass
else:
    raise AssertionError("a wrong password was taken")
client.cleanup()
print("py-opensonic: done")
