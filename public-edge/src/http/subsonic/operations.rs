//! The table of all operations: each name and how it is answered.

use super::answers::{
    Answer, albums, artists, directories, genres, information, lyrics, playlists, random, search, similar, songs,
    system,
};
use super::fixed::Fixed;
use super::params::Params;

/// How an operation is answered.
#[derive(Clone, Copy)]
pub(super) enum Operation {
    /// From the catalog: the same question has the same answer until the next snapshot.
    Stable(Answer),
    /// About who asks: everybody the same one where anybody may listen.
    Personal(Answer),
    /// From the catalog, another answer each time.
    Random(Answer),
    /// Without the catalog.
    Fixed(Fixed),
    /// What works here.
    Extensions,
    /// Whose an API key is.
    TokenInfo,
    /// The bytes of a song, to be played.
    Stream,
    /// The bytes of a song, to be kept.
    Download,
    /// A picture.
    CoverArt,
}

/// Who gets an answer to an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    /// Everybody: clients ask for the extensions to learn how to log in.
    Open,
    /// Who has a key is told about it; a bad one has an error of its own.
    ByKey,
    /// Those who may listen.
    Listeners,
}

impl Operation {
    /// The operation of a name.
    pub(super) fn named(name: &str, params: &Params) -> Option<Self> {
        match name {
            "getOpenSubsonicExtensions" => Some(Self::Extensions),
            "tokenInfo" => Some(Self::TokenInfo),
            "getUser" => Some(Self::Personal(system::user)),
            "stream" => Some(Self::Stream),
            "download" => Some(Self::Download),
            "getCoverArt" => Some(Self::CoverArt),
            "getRandomSongs" => Some(Self::Random(random::songs)),
            "getAlbumList" if is_random(params) => Some(Self::Random(albums::list_as_directories)),
            "getAlbumList2" if is_random(params) => Some(Self::Random(albums::list_by_tags)),
            _ => stable(name).map(Self::Stable).or_else(|| fixed(name).map(Self::Fixed)),
        }
    }

    /// Who gets an answer.
    pub(super) fn entry(self) -> Entry {
        match self {
            Self::Extensions => Entry::Open,
            Self::TokenInfo => Entry::ByKey,
            _ => Entry::Listeners,
        }
    }
}

fn is_random(params: &Params) -> bool {
    params.find("type") == Some(albums::RANDOM)
}

fn stable(name: &str) -> Option<Answer> {
    Some(match name {
        "ping" => system::ping,
        "getLicense" => system::license,
        "getMusicFolders" => system::music_folders,
        "getScanStatus" => system::scan_status,
        "getIndexes" => directories::indexes,
        "getMusicDirectory" => directories::directory,
        "getGenres" => genres::genres,
        "getSongsByGenre" => genres::songs,
        "getArtists" => artists::artists,
        "getArtist" => artists::artist,
        "getAlbum" => albums::album,
        "getAlbumList" => albums::list_as_directories,
        "getAlbumList2" => albums::list_by_tags,
        "getSong" => songs::song,
        "getTopSongs" => songs::top,
        "search" => search::songs,
        "search2" => search::by_directories,
        "search3" => search::by_tags,
        "getPlaylists" => playlists::playlists,
        "getPlaylist" => playlists::playlist,
        "getLyrics" => lyrics::by_names,
        "getLyricsBySongId" => lyrics::by_song,
        "getArtistInfo" => information::artist,
        "getArtistInfo2" => information::artist2,
        "getAlbumInfo" | "getAlbumInfo2" => information::album,
        "getSimilarSongs" => similar::songs,
        "getSimilarSongs2" => similar::songs2,
        _ => return None,
    })
}

fn fixed(name: &str) -> Option<Fixed> {
    Some(match name {
        "scrobble" => Fixed::Done(&["id"]),
        "reportPlayback" => Fixed::Done(&["mediaId", "mediaType", "positionMs", "state"]),
        "savePlayQueue" | "savePlayQueueByIndex" | "getPlayQueue" | "getPlayQueueByIndex" => Fixed::Done(&[]),
        "getStarred" => Fixed::Empty("starred", &["artist", "album", "song"]),
        "getStarred2" => Fixed::Empty("starred2", &["artist", "album", "song"]),
        "getNowPlaying" => Fixed::Empty("nowPlaying", &["entry"]),
        "getBookmarks" => Fixed::Empty("bookmarks", &["bookmark"]),
        "getShares" => Fixed::Empty("shares", &["share"]),
        "getPodcasts" => Fixed::Empty("podcasts", &["channel"]),
        "getNewestPodcasts" => Fixed::Empty("newestPodcasts", &["episode"]),
        "getInternetRadioStations" => Fixed::Empty("internetRadioStations", &["internetRadioStation"]),
        "getChatMessages" => Fixed::Empty("chatMessages", &["chatMessage"]),
        "getVideos" => Fixed::Empty("videos", &["video"]),
        "getVideoInfo" => Fixed::Absent("video"),
        "getCaptions" => Fixed::Absent("captions"),
        "hls.m3u8" => Fixed::Absent("playlist of segments"),
        "getAvatar" => Fixed::Absent("avatar"),
        "getPodcastEpisode" => Fixed::Absent("episode"),
        "getSonicSimilarTracks" | "findSonicPath" => Fixed::Absent("sonic analysis"),
        "getTranscodeDecision" | "getTranscodeStream" => Fixed::Absent("transcoding"),
        _ if REFUSED.contains(&name) => Fixed::Refused,
        _ => return None,
    })
}

/// What would change the catalog, or show and change accounts.
const REFUSED: [&str; 27] = [
    "addChatMessage",
    "changePassword",
    "createBookmark",
    "createInternetRadioStation",
    "createPlaylist",
    "createPodcastChannel",
    "createShare",
    "createUser",
    "deleteBookmark",
    "deleteInternetRadioStation",
    "deletePlaylist",
    "deletePodcastChannel",
    "deletePodcastEpisode",
    "deleteShare",
    "deleteUser",
    "downloadPodcastEpisode",
    "getUsers",
    "jukeboxControl",
    "refreshPodcasts",
    "setRating",
    "star",
    "startScan",
    "unstar",
    "updateInternetRadioStation",
    "updatePlaylist",
    "updateShare",
    "updateUser",
];
