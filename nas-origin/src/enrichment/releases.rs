//! Asking MusicBrainz whose albums are and who released them, where no tag says it: recordings don't tell.

use catalog_core::editing::Edits;
use catalog_core::enrichment::found_in_release;

use super::musicbrainz::{read_release, release_url};
use super::tracks::not_understood;
use super::{ANSWER_LIFE_SECS, ASK_AGAIN_SECS, Halt, Run, TRY_AGAIN_SECS};
use crate::library::enrichment::{enrich_by_release, release_of};

impl Run<'_> {
    /// Asks about the release that an album is.
    pub(super) fn ask_about_release(&mut self, album_id: i64) -> Result<(), Halt> {
        let Some(release) = self.job.library.read(|read| release_of(read, album_id))? else { return Ok(()) };
        let (found, again_secs) = match self.found_in(&release) {
            Err(Halt::Unanswered(reason)) => {
                self.report.failures.push((format!("release {release}"), reason));
                (Edits::new(), TRY_AGAIN_SECS)
            }
            found => found?.map_or((Edits::new(), ASK_AGAIN_SECS), |found| (found, ANSWER_LIFE_SECS)),
        };
        let (now, again_at) = (self.job.now, self.job.now + again_secs);
        Ok(self.job.library.write(|tx| enrich_by_release(tx, (album_id, &release), &found, again_at, now))?)
    }

    fn found_in(&mut self, release: &str) -> Result<Option<Edits>, Halt> {
        let url = self.musicbrainz().and_then(|base| release_url(&base, release));
        let body = self.ask(url)?;
        let imprint = body.map(|body| read_release(&body)).transpose().map_err(|error| not_understood(&error))?;
        Ok(imprint.map(|imprint| found_in_release(&imprint)))
    }
}
