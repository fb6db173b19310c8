//! What the pages say, once for each language. A plain table: the compiler sees to it that no language lacks a text.

mod en;
mod zh;

pub(super) use en::ENGLISH;
pub(super) use zh::CHINESE;

/// Every text of the pages in one language.
pub(super) struct Texts {
    /// For `<html lang>` and `Vary`: BCP 47.
    pub tag: &'static str,
    pub skip_to_content: &'static str,
    pub home: &'static str,
    pub albums: &'static str,
    pub artists: &'static str,
    pub playlists: &'static str,
    pub toplists: &'static str,
    pub genres: &'static str,
    pub search: &'static str,
    pub tracks: &'static str,
    pub main_menu: &'static str,
    pub search_hint: &'static str,
    pub untitled: &'static str,
    pub counted: Counts,
    pub duration: fn(hours: u64, minutes: u64) -> String,
    pub date: fn(year: i32, month: Option<i8>, day: Option<i8>) -> String,
    pub list: Lists,
    pub front: Front,
    pub details: Details,
    pub found: Found,
    pub failure: Failures,
    pub player: Player,
}

/// Words behind numbers.
pub(super) struct Counts {
    pub tracks: Counted,
    pub albums: Counted,
    pub artists: Counted,
    pub playlists: Counted,
    pub genres: Counted,
    pub plays: Counted,
}

/// The words behind a number, with the space that the language wants.
pub(super) struct Counted {
    pub one: &'static str,
    pub other: &'static str,
}

/// Lists, their orders and their pages.
pub(super) struct Lists {
    pub order: &'static str,
    pub by_name: &'static str,
    pub newest: &'static str,
    pub by_artist: &'static str,
    pub by_year: &'static str,
    pub most_played: &'static str,
    pub pages: &'static str,
    pub next_page: &'static str,
    pub first_page: &'static str,
    pub all_albums: &'static str,
    pub nothing: &'static str,
}

/// The home page.
pub(super) struct Front {
    pub newest_albums: &'static str,
    pub empty_library: &'static str,
    pub empty_library_hint: &'static str,
    pub connect: &'static str,
    pub connect_hint: &'static str,
    pub server: &'static str,
    pub server_without_script: &'static str,
    pub user: &'static str,
    pub password: &'static str,
    pub own_user: &'static str,
    pub own_password: &'static str,
    pub as_of: &'static str,
}

/// Albums, artists, playlists and tracks.
pub(super) struct Details {
    pub album: &'static str,
    pub artist: &'static str,
    pub playlist: &'static str,
    pub genre: &'static str,
    pub track: &'static str,
    pub compilation: &'static str,
    pub disc: &'static str,
    pub listen: &'static str,
    pub download: &'static str,
    pub play_all: &'static str,
    pub shuffle_all: &'static str,
    pub first_released: &'static str,
    pub released: &'static str,
    pub format: &'static str,
    pub composer: &'static str,
    pub comment: &'static str,
    pub lyrics: &'static str,
    pub about_track: &'static str,
}

/// The search page.
pub(super) struct Found {
    pub results_for: &'static str,
    pub nothing: &'static str,
    pub nothing_hint: &'static str,
    pub ask: &'static str,
}

/// Pages that could not be shown: a heading and what to do.
pub(super) struct Failures {
    pub not_found: Failure,
    pub unauthorised: Failure,
    pub too_many_logins: Failure,
    pub plain_http: Failure,
    pub no_snapshot: Failure,
    pub busy: Failure,
    pub bad_link: Failure,
    pub bad_method: Failure,
    pub broken: Failure,
    pub back_home: &'static str,
}

/// One such page.
pub(super) struct Failure {
    pub heading: &'static str,
    pub advice: &'static str,
}

/// The player; the scripts take their words from its markup.
pub(super) struct Player {
    pub label: &'static str,
    pub play: &'static str,
    pub pause: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub shuffle: &'static str,
    pub repeat: &'static str,
    pub repeat_off: &'static str,
    pub repeat_all: &'static str,
    pub repeat_one: &'static str,
    pub position: &'static str,
    pub volume: &'static str,
    pub queue: &'static str,
    pub clear_queue: &'static str,
    pub not_available: &'static str,
    pub no_answer: &'static str,
    pub cannot_decode: &'static str,
    pub offline: &'static str,
}
