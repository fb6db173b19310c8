//! One call, read from the request: which operation, with which parameters, to be answered in which format.

use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use jiff::Timestamp;
use snapshot_format::Manifest;

use super::access;
use super::error::SubsonicError;
use super::format::Format;
use super::params::Params;
use super::printer::LeftOut;
use super::quirks;
use crate::http::caching::Question;
use crate::snapshot::current::Generation;

/// The largest form, in bytes.
const MAX_FORM_BYTES: usize = 64 * 1024;

/// Operations whose answers show when the snapshot was made, or where its pictures are: the same database may be
/// published again.
const SHOWS_EDITION: [&str; 7] =
    ["getIndexes", "getPlaylists", "getPlaylist", "getArtistInfo", "getArtistInfo2", "getAlbumInfo", "getAlbumInfo2"];

/// Parameters that no answer depends on, but for the format: who asks, with which client, past whose cache.
const NOT_ASKED: [&str; 5] = ["c", "v", "f", "callback", "_"];

/// What parameters mean where they are left out: saying so asks nothing else.
const DEFAULTS: [(&str, &str); 8] = [
    ("size", "10"),
    ("offset", "0"),
    ("artistCount", "20"),
    ("albumCount", "20"),
    ("songCount", "20"),
    ("artistOffset", "0"),
    ("albumOffset", "0"),
    ("songOffset", "0"),
];

/// A call whose parameters were understood.
pub(super) struct Call {
    /// The operation's name, without `.view`.
    pub(super) operation: String,
    /// From the query and the form.
    pub(super) params: Params,
    /// How to answer.
    pub(super) format: Format,
    /// What the client has to be spared.
    pub(super) left_out: LeftOut,
}

/// What the published snapshot says of itself in answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edition {
    /// When it was made.
    pub(super) generated_at: Timestamp,
    /// Until when nothing newer has to be expected.
    pub(super) valid_until: Timestamp,
}

/// A call that cannot be understood, and the format to say so in.
pub(super) type Refusal = (Format, SubsonicError);

impl Call {
    /// Reads a call; the form's parameters come after the query's.
    ///
    /// # Errors
    /// Bytes that are no text, a form that is too large, a callback that may not stand in a script, another protocol.
    pub(super) async fn read(head: &Parts, body: Body) -> Result<Self, Refusal> {
        let mut params = Params::default();
        let mut outcome = params.add(head.uri.query().unwrap_or_default());
        if head.method == Method::POST && is_form(&head.headers) {
            outcome = outcome.and(read_form(body).await.and_then(|form| params.add(&form)));
        }
        // A callback that is refused is refused in JSON, so that the answer is no script.
        let format = Format::of(&params).map_err(|error| (Format::Json, error))?;
        match outcome.and_then(|()| check_version(&params)) {
            Ok(()) => {
                let left_out = quirks::left_out_for(params.find("c"));
                Ok(Self { operation: operation(head.uri.path()), params, format, left_out })
            }
            Err(error) => Err((format, error)),
        }
    }
}

impl Call {
    /// Whether the call says who makes it.
    pub(super) fn has_credentials(&self) -> bool {
        self.params.has_any(access::is_credential)
    }

    /// What is asked, in one spelling: without who asks and by which client, of each name the first, which is the one that
    /// counts, and without what goes without saying.
    pub(super) fn question(&self, generation: &Generation) -> Question {
        let is_asked = |name: &str| !access::is_credential(name) && !NOT_ASKED.contains(&name);
        let mut parameters = self.params.firsts();
        parameters.retain(|(name, value)| is_asked(name) && !DEFAULTS.contains(&(*name, *value)));
        let mut question = Question::new(generation, &self.operation).marked(self.format.mark());
        // Clients that are spared the same have the same answers.
        for name in self.left_out.iter().filter_map(|names| names.first()) {
            question = question.marked(name);
        }
        if SHOWS_EDITION.contains(&self.operation.as_str()) {
            question = question.of_edition(generation);
        }
        question.with(parameters)
    }
}

impl Edition {
    /// What a manifest says.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let generated_at = manifest.generated_at;
        Self { generated_at, valid_until: manifest.expires_at.unwrap_or(generated_at) }
    }
}

/// The name of the operation in a path.
pub(super) fn operation(path: &str) -> String {
    let name = path.strip_prefix("/rest/").unwrap_or_default();
    name.strip_suffix(".view").unwrap_or(name).to_owned()
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

async fn read_form(body: Body) -> Result<String, SubsonicError> {
    let bytes = to_bytes(body, MAX_FORM_BYTES).await.map_err(SubsonicError::UnreadableForm)?;
    Ok(std::str::from_utf8(&bytes)?.to_owned())
}

/// Only the major version matters: minor ones add.
fn check_version(params: &Params) -> Result<(), SubsonicError> {
    let major = params.find("v").and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    match major {
        Some(0) => Err(SubsonicError::ClientTooOld),
        Some(1) | None => Ok(()),
        Some(_) => Err(SubsonicError::ServerTooOld),
    }
}
