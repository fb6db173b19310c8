//! Asking MusicBrainz about tracks.

use catalog_core::enrichment::{Found, Recording, Subject, choose, found_in, has_blanks};
use url::Url;

use super::musicbrainz::{HOME, MAX_ANSWER_BYTES, RecordingWire, lookup_url, read_lookup, read_search, search_url};
use super::{ANSWER_LIFE_SECS, ASK_AGAIN_SECS, Halt, Run, TRY_AGAIN_SECS, base};
use crate::library::LibraryError;
use crate::library::editing::{KnownTrack, TrackEdits};
use crate::library::enrichment::{
    Outcome, enrich_track, find_answer, preferred_release, put_answer, recording_by_sound,
};

const JSON: &str = "application/json";

/// A track as it is before anybody is asked.
struct Asked {
    track: KnownTrack,
    /// `None`: nobody is asked.
    subject: Option<Subject>,
}

impl Run<'_> {
    /// Asks about a track by its names, or by the recording that it is.
    pub(super) fn ask_about(&mut self, id: i64) -> Result<(), Halt> {
        let Some(Asked { track, subject }) = self.job.library.read(|read| asked(read, id))? else { return Ok(()) };
        let Some(subject) = subject else {
            self.report.passed_over += 1;
            return self.keep(id, "", None, ASK_AGAIN_SECS);
        };
        let recordings = match self.recordings_of(&subject, track.record.genres.is_empty()) {
            Err(Halt::Unanswered(reason)) => {
                self.report.failures.push((track.path, reason));
                return self.keep(id, &subject.key(), None, TRY_AGAIN_SECS);
            }
            recordings => recordings?,
        };
        let found = choose(&subject, &recordings).map(|fit| found_in(&subject, fit));
        let counted = if found.is_some() { &mut self.report.enriched } else { &mut self.report.unknown };
        *counted += 1;
        self.keep(id, &subject.key(), found.as_ref(), ASK_AGAIN_SECS)
    }

    /// What was found is not asked again.
    fn keep(&self, id: i64, subject: &str, found: Option<&Found>, again_secs: i64) -> Result<(), Halt> {
        let ask_again_at = found.is_none().then_some(self.job.now + again_secs);
        let outcome = Outcome { subject, found, ask_again_at };
        Ok(self.job.library.write(|tx| enrich_track(tx, id, &outcome, self.job.now))?)
    }

    /// Recordings that may be the track, from an answer that was given before or a new one.
    fn recordings_of(&mut self, subject: &Subject, wants_genres: bool) -> Result<Vec<Recording>, Halt> {
        if !self.job.config.musicbrainz {
            // The id alone, which the sound led to.
            let id = subject.recording_id.clone();
            return Ok(id.map(|id| Recording { id, ..Recording::default() }).into_iter().collect());
        }
        let key = subject.key();
        let known = self.job.library.read(|read| find_answer(read, &key, self.job.now))?;
        if let Some(known) = known.and_then(|text| serde_json::from_str::<Vec<RecordingWire>>(&text).ok()) {
            return Ok(recordings(&known));
        }
        let answer = match &subject.recording_id {
            Some(id) => self.look_up(id, subject)?.into_iter().collect(),
            None => self.search(subject, wants_genres)?,
        };
        let life_secs = if answer.is_empty() { ASK_AGAIN_SECS } else { ANSWER_LIFE_SECS };
        if let Ok(text) = serde_json::to_string(&answer) {
            self.job.library.write(|tx| put_answer(tx, &key, &text, self.job.now + life_secs))?;
        }
        Ok(recordings(&answer))
    }

    /// A search tells no genres: where these are wanted, the best recording is looked up too.
    fn search(&mut self, subject: &Subject, wants_genres: bool) -> Result<Vec<RecordingWire>, Halt> {
        let url = self.musicbrainz().and_then(|base| search_url(&base, subject));
        let body = self.ask(url)?;
        let read = body.map(|body| read_search(&body, subject)).transpose();
        let mut found = read.map_err(|error| not_understood(&error))?.unwrap_or_default();
        let candidates = recordings(&found);
        let best = choose(subject, &candidates).map(|fit| fit.recording);
        let Some(best) = best.filter(|best| wants_genres && best.genres.is_empty()) else { return Ok(found) };
        let fuller = self.look_up(&best.id, subject)?;
        if let (Some(fuller), Some(best)) = (fuller, found.iter_mut().find(|one| one.id() == best.id)) {
            best.take_genres(&fuller);
        }
        Ok(found)
    }

    fn look_up(&mut self, id: &str, subject: &Subject) -> Result<Option<RecordingWire>, Halt> {
        let url = self.musicbrainz().and_then(|base| lookup_url(&base, id));
        let body = self.ask(url)?;
        body.map(|body| read_lookup(&body, subject)).transpose().map_err(|error| not_understood(&error))
    }

    pub(super) fn musicbrainz(&self) -> Option<Url> {
        base(self.job.config.musicbrainz_url.as_ref(), HOME)
    }

    pub(super) fn ask(&mut self, url: Option<Url>) -> Result<Option<Vec<u8>>, Halt> {
        url.map_or(Ok(None), |url| self.fetch(&url, JSON, MAX_ANSWER_BYTES))
    }
}

/// The track, and what to ask of it, if anything.
fn asked(read: &rusqlite::Connection, id: i64) -> Result<Option<Asked>, LibraryError> {
    let Some(track) = KnownTrack::find(read, id)? else { return Ok(None) };
    let edited = TrackEdits::find(read, id)?.map(|edits| edits.edited).unwrap_or_default();
    let by_sound = recording_by_sound(read, id, track.record.properties.duration_ms)?;
    let mut subject = Subject::of(&track.record, by_sound.as_deref()).filter(|_| has_blanks(&track.record, &edited));
    if let (Some(subject), Some(album_id)) = (&mut subject, track.album_id) {
        let found = preferred_release(read, album_id)?;
        subject.release_id = subject.release_id.take().or(found);
    }
    Ok(Some(Asked { track, subject }))
}

fn recordings(answer: &[RecordingWire]) -> Vec<Recording> {
    answer.iter().map(RecordingWire::recording).collect()
}

pub(super) fn not_understood(error: &serde_json::Error) -> Halt {
    Halt::Unanswered(format!("the answer of MusicBrainz is not understood: {error}"))
}
