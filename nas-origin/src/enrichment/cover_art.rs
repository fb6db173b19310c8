//! Asking the Cover Art Archive for the pictures of albums without any.

use catalog_core::enrichment::is_musicbrainz_id;
use catalog_core::finding::in_words;
use url::Url;

use super::{ASK_AGAIN_SECS, Halt, Run, TRY_AGAIN_SECS, base};
use crate::library::enrichment::{give_cover, miss_cover, release_of};

/// Where it is, unless the owner names a mirror.
const HOME: &str = "https://coverartarchive.org";
/// Front covers of 1200 pixels are smaller, in bytes.
const MAX_COVER_BYTES: u64 = 16 * 1024 * 1024;
const IMAGE: &str = "image/*";

impl Run<'_> {
    /// Asks for the picture of an album.
    pub(super) fn ask_for_cover(&mut self, album_id: i64) -> Result<(), Halt> {
        let Some(release) = self.job.library.read(|read| release_of(read, album_id))? else { return Ok(()) };
        let url = base(self.job.config.cover_art_url.as_ref(), HOME).and_then(|base| cover_url(&base, &release));
        let Some(url) = url else { return self.miss(album_id, ASK_AGAIN_SECS) };
        match self.fetch(&url, IMAGE, MAX_COVER_BYTES) {
            Ok(Some(bytes)) => self.take(album_id, &release, &bytes),
            Ok(None) => self.miss(album_id, ASK_AGAIN_SECS),
            Err(Halt::Unanswered(reason)) => self.fail(album_id, &release, reason),
            Err(halt) => Err(halt),
        }
    }

    fn take(&mut self, album_id: i64, release: &str, bytes: &[u8]) -> Result<(), Halt> {
        let picture = match self.pictures.keep_decodable(bytes) {
            Ok(picture) => picture,
            Err(error) => return self.fail(album_id, release, in_words(&error)),
        };
        self.report.covers += 1;
        Ok(self.job.library.write(|tx| give_cover(tx, album_id, &picture, self.job.now))?)
    }

    fn fail(&mut self, album_id: i64, release: &str, reason: String) -> Result<(), Halt> {
        self.report.failures.push((format!("cover of release {release}"), reason));
        self.miss(album_id, TRY_AGAIN_SECS)
    }

    fn miss(&self, album_id: i64, again_secs: i64) -> Result<(), Halt> {
        Ok(self.job.library.write(|tx| miss_cover(tx, album_id, self.job.now + again_secs))?)
    }
}

fn cover_url(base: &Url, release_id: &str) -> Option<Url> {
    if !is_musicbrainz_id(release_id) {
        return None;
    }
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(["release", release_id, "front-1200"]);
    Some(url)
}
