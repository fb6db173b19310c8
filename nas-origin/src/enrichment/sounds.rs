//! Asking `AcoustID` about tracks that no name led to: what they sound like tells which recording they are.

use std::fs::File;
use std::time::Duration;

use catalog_core::enrichment::{Heard, Subject, recognise};
use catalog_core::finding::in_words;
use url::Url;

use super::acoustid::{self, Complaint, HeardWire, MAX_ANSWER_BYTES};
use super::fetch::{FetchError, Posted, host_of};
use super::{ANSWER_LIFE_SECS, ASK_AGAIN_SECS, Halt, Run, TRY_AGAIN_SECS, base};
use crate::config::ServiceKey;
use crate::library::editing::{KnownTrack, TrackEdits};
use crate::library::enrichment::{Recognised, find_answer, find_sound_file, put_answer, put_sound};
use crate::media::sound::{SoundError, fingerprint};
use crate::stream::open_file;

/// Nothing is listened to for longer: on a slow machine two minutes of music take a few seconds.
const LONGEST_LISTENING: Duration = Duration::from_mins(1);
/// What is edited is not asked about.
const FIELD: &str = "musicbrainz_recording_id";

impl Run<'_> {
    /// Asks about the sound of a track. One that is recognised is asked about again, by its recording.
    pub(super) fn listen_to(&mut self, id: i64, key: &ServiceKey) -> Result<(), Halt> {
        let Some(track) = self.job.library.read(|read| KnownTrack::find(read, id))? else { return Ok(()) };
        let Some(duration_ms) = track.record.properties.duration_ms else { return Ok(()) };
        let edits = self.job.library.read(|read| TrackEdits::find(read, id))?;
        if edits.is_some_and(|edits| edits.edited.contains_key(FIELD)) {
            return self.keep_sound(id, duration_ms, None, Some(ASK_AGAIN_SECS));
        }
        let heard = match self.heard(id, duration_ms, key) {
            Err(Halt::Unanswered(reason)) => {
                self.report.failures.push((track.path, reason));
                return self.keep_sound(id, duration_ms, None, Some(TRY_AGAIN_SECS));
            }
            heard => heard?,
        };
        let heard: Vec<Heard> = heard.into_iter().map(Heard::from).collect();
        let Some(found) = recognise(&Subject::named(&track.record), &heard) else {
            return self.keep_sound(id, duration_ms, None, Some(ASK_AGAIN_SECS));
        };
        self.report.recognised += 1;
        self.keep_sound(id, duration_ms, Some(&found.id), None)?;
        self.ask_about(id)
    }

    fn keep_sound(
        &self,
        id: i64,
        duration_ms: u64,
        recording_id: Option<&str>,
        again_secs: Option<i64>,
    ) -> Result<(), Halt> {
        let ask_again_at = again_secs.map(|secs| self.job.now + secs);
        let sound = Recognised { duration_ms, recording_id, ask_again_at };
        Ok(self.job.library.write(|tx| put_sound(tx, id, &sound))?)
    }

    /// Recordings that sound like the track, from an answer that was given before or a new one.
    fn heard(&mut self, id: i64, duration_ms: u64, key: &ServiceKey) -> Result<Vec<HeardWire>, Halt> {
        let fingerprint = self.fingerprint_of(id)?;
        let question = question(duration_ms, &fingerprint);
        let known = self.job.library.read(|read| find_answer(read, &question, self.job.now))?;
        if let Some(known) = known.and_then(|text| serde_json::from_str(&text).ok()) {
            return Ok(known);
        }
        let heard = self.look_sound_up(&acoustid::form(key, duration_ms, &fingerprint))?;
        let life_secs = if heard.is_empty() { ASK_AGAIN_SECS } else { ANSWER_LIFE_SECS };
        if let Ok(text) = serde_json::to_string(&heard) {
            self.job.library.write(|tx| put_answer(tx, &question, &text, self.job.now + life_secs))?;
        }
        Ok(heard)
    }

    fn fingerprint_of(&self, id: i64) -> Result<String, Halt> {
        let unanswered = |reason: &str| Halt::Unanswered(reason.to_owned());
        let place = self.job.library.read(|read| find_sound_file(read, id))?;
        let place = place.ok_or_else(|| unanswered("its file is gone"))?;
        let file: File = open_file(&place.root, &place.locator)
            .map_err(|error| Halt::Unanswered(format!("its file cannot be opened: {}", in_words(&error))))?;
        let began = self.job.clock.now();
        let is_cancelled = || self.progress.is_cancelled();
        let may_go_on = || !is_cancelled() && self.job.clock.now().saturating_sub(began) < LONGEST_LISTENING;
        fingerprint(file, &place.ext, &may_go_on).map_err(|error| match error {
            SoundError::Interrupted if is_cancelled() => Halt::Over(super::Ended::Cancelled),
            error => Halt::Unanswered(in_words(&error)),
        })
    }

    fn look_sound_up(&mut self, form: &str) -> Result<Vec<HeardWire>, Halt> {
        let base = base(self.job.config.acoustid_url.as_ref(), acoustid::HOME);
        let Some(url) = base.as_ref().and_then(acoustid::lookup_url) else { return Ok(Vec::new()) };
        let heard = match self.post(&url, form, MAX_ANSWER_BYTES)? {
            Posted::Answer(body) => acoustid::read_lookup(&body),
            Posted::Complaint(body) => return Err(complained(&url, &body)),
        };
        let not_understood = |why: String| Halt::Unanswered(format!("the answer of AcoustID is not understood: {why}"));
        heard
            .map_err(|error| not_understood(error.to_string()))?
            .ok_or_else(|| not_understood("it says that it is none".to_owned()))
    }
}

/// A complaint about the key ends this part of the run: no question fares better.
fn complained(url: &Url, body: &[u8]) -> Halt {
    match Complaint::read(body) {
        Ok(complaint) if complaint.is_of_sound() => Halt::Unanswered(format!("AcoustID: {}", complaint.message())),
        Ok(complaint) => {
            Halt::Absent(FetchError::Unwelcome { host: host_of(url), message: complaint.message().to_owned() })
        }
        Err(error) => Halt::Unanswered(format!("the answer of AcoustID is not understood: {error}")),
    }
}

/// Tells questions apart; names of tracks have no such beginning.
fn question(duration_ms: u64, fingerprint: &str) -> String {
    let hash = blake3::hash(fingerprint.as_bytes()).to_hex();
    format!("\u{1f}sound\u{1f}{}\u{1f}{hash}", duration_ms / 1000)
}
