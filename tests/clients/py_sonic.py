"""py-sonic, the oldest Python client: POST forms and JSON, by token and by password. Its argument is the edge's URL."""

import sys
from urllib.parse import urlparse

import libsonic

edge = urlparse(sys.argv[1])


def connect(password="guest", **options):
    return libsonic.Connection(
        f"http://{edge.hostname}", "guest", password, port=edge.port, appName="py-sonic", apiVersion="1.16.1", **options
    )


for options in [{}, {"legacyAuth": True}]:
    assert connect(**options).ping(), options
try:
    connect("wrong").ping()
except libsonic.errors.CredentialError:
    pass
else:
    raise AssertionError("a wrong password was taken")

client = connect()
assert client.getLicense()["license"]["valid"]
folder = client.getMusicFolders()["musicFolders"]["musicFolder"][0]["id"]
index = client.getArtists()["artists"]["index"]
artist = client.getArtist(index[0]["artist"][0]["id"])["artist"]
album = client.getAlbum(artist["album"][0]["id"])["album"]
song = client.getSong(album["song"][0]["id"])["song"]
assert song["albumId"] == album["id"], song

directory = client.getIndexes(musicFolderId=folder)["indexes"]["index"][0]["artist"][0]["id"]
child = client.getMusicDirectory(directory)["directory"]["child"][0]
assert child["isDir"], child

everything = client.search3('""', songCount=500, albumCount=500, artistCount=500)["searchResult3"]
assert song["id"] in [found["id"] for found in everything["song"]]
found = client.search3(song["title"])["searchResult3"]["song"]
assert song["id"] in [hit["id"] for hit in found], found
assert client.search2(artist["name"])["searchResult2"]["artist"]

albums = client.getAlbumList2("alphabeticalByName", size=500)["albumList2"]["album"]
assert len(albums) == len(everything["album"]), albums
assert client.getRandomSongs(size=3)["randomSongs"]["song"]
assert client.getGenres()["genres"]["genre"]
playlist = client.getPlaylists()["playlists"]["playlist"][0]
assert client.getPlaylist(playlist["id"])["playlist"]["entry"]
assert client.getTopSongs(artist["name"])["topSongs"]["song"]
assert client.getArtistInfo2(artist["id"])["artistInfo2"]["similarArtist"] is not None
assert client.getSimilarSongs2(artist["id"])["similarSongs2"]["song"] is not None
assert client.getStarred2()["starred2"]["song"] == []
assert client.getUser("guest")["user"]["streamRole"]
assert client.scrobble(song["id"])["status"] == "ok"
client.getPlayQueue()

heard = client.stream(song["id"]).read()
assert heard[:4] in (b"RIFF", b"fLaC", b"OggS", b"ID3\x03", b"ID3\x04"), heard[:4]
assert len(client.download(song["id"]).read()) == song["size"]
assert client.getCoverArt(album["coverArt"], size=100).read()[:2] == b"\xff\xd8"

for refused in [lambda: client.createPlaylist(name="x"), lambda: client.star([song["id"]]), client.getUsers]:
    try:
        refused()
    except libsonic.errors.AuthError:
        continue
    raise AssertionError("a read-only server took a change")
print("py-sonic: done")
