//! Asking MusicBrainz whose albums are and who released them, where no tag says it: recordings don't tell.

use catalog_core::editing::Edits;
use catalog_core::enrichment::found_in_release;

use super::musicbrainz::{read_release, release_url};
use super::tracks::not_understood;
use super::{ANSWER_LIFE_SECS, ASK_AGAIN_SECS, Halt, PAGE, Run, TRY_AGAIN_SECS};
use crate::library::enrichment::{AlbumOfRelease, enrich_by_release, list_releases_to_ask};

impl Run<'_> {
    /// Asks about all releases that nobody was asked about.
    pub(super) fn ask_about_releases(&mut self) -> Result<(), Halt> {
        let mut after = 0;
        loop {
            let albums = self.job.library.read(|read| list_releases_to_ask(read, after, self.job.now, PAGE))?;
            let Some(last) = albums.last() else { return Ok(()) };
            after = last.album_id;
            for album in albums {
                self.go_on()?;
                self.ask_about_release(&album)?;
                self.progress.done(1);
            }
        }
    }

    fn ask_about_release(&mut self, album: &AlbumOfRelease) -> Result<(), Halt> {
        let (found, again_secs) = match self.found_in(album) {
            Err(Halt::Unanswered(reason)) => {
                self.report.failures.push((format!("release {}", album.release_id), reason));
                (Edits::new(), TRY_AGAIN_SECS)
            }
            found => found?.map_or((Edits::new(), ASK_AGAIN_SECS), |found| (found, ANSWER_LIFE_SECS)),
        };
        let (now, again_at) = (self.job.now, self.job.now + again_secs);
        Ok(self.job.library.write(|tx| enrich_by_release(tx, album, &found, again_at, now))?)
    }

    fn found_in(&mut self, album: &AlbumOfRelease) -> Result<Option<Edits>, Halt> {
        let url = self.musicbrainz().and_then(|base| release_url(&base, &album.release_id));
        let body = self.ask(url)?;
        let imprint = body.map(|body| read_release(&body)).transpose().map_err(|error| not_understood(&error))?;
        Ok(imprint.map(|imprint| found_in_release(&imprint)))
    }
}
