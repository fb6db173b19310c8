//! Which recording a track is by its sound, of those that a database of fingerprints names.

use std::cmp::Reverse;

use super::answer::is_musicbrainz_id;
use super::fit::MAX_DURATION_GAP_MS;
use super::subject::Subject;

/// How alike two sounds have to be, of 1.
pub const MIN_SCORE: f64 = 0.9;

/// A recording that sounds like the track.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Heard {
    /// `MusicBrainz` recording id.
    pub id: String,
    /// How alike the sounds are, 1 at most.
    pub score: f64,
    /// The title.
    pub title: String,
    /// Who performs it.
    pub performers: Vec<String>,
    /// Albums that have it.
    pub albums: Vec<String>,
    /// Length.
    pub duration_ms: Option<u64>,
    /// How many people said that this sound is this recording.
    pub sources: u32,
}

/// The recording that the track is: alike enough, as long as the track, and of a tagged track with the title or an artist
/// in common. The names go before the album, the album before the likeness, and that before how many people said so.
pub fn recognise<'a>(subject: &Subject, heard: &'a [Heard]) -> Option<&'a Heard> {
    let fits = heard.iter().filter(|one| one.score >= MIN_SCORE && is_musicbrainz_id(&one.id));
    let fits = fits.filter_map(|one| Some((one, gap_ms(subject, one)?, names_in_common(subject, one))));
    let fits = fits.filter(|(_, gap, names)| *gap <= MAX_DURATION_GAP_MS && (subject.is_guess || *names > 0));
    let best = fits.min_by_key(|(one, gap, names)| {
        let is_elsewhere = !one.albums.iter().any(|album| subject.is_album(album));
        (Reverse(*names), is_elsewhere, Reverse(thousandths(one.score)), Reverse(one.sources), *gap, one.id.as_str())
    });
    best.map(|(one, ..)| one)
}

/// A recording of unknown length is no shorter or longer than the track.
fn gap_ms(subject: &Subject, heard: &Heard) -> Option<u64> {
    let known = subject.duration_ms?;
    Some(heard.duration_ms.map_or(0, |length| length.abs_diff(known)))
}

/// Of title and artists.
fn names_in_common(subject: &Subject, heard: &Heard) -> u8 {
    let is_by = subject.is_by(heard.performers.iter().map(String::as_str));
    u8::from(subject.is_titled(&heard.title)) + u8::from(is_by)
}

/// Scores that differ by less are the same.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score is from 0 to 1")]
fn thousandths(score: f64) -> u32 {
    (score.clamp(0.0, 1.0) * 1000.0) as u32
}
