//! All operations of the protocol, and what each says to calls that are right, that lack something, or are wrong.

/// An operation.
pub(super) struct Known {
    /// Its name.
    pub(super) name: &'static str,
    /// Parameters of a good call.
    pub(super) good: &'static str,
    /// The code of the error that it answers to a call without parameters; `OK` when it answers data.
    pub(super) bare: u32,
    /// Parameters that are whole numbers.
    pub(super) numbers: &'static [&'static str],
}

/// No error.
pub(super) const OK: u32 = u32::MAX;

const fn known(name: &'static str, good: &'static str, bare: u32, numbers: &'static [&'static str]) -> Known {
    Known { name, good, bare, numbers }
}

/// The parameters of a page of albums.
const PAGE: &[&str] = &["size", "offset"];
/// The parameters of a page of each list.
const PAGES: &[&str] = &["artistCount", "artistOffset", "albumCount", "albumOffset", "songCount", "songOffset"];

/// Every operation.
pub(super) const OPERATIONS: [Known; 87] = [
    known("addChatMessage", "message=x", 50, &[]),
    known("changePassword", "username=guest&password=x", 50, &[]),
    known("createBookmark", "id=tr-1&position=1", 50, &[]),
    known("createInternetRadioStation", "streamUrl=http://x&name=x", 50, &[]),
    known("createPlaylist", "name=x&songId=tr-1", 50, &[]),
    known("createPodcastChannel", "url=http://x", 50, &[]),
    known("createShare", "id=tr-1", 50, &[]),
    known("createUser", "username=x&password=x&email=x", 50, &[]),
    known("deleteBookmark", "id=tr-1", 50, &[]),
    known("deleteInternetRadioStation", "id=1", 50, &[]),
    known("deletePlaylist", "id=pl-1", 50, &[]),
    known("deletePodcastChannel", "id=1", 50, &[]),
    known("deletePodcastEpisode", "id=1", 50, &[]),
    known("deleteShare", "id=1", 50, &[]),
    known("deleteUser", "username=x", 50, &[]),
    known("download", "id=tr-1", 10, &[]),
    known("downloadPodcastEpisode", "id=1", 50, &[]),
    known("findSonicPath", "startSongId=tr-1&endSongId=tr-2", 70, &[]),
    known("getAlbum", "id=al-1", 10, &[]),
    known("getAlbumInfo", "id=al-1", 10, &[]),
    known("getAlbumInfo2", "id=al-1", 10, &[]),
    known("getAlbumList", "type=alphabeticalByName", 10, PAGE),
    known("getAlbumList2", "type=byYear&fromYear=1990&toYear=2020", 10, PAGE),
    known("getArtist", "id=ar-1", 10, &[]),
    known("getArtistInfo", "id=ar-1", 10, &["count"]),
    known("getArtistInfo2", "id=ar-1", 10, &["count"]),
    known("getArtists", "", OK, &[]),
    known("getAvatar", "username=guest", 70, &[]),
    known("getBookmarks", "", OK, &[]),
    known("getCaptions", "id=1", 70, &[]),
    known("getChatMessages", "", OK, &[]),
    known("getCoverArt", "id=al-1", 10, &["size"]),
    known("getGenres", "", OK, &[]),
    known("getIndexes", "", OK, &["ifModifiedSince"]),
    known("getInternetRadioStations", "", OK, &[]),
    known("getLicense", "", OK, &[]),
    known("getLyrics", "artist=Bj%C3%B6rk&title=J%C3%B3ga", OK, &[]),
    known("getLyricsBySongId", "id=tr-11", 10, &[]),
    known("getMusicDirectory", "id=ar-1", 10, &[]),
    known("getMusicFolders", "", OK, &[]),
    known("getNewestPodcasts", "", OK, &[]),
    known("getNowPlaying", "", OK, &[]),
    known("getOpenSubsonicExtensions", "", OK, &[]),
    known("getPlayQueue", "", OK, &[]),
    known("getPlayQueueByIndex", "", OK, &[]),
    known("getPlaylist", "id=pl-1", 10, &[]),
    known("getPlaylists", "", OK, &[]),
    known("getPodcastEpisode", "id=1", 70, &[]),
    known("getPodcasts", "", OK, &[]),
    known("getRandomSongs", "", OK, &["size", "fromYear", "toYear"]),
    known("getScanStatus", "", OK, &[]),
    known("getShares", "", OK, &[]),
    known("getSimilarSongs", "id=tr-1", 10, &["count"]),
    known("getSimilarSongs2", "id=ar-1", 10, &["count"]),
    known("getSong", "id=tr-1", 10, &[]),
    known("getSongsByGenre", "genre=Pop", 10, &["count", "offset"]),
    known("getSonicSimilarTracks", "id=tr-1", 70, &[]),
    known("getStarred", "", OK, &[]),
    known("getStarred2", "", OK, &[]),
    known("getTopSongs", "id=ar-1", 10, &["count"]),
    known("getTranscodeDecision", "mediaId=tr-1&mediaType=song", 70, &[]),
    known("getTranscodeStream", "mediaId=tr-1&mediaType=song&transcodeParams=x", 70, &[]),
    known("getUser", "username=guest", 10, &[]),
    known("getUsers", "", 50, &[]),
    known("getVideoInfo", "id=1", 70, &[]),
    known("getVideos", "", OK, &[]),
    known("hls.m3u8", "id=tr-1", 70, &[]),
    known("jukeboxControl", "action=start", 50, &[]),
    known("ping", "", OK, &[]),
    known("refreshPodcasts", "", 50, &[]),
    known("reportPlayback", "mediaId=tr-1&mediaType=song&positionMs=1&state=playing", 10, &[]),
    known("savePlayQueue", "id=tr-1", OK, &[]),
    known("savePlayQueueByIndex", "id=tr-1", OK, &[]),
    known("scrobble", "id=tr-1", 10, &[]),
    known("search", "any=jog", OK, &["count", "offset"]),
    known("search2", "query=s", 10, PAGES),
    known("search3", "query=s", 10, PAGES),
    known("setRating", "id=tr-1&rating=5", 50, &[]),
    known("star", "id=tr-1", 50, &[]),
    known("startScan", "", 50, &[]),
    known("stream", "id=tr-1", 10, &["maxBitRate"]),
    known("tokenInfo", "", 44, &[]),
    known("unstar", "id=tr-1", 50, &[]),
    known("updateInternetRadioStation", "id=1&streamUrl=http://x&name=x", 50, &[]),
    known("updatePlaylist", "playlistId=pl-1&name=x", 50, &[]),
    known("updateShare", "id=1", 50, &[]),
    known("updateUser", "username=guest&password=x", 50, &[]),
];
