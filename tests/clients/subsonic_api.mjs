// subsonic-api, the client of npm, in its three ways of asking. Its argument is the edge's URL.
import assert from "node:assert/strict";
import { SubsonicAPI } from "subsonic-api";

const url = process.argv[2];
const auth = { username: "guest", password: "guest" };

for (const options of [{}, { post: true }]) {
  const api = new SubsonicAPI({ url, auth, ...options });
  const answer = await api.ping();
  assert.equal(answer.status, "ok");
  assert.equal(answer.openSubsonic, true);

  const { artists } = await api.getArtists();
  const { artist } = await api.getArtist({ id: artists.index[0].artist[0].id });
  const { album } = await api.getAlbum({ id: artist.album[0].id });
  const { song } = await api.getSong({ id: album.song[0].id });
  assert.equal(song.albumId, album.id);

  const { searchResult3 } = await api.search3({ query: song.title });
  assert.ok(searchResult3.song.some((hit) => hit.id === song.id));
  const { albumList2 } = await api.getAlbumList2({ type: "alphabeticalByArtist", size: 3 });
  assert.ok(albumList2.album.length > 0);
  const { playlists } = await api.getPlaylists();
  const { playlist } = await api.getPlaylist({ id: playlists.playlist[0].id });
  assert.equal(playlist.readonly, true);
  const { topSongs } = await api.getTopSongs({ artist: artist.name });
  assert.ok(topSongs.song.length > 0);
  const { similarSongs2 } = await api.getSimilarSongs2({ id: artist.id });
  assert.ok(Array.isArray(similarSongs2.song));
  const { randomSongs } = await api.getRandomSongs({ size: 2 });
  assert.equal(randomSongs.song.length, 2);

  const heard = await api.stream({ id: song.id });
  assert.equal(heard.status, 200);
  assert.equal((await heard.arrayBuffer()).byteLength, song.size);
  const cover = await api.getCoverArt({ id: album.coverArt, size: 100 });
  assert.equal(cover.headers.get("content-type"), "image/jpeg");
  const refused = await api.star({ id: song.id }).catch((error) => error);
  assert.match(JSON.stringify(refused?.message ?? refused), /50|read-only/);
}
const stranger = new SubsonicAPI({ url, auth: { username: "guest", password: "wrong" } });
const refused = await stranger.ping().catch((error) => ({ status: "failed", error }));
assert.equal(refused.status, "failed");
console.log("subsonic-api: done");
