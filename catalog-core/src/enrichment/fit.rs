//! Whether an answer is about the track that was asked for, and which one is best.

use super::answer::{Recording, Release};
use super::subject::Subject;

/// Two recordings whose lengths differ by more are not the same, in milliseconds.
pub const MAX_DURATION_GAP_MS: u64 = 7_000;

/// The recording that a track is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fit<'a> {
    /// The recording.
    pub recording: &'a Recording,
    /// The release that is the track's album.
    pub release: Option<&'a Release>,
}

/// The recording that fits best: one of the track's album before others, then the one nearest in length, then the one
/// that was named first. A recording whose id the tags have needs no names that fit.
pub fn choose<'a>(subject: &Subject, candidates: &'a [Recording]) -> Option<Fit<'a>> {
    let fits = candidates.iter().map(|recording| Fit { recording, release: release_of(subject, recording) });
    let fits = fits.filter(|fit| subject.recording_id.is_some() || is_same(subject, fit));
    fits.min_by_key(|fit| (fit.release.is_none(), gap_ms(subject, fit.recording).unwrap_or(u64::MAX)))
}

/// Without a length to compare, the album has to tell.
fn is_same(subject: &Subject, fit: &Fit<'_>) -> bool {
    let performers = fit.recording.performers.iter().map(|one| one.name.as_str());
    subject.is_named(&fit.recording.title, performers)
        && gap_ms(subject, fit.recording).map_or(fit.release.is_some(), |gap| gap <= MAX_DURATION_GAP_MS)
}

fn gap_ms(subject: &Subject, recording: &Recording) -> Option<u64> {
    Some(subject.duration_ms?.abs_diff(recording.duration_ms?))
}

/// The one that the tags name, else an official one before others, else the earliest.
fn release_of<'a>(subject: &Subject, recording: &'a Recording) -> Option<&'a Release> {
    let named =
        |release: &Release| subject.release_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(&release.id));
    let of_album = recording.releases.iter().filter(|release| named(release) || subject.is_album(&release.title));
    of_album.min_by_key(|release| {
        (!named(release), !release.is_official, release.date.is_none(), release.date.as_deref(), release.id.as_str())
    })
}
