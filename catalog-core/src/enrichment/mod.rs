//! What an open database of music can add to a track: whether it is worth asking, whether an answer is about the same
//! track, and what it fills. Pure.
//!
//! An answer fills blanks only. What a tag or the owner says stays, whatever the database thinks of it.

mod answer;
mod fit;
mod found;
mod sound;
mod subject;

pub use answer::{Imprint, Performer, Recording, Release, is_musicbrainz_id};
pub use fit::{Fit, MAX_DURATION_GAP_MS, choose};
pub use found::{Found, fill_album, found_in, found_in_release};
pub use sound::{Heard, MIN_SCORE, recognise};
pub use subject::{Subject, has_blanks};

#[cfg(test)]
mod tests;
