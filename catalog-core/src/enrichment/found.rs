//! What an answer says of a track, its album and its artists, each value as its field can have it.

use super::answer::{Imprint, is_musicbrainz_id};
use super::fit::Fit;
use super::subject::Subject;
use crate::editing::{Editable, Edits, Patch, Value, fill, merge};
use crate::import::{AlbumSummary, TrackRecord, identity_key};

/// More genres than these say nothing.
const MAX_GENRES: usize = 5;

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// Of the track.
    pub track: Edits,
    /// Of its album.
    pub album: Edits,
    /// Names of its artists, with their `MusicBrainz` ids.
    pub artists: Vec<(String, String)>,
}

/// What a recording that fits says.
pub fn found_in(subject: &Subject, fit: Fit<'_>) -> Found {
    let Fit { recording, release } = fit;
    let mut found = Found::default();
    let track = &mut found.track;
    put_id::<TrackRecord>(track, "musicbrainz_recording_id", &recording.id);
    put::<TrackRecord>(track, "original_date", text(recording.first_release_date.as_ref()));
    put::<TrackRecord>(track, "isrcs", Value::Texts(recording.isrcs.clone()));
    let of_album = release.map(|release| release.genres.as_slice()).unwrap_or_default();
    let genres = if recording.genres.is_empty() { of_album } else { &recording.genres };
    put::<TrackRecord>(track, "genres", Value::Texts(genres.iter().take(MAX_GENRES).cloned().collect()));
    if let Some(release) = release {
        put::<TrackRecord>(track, "release_date", text(release.date.as_ref()));
        put_id::<TrackRecord>(track, "musicbrainz_track_id", release.track_id.as_deref().unwrap_or_default());
        put_id::<AlbumSummary>(&mut found.album, "musicbrainz_id", &release.id);
        put::<AlbumSummary>(&mut found.album, "release_types", Value::Texts(release.release_types.clone()));
    }
    let known: Vec<String> = subject.artists.iter().map(|name| identity_key(name)).collect();
    let credited = recording.performers.iter().filter(|one| is_musicbrainz_id(&one.id));
    let same = credited.filter(|one| known.contains(&identity_key(&one.name)));
    found.artists = same.map(|one| (one.name.clone(), one.id.clone())).collect();
    found
}

/// What a release says of the album that it is: whose it is, and who released it. Names in brackets say that there is none.
pub fn found_in_release(imprint: &Imprint) -> Edits {
    let mut found = Edits::new();
    put::<AlbumSummary>(&mut found, "artists", Value::Texts(imprint.artists.clone()));
    let labels = imprint.labels.iter().filter(|label| !label.starts_with('['));
    put::<AlbumSummary>(&mut found, "labels", Value::Texts(labels.cloned().collect()));
    found
}

/// Fills what is blank. That an album is by various artists is a guess where its tracks are by several and no tag says
/// whose it is: a release knows better.
pub fn fill_album(album: &mut AlbumSummary, found: &Edits) {
    if album.has_guessed_artists && found.contains_key("artists") {
        album.artists.clear();
    }
    fill(album, found);
}

fn text(text: Option<&String>) -> Value {
    Value::Text(text.cloned().unwrap_or_default())
}

fn put_id<R: Editable>(found: &mut Edits, field: &str, id: &str) {
    if is_musicbrainz_id(id) {
        put::<R>(found, field, Value::Text(id.to_owned()));
    }
}

/// Leaves out what is blank and what the field can't have.
fn put<R: Editable>(found: &mut Edits, field: &str, value: Value) {
    let patch = Patch::from([(field.to_owned(), Some(value))]);
    if let Ok(mut checked) = merge::<R>(&Edits::new(), &patch) {
        checked.retain(|_, value| !value.is_blank());
        found.append(&mut checked);
    }
}
