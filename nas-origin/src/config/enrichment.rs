//! `[enrichment]`: what open databases of music may be asked. Nobody is asked until `contact` is set.

use serde::Deserialize;
use url::Url;

use super::Complaint;

/// Longest contact, in bytes: it goes into every request.
const MAX_CONTACT_BYTES: usize = 200;

/// What open databases of music may be asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnrichmentConfig {
    /// An address or a page where the databases' people reach the owner; they ask for it. Without one nobody is asked.
    pub contact: Option<String>,
    /// Whether `MusicBrainz` is asked about tracks.
    pub musicbrainz: bool,
    /// Whether the Cover Art Archive is asked for the pictures of albums without any.
    pub cover_art: bool,
    /// A mirror of `MusicBrainz`; it may be at home.
    pub musicbrainz_url: Option<Url>,
    /// A mirror of the Cover Art Archive; it may be at home.
    pub cover_art_url: Option<Url>,
}

impl Default for EnrichmentConfig {
    fn default() -> Self {
        Self { contact: None, musicbrainz: true, cover_art: true, musicbrainz_url: None, cover_art_url: None }
    }
}

impl EnrichmentConfig {
    /// Whether anybody is asked anything.
    pub fn is_on(&self) -> bool {
        self.contact.is_some() && (self.musicbrainz || self.cover_art)
    }

    pub(super) fn check(&self) -> Result<(), Complaint> {
        let is_sendable = |contact: &str| {
            (3..=MAX_CONTACT_BYTES).contains(&contact.len()) && contact.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        };
        if self.contact.as_deref().is_some_and(|contact| !is_sendable(contact)) {
            return Err(("enrichment.contact", "is not a mail address or a URL in plain ASCII".into()));
        }
        for (key, url) in
            [("enrichment.musicbrainz_url", &self.musicbrainz_url), ("enrichment.cover_art_url", &self.cover_art_url)]
        {
            if url.as_ref().is_some_and(|url| !is_plain_base(url)) {
                return Err((key, "is not an http or https URL without user, query and fragment".into()));
            }
        }
        Ok(())
    }
}

fn is_plain_base(url: &Url) -> bool {
    let has_more = !url.username().is_empty() || url.password().is_some() || url.query().or(url.fragment()).is_some();
    matches!(url.scheme(), "http" | "https") && url.has_host() && !has_more
}
