//! English.

use super::{Counted, Counts, Details, Failure, Failures, Found, Front, Lists, Player, Texts};

pub(in crate::http::web) const ENGLISH: Texts = Texts {
    tag: "en",
    skip_to_content: "Skip to content",
    home: "Home",
    albums: "Albums",
    artists: "Artists",
    playlists: "Playlists",
    toplists: "Charts",
    genres: "Genres",
    search: "Search",
    tracks: "Tracks",
    main_menu: "Main menu",
    search_hint: "Artist, album, track…",
    untitled: "Untitled",
    counted: Counts {
        tracks: Counted { one: " track", other: " tracks" },
        albums: Counted { one: " album", other: " albums" },
        artists: Counted { one: " artist", other: " artists" },
        playlists: Counted { one: " playlist", other: " playlists" },
        genres: Counted { one: " genre", other: " genres" },
        plays: Counted { one: " play", other: " plays" },
    },
    duration,
    date,
    list: Lists {
        order: "Order",
        by_name: "A–Z",
        newest: "Newest",
        by_artist: "By artist",
        by_year: "By year",
        most_played: "Most played",
        pages: "Pages",
        next_page: "Next page",
        first_page: "First page",
        all_albums: "All albums",
        nothing: "There is nothing here yet.",
    },
    front: Front {
        newest_albums: "Newest albums",
        empty_library: "The library is empty",
        empty_library_hint: "Once music is imported and published, it shows up here.",
        connect: "Listen in your own app",
        connect_hint: "Any Subsonic or OpenSubsonic app connects to this server.",
        server: "Server",
        server_without_script: "this site’s address up to the first “/”",
        user: "User name",
        password: "Password",
        own_user: "your own",
        own_password: "an app-password of yours",
        as_of: "Catalog of",
    },
    details: Details {
        album: "Album",
        artist: "Artist",
        playlist: "Playlist",
        genre: "Genre",
        track: "Track",
        compilation: "Compilation",
        disc: "Disc",
        listen: "Listen to",
        download: "Download",
        play_all: "Play",
        shuffle_all: "Shuffle",
        first_released: "first released",
        released: "Released",
        format: "Format",
        composer: "Composer",
        comment: "Comment",
        lyrics: "Lyrics",
        about_track: "About",
    },
    found: Found {
        results_for: "Results for",
        nothing: "Nothing found for",
        nothing_hint: "Try fewer or other words. Chinese names are found by pinyin and its initials, too.",
        ask: "Search the library by artist, album, track or playlist; the beginning of a word is enough.",
    },
    failure: Failures {
        not_found: Failure {
            heading: "Nothing here",
            advice: "This page does not exist, or what it showed has left the library.",
        },
        unauthorised: Failure {
            heading: "Log in",
            advice: "This music is for listeners: your name and an app-password, which the owner of the NAS gives out, let you in.",
        },
        too_many_logins: Failure {
            heading: "Too many failed logins",
            advice: "Please wait a minute, then try again with the right password.",
        },
        plain_http: Failure {
            heading: "Not over plain HTTP",
            advice: "A password must not be read on its way. Open this site with https:// in front.",
        },
        no_snapshot: Failure {
            heading: "The library is on its way",
            advice: "This server has not received a catalog yet. It keeps trying; reload in a few seconds.",
        },
        busy: Failure { heading: "Very busy", advice: "Too many requests are waiting. Please try again in a moment." },
        bad_link: Failure {
            heading: "This link does not work",
            advice: "Part of the address cannot be understood. Start again from the list’s first page.",
        },
        bad_method: Failure { heading: "Pages can only be read", advice: "Open the address as a link." },
        broken: Failure {
            heading: "Something broke",
            advice: "The catalog could not be read. The reason is in the server’s log.",
        },
        back_home: "Back to the start page",
    },
    player: Player {
        label: "Player",
        play: "Play",
        pause: "Pause",
        previous: "Previous track",
        next: "Next track",
        shuffle: "Shuffle",
        repeat: "Repeat",
        repeat_off: "off",
        repeat_all: "all",
        repeat_one: "this track",
        position: "Position",
        volume: "Volume",
        queue: "Queue",
        clear_queue: "Clear the queue",
        not_available: "This track is not available.",
        no_answer: "This track is kept where nothing answers now; the NAS may be asleep. Try again later.",
        cannot_decode: "This browser cannot play this track’s format.",
        offline: "No connection to the server.",
    },
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn duration(hours: u64, minutes: u64) -> String {
    if hours == 0 { format!("{minutes} min") } else { format!("{hours} h {minutes} min") }
}

fn date(year: i32, month: Option<i8>, day: Option<i8>) -> String {
    let name = month.and_then(|month| MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?));
    match (name, day) {
        (Some(name), Some(day)) => format!("{day} {name} {year}"),
        (Some(name), None) => format!("{name} {year}"),
        (None, _) => year.to_string(),
    }
}
