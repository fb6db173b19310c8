//! Asking the Cover Art Archive for the pictures of albums without any.

use catalog_core::enrichment::is_musicbrainz_id;
use catalog_core::finding::in_words;
use url::Url;

use super::{ASK_AGAIN_SECS, Halt, PAGE, Run, TRY_AGAIN_SECS, base};
use crate::library::enrichment::{AlbumOfRelease, give_cover, list_albums_to_cover, miss_cover};

/// Where it is, unless the owner names a mirror.
const HOME: &str = "https://coverartarchive.org";
/// Front covers of 1200 pixels are smaller, in bytes.
const MAX_COVER_BYTES: u64 = 16 * 1024 * 1024;
const IMAGE: &str = "image/*";

impl Run<'_> {
    /// Asks for all covers that nobody was asked for.
    pub(super) fn ask_for_covers(&mut self) -> Result<(), Halt> {
        let mut after = 0;
        loop {
            let albums = self.job.library.read(|read| list_albums_to_cover(read, after, self.job.now, PAGE))?;
            let Some(last) = albums.last() else { return Ok(()) };
            after = last.album_id;
            for album in albums {
                self.go_on()?;
                self.ask_for(&album)?;
                self.progress.done(1);
            }
        }
    }

    fn ask_for(&mut self, album: &AlbumOfRelease) -> Result<(), Halt> {
        let url =
            base(self.job.config.cover_art_url.as_ref(), HOME).and_then(|base| cover_url(&base, &album.release_id));
        let Some(url) = url else { return self.miss(album, ASK_AGAIN_SECS) };
        match self.fetch(&url, IMAGE, MAX_COVER_BYTES) {
            Ok(Some(bytes)) => self.take(album, &bytes),
            Ok(None) => self.miss(album, ASK_AGAIN_SECS),
            Err(Halt::Unanswered(reason)) => self.fail(album, reason),
            Err(halt) => Err(halt),
        }
    }

    fn take(&mut self, album: &AlbumOfRelease, bytes: &[u8]) -> Result<(), Halt> {
        let picture = match self.pictures.keep_decodable(bytes) {
            Ok(picture) => picture,
            Err(error) => return self.fail(album, in_words(&error)),
        };
        self.report.covers += 1;
        Ok(self.job.library.write(|tx| give_cover(tx, album.album_id, &picture, self.job.now))?)
    }

    fn fail(&mut self, album: &AlbumOfRelease, reason: String) -> Result<(), Halt> {
        self.report.failures.push((format!("cover of release {}", album.release_id), reason));
        self.miss(album, TRY_AGAIN_SECS)
    }

    fn miss(&self, album: &AlbumOfRelease, again_secs: i64) -> Result<(), Halt> {
        Ok(self.job.library.write(|tx| miss_cover(tx, album.album_id, self.job.now + again_secs))?)
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
