//! A small catalog with everything in it that readers trip over: several artists on a track, a compilation, discs,
//! Chinese and accented names, a track without album, a playlist with duplicates and gaps, toplists.

use super::{AlbumDraft, CatalogDraft, MemoryCatalog, PlaylistDraft, TrackDraft};
use crate::model::{
    Advisory, Album, BackendKind, Cover, CreditRole, DiscTitle, LocationId, Lyrics, LyricsKind, Movement, Playlist,
    PlaylistId, ReplayGain, Toplist, Track, TrackFile, Work,
};

/// Titles of `al-1`, in order.
const HOMOGENIC: [&str; 10] = [
    "Hunter",
    "Jóga",
    "Unravel",
    "Bachelorette",
    "All Neon Like",
    "5 Years",
    "Immature",
    "Alarm Call",
    "Pluto",
    "All Is Full of Love",
];
const FANTASY: [&str; 5] = ["爱在西元前", "爸我回来了", "简单爱", "忍者", "开不了口"];
const SHARED: [&str; 4] = ["珊瑚海", "What's the Difference", "Río Azul", "Zug nach Osten"];
/// When the sample's catalog first saw something, Unix seconds.
const FIRST_SEEN: i64 = 1_700_000_000;

/// The sample: 4 listed artists and 2 composers, 8 albums, 36 tracks, 3 playlists, 2 toplists.
pub fn sample_catalog() -> MemoryCatalog {
    sample_draft().finish()
}

