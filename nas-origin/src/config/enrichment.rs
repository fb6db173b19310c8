//! `[enrichment]`: what open databases of music may be asked. Nobody is asked until `contact` is set.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use super::{Complaint, both_ways};

/// Longest contact, in bytes: it goes into every request.
const MAX_CONTACT_BYTES: usize = 200;
/// No key of a service is longer, in bytes.
const MAX_KEY_BYTES: usize = 64;

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
    /// A mirror of `AcoustID`; it may be at home.
    pub acoustid_url: Option<Url>,
    /// What `AcoustID` knows the owner's program by; it is not asked without.
    pub(crate) acoustid_key: Option<ServiceKey>,
    pub(crate) acoustid_key_file: Option<ServiceKeyFile>,
}

impl Default for EnrichmentConfig {
    fn default() -> Self {
        Self {
            contact: None,
            musicbrainz: true,
            cover_art: true,
            musicbrainz_url: None,
            cover_art_url: None,
            acoustid_url: None,
            acoustid_key: None,
            acoustid_key_file: None,
        }
    }
}

impl EnrichmentConfig {
    /// Whether anybody is asked anything.
    pub fn is_on(&self) -> bool {
        self.contact.is_some() && (self.musicbrainz || self.cover_art || self.acoustid_key().is_some())
    }

    /// What `AcoustID` is asked with, when it is to be asked.
    pub fn acoustid_key(&self) -> Option<&ServiceKey> {
        self.acoustid_key.as_ref().or(self.acoustid_key_file.as_ref().map(|ServiceKeyFile(key)| key))
    }

    pub(super) fn check(&self) -> Result<(), Complaint> {
        let is_sendable = |contact: &str| {
            (3..=MAX_CONTACT_BYTES).contains(&contact.len()) && contact.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        };
        if self.contact.as_deref().is_some_and(|contact| !is_sendable(contact)) {
            return Err(("enrichment.contact", "is not a mail address or a URL in plain ASCII".into()));
        }
        both_ways("enrichment.acoustid_key_file", self.acoustid_key.is_some(), self.acoustid_key_file.is_some())?;
        for (key, url) in [
            ("enrichment.musicbrainz_url", &self.musicbrainz_url),
            ("enrichment.cover_art_url", &self.cover_art_url),
            ("enrichment.acoustid_url", &self.acoustid_url),
        ] {
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

/// What a service gave the owner to ask it with: a few letters and digits that are never shown.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct ServiceKey(SecretString);

/// Such a key in a file of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "PathBuf")]
pub(crate) struct ServiceKeyFile(ServiceKey);

impl ServiceKey {
    /// The key, for the one that asks.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl TryFrom<String> for ServiceKey {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let written = Zeroizing::new(written);
        let key = written.trim_ascii();
        let is_one = (1..=MAX_KEY_BYTES).contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_one.then(|| Self(key.into())).ok_or_else(|| "is not a key: letters and digits, 64 at most".to_owned())
    }
}

impl TryFrom<PathBuf> for ServiceKeyFile {
    type Error = String;

    fn try_from(path: PathBuf) -> Result<Self, String> {
        let unreadable = |error: std::io::Error| format!("names {}, which can't be read: {error}", path.display());
        let mut written = Zeroizing::new(String::new());
        let file = File::open(&path).map_err(unreadable)?;
        // One more than a key and its line end can have.
        file.take(MAX_KEY_BYTES as u64 + 3).read_to_string(&mut written).map_err(unreadable)?;
        let key = ServiceKey::try_from(std::mem::take(&mut *written));
        key.map(Self).map_err(|problem| format!("names {}, which {problem}", path.display()))
    }
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServiceKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Layers};

    fn config(flags: &[&str]) -> Result<EnrichmentConfig, String> {
        let flags = flags.iter().map(|flag| format!("enrichment.{flag}")).collect();
        let config = Config::from_layers(&Layers { flags, ..Layers::default() });
        config.map(|config| config.enrichment).map_err(|error| error.to_string())
    }

    #[test]
    fn a_key_is_set_once_has_letters_alone_and_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "s3cretK3y\n").unwrap();
        let in_file = format!("acoustid_key_file={}", file.display());
        for key in ["acoustid_key=s3cretK3y", in_file.as_str()] {
            let config = config(&[key]).unwrap();
            assert_eq!(config.acoustid_key().unwrap().expose(), "s3cretK3y");
            assert!(!config.is_on() && !format!("{config:?}").contains("s3cret"), "nobody to write to");
        }
        let both = config(&["acoustid_key=s3cretK3y", &in_file]).unwrap_err();
        assert!(both.contains("acoustid_key_file") && !both.contains("s3cret"), "{both}");
        std::fs::write(&file, "s3cret&client=x").unwrap();
        let odd = config(&[&in_file]).unwrap_err();
        assert!(odd.contains("is not a key") && !odd.contains("s3cret"), "{odd}");
        let odd = config(&["acoustid_key=s3cret key"]).unwrap_err();
        assert!(odd.contains("is not a key") && !odd.contains("s3cret"), "{odd}");
    }
}
