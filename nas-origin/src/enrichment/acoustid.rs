//! `AcoustID`: what is asked of its web service, and what of the answer is kept.

use catalog_core::enrichment::Heard;
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use crate::config::ServiceKey;

/// Where it is, unless the owner names a mirror.
pub(super) const HOME: &str = "https://api.acoustid.org";
/// No answer to these questions is larger, in bytes.
pub(super) const MAX_ANSWER_BYTES: u64 = 1024 * 1024;
/// Of each recording; blanks are sent as `+`.
const WITH: &str = "recordings releasegroups sources compress";
/// What is wrong with this sound alone: an invalid fingerprint, an invalid length.
const OF_SOUND: [i64; 2] = [3, 8];

/// Where sounds are looked up.
pub(super) fn lookup_url(base: &Url) -> Option<Url> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(["v2", "lookup"]);
    Some(url)
}

/// What is sent there.
pub(super) fn form(key: &ServiceKey, duration_ms: u64, fingerprint: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("format", "json")
        .append_pair("client", key.expose())
        .append_pair("meta", WITH)
        .append_pair("duration", &(duration_ms / 1000).to_string())
        .append_pair("fingerprint", fingerprint)
        .finish()
}

/// What a lookup answers.
#[derive(Debug, Deserialize)]
struct Answer {
    status: String,
    #[serde(default)]
    results: Vec<ResultWire>,
}

/// A sound that is like the one that was asked about.
#[derive(Debug, Deserialize)]
struct ResultWire {
    score: f64,
    #[serde(default)]
    recordings: Vec<RecordingWire>,
}

#[derive(Debug, Deserialize)]
struct RecordingWire {
    id: String,
    title: Option<String>,
    duration: Option<f64>,
    #[serde(default)]
    artists: Vec<Named>,
    #[serde(default)]
    releasegroups: Vec<Group>,
    #[serde(default)]
    sources: u32,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Group {
    title: Option<String>,
}

/// What is wrong with a question.
#[derive(Debug, Deserialize)]
pub(super) struct Complaint {
    error: Wrong,
}

#[derive(Debug, Deserialize)]
struct Wrong {
    code: i64,
    message: String,
}

impl Complaint {
    pub(super) fn read(body: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(body)
    }

    /// Whether other questions fare better.
    pub(super) fn is_of_sound(&self) -> bool {
        OF_SOUND.contains(&self.error.code)
    }

    /// The service's words.
    pub(super) fn message(&self) -> &str {
        &self.error.message
    }
}

/// A recording that sounds like the one that was asked about, as it is kept among the answers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct HeardWire {
    id: String,
    score: f64,
    title: String,
    performers: Vec<String>,
    albums: Vec<String>,
    duration_ms: Option<u64>,
    sources: u32,
}

/// Understands the answer to a lookup; `None` when it says that it is none.
pub(super) fn read_lookup(body: &[u8]) -> serde_json::Result<Option<Vec<HeardWire>>> {
    let Answer { status, results } = serde_json::from_slice(body)?;
    let heard = results.into_iter().flat_map(|result| {
        let score = result.score;
        // What the service knows of no recording's name is an empty entry.
        result.recordings.into_iter().map(move |recording| recording.heard(score))
    });
    Ok((status == "ok").then(|| heard.collect()))
}

impl RecordingWire {
    fn heard(self, score: f64) -> HeardWire {
        HeardWire {
            id: self.id,
            score,
            title: self.title.unwrap_or_default(),
            performers: self.artists.into_iter().filter_map(|artist| artist.name).collect(),
            albums: self.releasegroups.into_iter().filter_map(|group| group.title).collect(),
            duration_ms: self.duration.and_then(milliseconds),
            sources: self.sources,
        }
    }
}

/// Whole seconds mostly.
fn milliseconds(seconds: f64) -> Option<u64> {
    let length = std::time::Duration::try_from_secs_f64(seconds).ok()?;
    u64::try_from(length.as_millis()).ok().filter(|length| *length > 0)
}

impl From<HeardWire> for Heard {
    fn from(wire: HeardWire) -> Self {
        let HeardWire { id, score, title, performers, albums, duration_ms, sources } = wire;
        Self { id, score, title, performers, albums, duration_ms, sources }
    }
}
