//! What the demo library holds.

pub(super) const VARIOUS_ARTISTS: &str = "Various Artists";

/// One demo album.
pub(super) struct Album {
    pub(super) artist: &'static str,
    pub(super) title: &'static str,
    pub(super) date: &'static str,
    pub(super) genre: &'static str,
    /// In the files rather than beside them, so that both ways can be seen.
    pub(super) is_cover_embedded: bool,
    pub(super) songs: &'static [Song],
}

/// One demo song.
pub(super) struct Song {
    pub(super) title: &'static str,
    /// The performers where they are not the album's.
    pub(super) artist: Option<&'static str>,
}

const fn song(title: &'static str) -> Song {
    Song { title, artist: None }
}

const fn by(artist: &'static str, title: &'static str) -> Song {
    Song { title, artist: Some(artist) }
}

pub(super) const ALBUMS: [Album; 6] = [
    Album {
        artist: "Sólveig Ár",
        title: "Tide Tables",
        date: "2019-03-08",
        genre: "Ambient",
        is_cover_embedded: false,
        songs: &[song("Low Water"), song("Jökull"), song("The Slow Ferry"), song("High Water")],
    },
    Album {
        artist: "林晚舟",
        title: "山间来信",
        date: "2021-10-01",
        genre: "Folk",
        is_cover_embedded: true,
        songs: &[song("晨雾"), song("石阶"), song("来信"), song("归鸟")],
    },
    Album {
        artist: "Mira Okafor",
        title: "Rooftop Sketches",
        date: "2023",
        genre: "Electronic",
        is_cover_embedded: false,
        songs: &[song("Antenna"), song("Laundry Line"), song("Pigeon Post"), song("Blue Hour")],
    },
    Album {
        artist: "周南",
        title: "夜航",
        date: "2024-05-17",
        genre: "Electronic",
        is_cover_embedded: false,
        songs: &[song("启程"), by("周南 / Mira Okafor", "灯塔"), song("海图"), song("靠岸")],
    },
    Album {
        artist: "The Paper Lanterns",
        title: "Letters Home",
        date: "1998-11-20",
        genre: "Folk",
        is_cover_embedded: true,
        songs: &[song("Kitchen Light"), song("Café Été"), song("Long Way Round")],
    },
    Album {
        artist: VARIOUS_ARTISTS,
        title: "Small Hours",
        date: "2025-01-31",
        genre: "Ambient",
        is_cover_embedded: false,
        songs: &[by("Sólveig Ár", "Half Past Three"), by("林晚舟", "未眠"), by("The Paper Lanterns", "One Last Lamp")],
    },
];

/// Playlists by name, with the paths of their entries.
pub(super) const PLAYLISTS: [(&str, &[&str]); 2] = [
    (
        "First Listen",
        &[
            "Sólveig Ár/Tide Tables/01 - Low Water.wav",
            "周南/夜航/02 - 灯塔.wav",
            "The Paper Lanterns/Letters Home/02 - Café Été.wav",
            "Mira Okafor/Rooftop Sketches/04 - Blue Hour.wav",
        ],
    ),
    (
        "夜里听",
        &[
            "林晚舟/山间来信/03 - 来信.wav",
            "Various Artists/Small Hours/02 - 未眠.wav",
            "周南/夜航/04 - 靠岸.wav",
            "林晚舟/山间来信/03 - 来信.wav",
        ],
    ),
];
