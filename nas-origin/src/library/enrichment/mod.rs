//! What open databases of music said of tracks and albums: the rows of it, what is still to be asked, and how it comes
//! into the rows that are shown.

mod answers;
mod apply;
mod asking;
mod releases;
mod rows;
mod sounds;

pub use answers::{find_answer, put_answer};
pub use apply::{Outcome, enrich_track, give_cover, miss_cover};
pub use asking::{
    AlbumOfRelease, count_albums_to_cover, count_tracks_to_ask, list_albums_to_cover, list_tracks_to_ask,
    preferred_release,
};
pub use releases::{count_releases_to_ask, enrich_by_release, list_releases_to_ask};
pub(super) use rows::{AlbumFinding, lay_in_track};
pub use sounds::{
    Recognised, SoundFile, count_unheard_tracks, find_sound_file, list_unheard_tracks, put_sound, recording_by_sound,
};
