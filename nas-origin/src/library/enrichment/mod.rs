//! What open databases of music said of tracks and albums: the rows of it, what is still to be asked, and how it comes
//! into the rows that are shown.

mod answers;
mod apply;
mod asking;
mod rows;
mod sounds;

pub use answers::{find_answer, put_answer};
pub use apply::{Outcome, enrich_by_release, enrich_track, give_cover, miss_cover};
pub use asking::{Topic, count_unasked, list_unasked, preferred_release, release_of};
pub(super) use rows::{AlbumFinding, lay_in_track};
pub use sounds::{Recognised, SoundFile, find_sound_file, put_sound, recording_by_sound};