/// What [`sample_catalog`] is made from.
pub fn sample_draft() -> CatalogDraft {
    CatalogDraft { albums: albums(), tracks: tracks(), playlists: playlists(), toplists: toplists() }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn cover(digit: char, largest_size: u32) -> Cover {
    Cover { sha256: digit.to_string().repeat(64), ext: "jpg".to_owned(), largest_size }
}

fn album(name: &str, artists: &[&str], year: Option<i32>) -> AlbumDraft {
    let date = year.map(|year| year.to_string());
    let album = Album { name: name.to_owned(), year, release_date: date, ..Album::default() };
    AlbumDraft { artists: names(artists), cover: None, album }
}

fn albums() -> Vec<AlbumDraft> {
    let mut albums = vec![
        album("Homogenic", &["Björk"], Some(1997)),
        album("范特西", &["周杰伦"], Some(2001)),
        album("The Shared Years", &["Björk", "周杰伦"], Some(2005)),
        album("Various Things", &["Various Artists"], Some(2001)),
        album("Post", &["Björk"], Some(1995)),
        album("Ålesund", &["Dr. Dre"], None),
        album("叶惠美", &["周杰伦"], Some(2003)),
        album("An Empty Room", &["Dr. Dre"], Some(1999)),
    ];
    albums[0].cover = Some(cover('a', 1200));
    albums[0].album.musicbrainz_id = Some("0d6b9f3a-0000-4000-8000-000000000001".to_owned());
    albums[0].album.version = Some("Surround Edition".to_owned());
    albums[0].album.release_types = names(&["album", "live"]);
    albums[0].album.labels = names(&["One Little Indian"]);
    albums[0].album.original_date = Some("1997-09-22".to_owned());
    albums[1].cover = Some(cover('b', 300));
    albums[1].album.sort_name = Some("Fan Te Xi".to_owned());
    albums[2].album.disc_titles = vec![
        DiscTitle { disc_number: 1, title: "North".to_owned() },
        DiscTitle { disc_number: 2, title: "South".to_owned() },
    ];
    albums[3].album.is_compilation = true;
    for (at, draft) in (0..).zip(&mut albums) {
        draft.album.added_at = FIRST_SEEN + 86_400 * ((at * 3) % 5);
    }
    albums
}

fn track(title: &str, artists: &[&str], place: Option<(usize, u32, u32)>) -> TrackDraft {
    let (album, disc_number, track_number) =
        place.map_or((None, None, None), |(album, disc, number)| (Some(album), Some(disc), Some(number)));
    let track = Track {
        title: title.to_owned(),
        disc_number,
        track_number,
        year: album.map(|_| 2001),
        duration_ms: Some(180_000 + title.len() as u64 * 1000),
        added_at: FIRST_SEEN,
        ..Track::default()
    };
    TrackDraft { artists: names(artists), album, track, ..TrackDraft::default() }
}

fn numbered(titles: &[&str], artists: &[&str], album: usize, disc: u32) -> Vec<TrackDraft> {
    (1..).zip(titles).map(|(number, title)| track(title, artists, Some((album, disc, number)))).collect()
}

fn tracks() -> Vec<TrackDraft> {
    let mut tracks = numbered(&HOMOGENIC, &["Björk"], 0, 1);
    tracks.extend(numbered(&FANTASY, &["周杰伦"], 1, 1));
    tracks.extend(numbered(&SHARED, &["Björk", "周杰伦"], 2, 1));
    tracks.extend(numbered(&["Koral", "Sur"], &["周杰伦"], 2, 2));
    tracks.extend(numbered(&["Forgot About It", "Keep On"], &["Dr. Dre"], 3, 1));
    tracks.push(track("双截棍", &["周杰伦"], Some((3, 1, 3))));
    tracks.extend(numbered(&["Army of Me", "Hyperballad", "Isobel"], &["Björk"], 4, 1));
    tracks.extend(numbered(&["Fjord", "Fjell"], &["Dr. Dre"], 5, 1));
    tracks.extend(numbered(&["以父之名", "懦夫", "晴天"], &["周杰伦"], 6, 1));
    tracks.extend(numbered(&["The Wait"], &["Dr. Dre"], 7, 1));
    tracks.push(track("A Loose Recording", &["周杰伦", "Dr. Dre"], None));
    tracks.push(track("untitled 04", &[], None));
    tracks.push(track("100% \"quoted\" <b>&amp;</b>", &["Dr. Dre"], None));
    for (at, draft) in tracks.iter_mut().enumerate() {
        add_details(draft, at);
    }
    enrich(&mut tracks[0]);
    tracks[1].lyrics = vec![lyrics("All these accidents\nthat happen", LyricsKind::Main, None)];
    tracks[10].lyrics = vec![
        lyrics(
            "[00:01.00]<00:01.00>古巴比伦王<00:02.20>颁布了<00:03.00>\n[00:05.50]汉摩拉比法典",
            LyricsKind::Main,
            Some("zho"),
        ),
        lyrics("[00:01.00]The king of Babylon", LyricsKind::Translation, Some("eng")),
    ];
    tracks[10].composers = names(&["周杰伦", "方文山"]);
    tracks
}

fn lyrics(text: &str, kind: LyricsKind, language: Option<&str>) -> Lyrics {
    Lyrics { kind, language: language.map(str::to_owned), text: text.to_owned() }
}

fn add_details(draft: &mut TrackDraft, at: usize) {
    let location_id = i64::try_from(at * 2 + 1).ok().and_then(LocationId::new).unwrap_or_default();
    draft.track.play_count = at as u64 * 7 % 11;
    draft.track.genres = match draft.album {
        Some(0 | 4) => names(&["Electronic", "Art Pop"]),
        Some(1 | 6) => names(&["Mandopop"]),
        Some(2 | 3) => names(&["Pop"]),
        _ => Vec::new(),
    };
    draft.track.ext = Some("flac".to_owned());
    draft.track.file_size_bytes = Some(20_000_000 + at as u64);
    draft.track.bit_rate_kbps = Some(900);
    draft.files = vec![TrackFile {
        location_id,
        backend: BackendKind::Local,
        public_url: None,
        ext: draft.track.ext.clone(),
        size_bytes: draft.track.file_size_bytes,
        bit_rate_kbps: draft.track.bit_rate_kbps,
        quality_label: None,
        is_primary: true,
    }];
}

/// One track that has everything.
fn enrich(draft: &mut TrackDraft) {
    draft.cover = Some(cover('c', 600));
    draft.composers = names(&["Björk", "Mark Bell"]);
    draft.others = vec![
        (CreditRole::Performer, "Eumir Deodato".to_owned(), Some("strings".to_owned())),
        (CreditRole::Producer, "Mark Bell".to_owned(), None),
    ];
    let track = &mut draft.track;
    (track.sample_rate_hz, track.bit_depth, track.channels, track.bpm) = (Some(44_100), Some(16), Some(2), Some(96));
    track.sort_title = Some("Hunter, The".to_owned());
    track.comment = Some("first pressing".to_owned());
    track.isrcs = names(&["GBAAN9700001"]);
    track.musicbrainz_id = Some("0d6b9f3a-0000-4000-8000-000000000002".to_owned());
    track.replay_gain = ReplayGain {
        track_gain_db: Some(-6.5),
        track_peak: Some(0.98),
        album_gain_db: Some(-7.25),
        album_peak: Some(1.0),
        base_gain_db: Some(-1.5),
    };
    track.advisory = Some(Advisory::Explicit);
    track.moods = names(&["Calm", "Cold"]);
    track.groupings = names(&["Icelandic"]);
    track.works = vec![Work { name: "Homogenic Suite".to_owned(), musicbrainz_id: Some("work-1".to_owned()) }];
    track.movement = Some(Movement { name: "Hunter".to_owned(), number: Some(1), count: Some(10) });
    draft.files.push(TrackFile {
        location_id: LocationId::new(2).unwrap_or_default(),
        backend: BackendKind::ObjectStorage,
        public_url: Some("https://cdn.example/a%20b/hunter.mp3".to_owned()),
        ext: Some("mp3".to_owned()),
        size_bytes: Some(9_000_000),
        bit_rate_kbps: Some(320),
        quality_label: Some("exhigh".to_owned()),
        is_primary: false,
    });
}

fn playlist(name: &str, entries: &[(i64, usize)]) -> PlaylistDraft {
    let playlist = Playlist { name: name.to_owned(), platform: "netease".to_owned(), ..Playlist::default() };
    PlaylistDraft { entries: entries.to_vec(), playlist }
}

fn playlists() -> Vec<PlaylistDraft> {
    let mut playlists = vec![
        playlist("Late Nights", &[(0, 3), (1, 10), (2, 3), (5, 0), (6, 3)]),
        playlist("华语热歌", &[(1, 10), (2, 11), (3, 12), (4, 23)]),
        playlist("nothing yet", &[]),
    ];
    playlists[0].playlist.description = Some("For the way home".to_owned());
    playlists[1].playlist.cover_url = Some("https://img.example/hot.jpg".to_owned());
    playlists[2].playlist.cover_url = Some("https://img.example/new.jpg".to_owned());
    playlists[1].playlist.play_count = 1_234_567;
    playlists
}

fn toplists() -> Vec<Toplist> {
    let toplist = |id: &str, playlist: i64, song_count: u64| Toplist {
        id: id.to_owned(),
        playlist_id: PlaylistId::new(playlist).unwrap_or_default(),
        group_name: Some("Official charts".to_owned()),
        song_count,
        ..Toplist::default()
    };
    vec![toplist("hot:2", 2, 200), toplist("late", 1, 5)]
}
