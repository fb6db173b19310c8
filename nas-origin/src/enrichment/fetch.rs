//! Fetching from servers that nobody here vouches for: slowly, with a name to complain to, never from inside the owner's
//! network, and never more than was asked for.

use std::error::Error;
use std::io::Read;
use std::time::{Duration, SystemTime};

use catalog_core::finding::in_words;
use reqwest::StatusCode;
use reqwest::blocking::{Client, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use url::Url;

use super::patience::{Pace, Stopped, wait_before_retry};
use super::public_address::{NotPublic, PublicResolver, check};

/// Redirects that are followed.
const MAX_HOPS: usize = 5;
/// For one request with its answer.
const TIMEOUT: Duration = Duration::from_mins(1);
/// For a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const FORM: &str = "application/x-www-form-urlencoded";

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// Somebody wants it to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// It leads into the owner's own network.
    #[error(transparent)]
    NotPublic(#[from] NotPublic),
    /// Nobody answers there.
    #[error("{host} can't be reached: {reason}")]
    Unreachable {
        /// Who.
        host: String,
        /// Why, without the address.
        reason: String,
    },
    /// It answers that it can't or won't.
    #[error("{host} answers {status}")]
    Refused {
        /// Who.
        host: String,
        /// The answer.
        status: StatusCode,
    },
    /// The answer is larger than such an answer is.
    #[error("the answer of {host} is larger than {max_bytes} bytes")]
    TooLarge {
        /// Who.
        host: String,
        /// The limit.
        max_bytes: u64,
    },
    /// The server is there, and won't talk to this owner.
    #[error("{host} refuses the owner's key: {message}")]
    Unwelcome {
        /// Who.
        host: String,
        /// What it says.
        message: String,
    },
    /// The redirects don't end, or lead nowhere.
    #[error("{host} redirects too often, or to nowhere")]
    Astray {
        /// Who.
        host: String,
    },
}

impl FetchError {
    /// Whether other questions to the same server may fare better: then it is this question's failure alone.
    pub(super) fn is_of_question(&self) -> bool {
        match self {
            Self::NotPublic(_) | Self::TooLarge { .. } | Self::Astray { .. } => true,
            Self::Refused { status, .. } => !is_for_now(*status) && !is_unwelcome(*status),
            Self::Stopped(_) | Self::Unreachable { .. } | Self::Unwelcome { .. } => false,
        }
    }
}

/// What is asked of a server.
#[derive(Clone, Copy)]
enum Question<'q> {
    /// For what lies there.
    Get { accept: &'q str },
    /// With the fields of a form.
    Post { form: &'q str },
}

/// What is said to a form.
pub(super) enum Posted {
    /// What was asked for.
    Answer(Vec<u8>),
    /// What is wrong with it.
    Complaint(Vec<u8>),
}

/// Asks servers.
pub(super) struct Fetcher<'a> {
    /// Connects to public addresses alone.
    public: Client,
    /// For what the owner named by hand.
    at_home: Client,
    homes: Vec<Url>,
    pace: Pace<'a>,
}

impl<'a> Fetcher<'a> {
    /// `homes`: what the owner named by hand may lie anywhere, at its host and port.
    pub(super) fn new(contact: &str, homes: Vec<Url>, pace: Pace<'a>) -> reqwest::Result<Self> {
        let user_agent = format!("music-cloud/{} ( {contact} )", env!("CARGO_PKG_VERSION"));
        // A proxy would resolve names by itself.
        let builder = || {
            let builder = Client::builder().user_agent(&user_agent).redirect(reqwest::redirect::Policy::none());
            builder.no_proxy().referer(false).timeout(TIMEOUT).connect_timeout(CONNECT_TIMEOUT)
        };
        let public = builder().dns_resolver(std::sync::Arc::new(PublicResolver)).build()?;
        Ok(Self { public, at_home: builder().build()?, homes, pace })
    }

    /// What lies there, `max_bytes` at most; `None` where the server says that there is nothing.
    pub(super) fn get(&mut self, url: &Url, accept: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, FetchError> {
        let mut url = url.clone();
        for _ in 0..=MAX_HOPS {
            let response = self.ask(&url, Question::Get { accept })?;
            if response.status().is_redirection() {
                url = next_hop(&url, response.headers()).ok_or_else(|| FetchError::Astray { host: host_of(&url) })?;
            } else if matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::GONE) {
                return Ok(None);
            } else if response.status().is_success() {
                return read(response, &url, max_bytes).map(Some);
            } else {
                return Err(FetchError::Refused { host: host_of(&url), status: response.status() });
            }
        }
        Err(FetchError::Astray { host: host_of(&url) })
    }

    /// What is answered to a form, `max_bytes` at most, and whether it is an answer or what is wrong with the form. A form
    /// has secrets: it is sent nowhere else.
    pub(super) fn post(&mut self, url: &Url, form: &str, max_bytes: u64) -> Result<Posted, FetchError> {
        let response = self.ask(url, Question::Post { form })?;
        let status = response.status();
        match status {
            status if status.is_success() => read(response, url, max_bytes).map(Posted::Answer),
            StatusCode::BAD_REQUEST => read(response, url, max_bytes).map(Posted::Complaint),
            status if status.is_redirection() => Err(FetchError::Astray { host: host_of(url) }),
            status => Err(FetchError::Refused { host: host_of(url), status }),
        }
    }

    /// Asks again what fails for now.
    fn ask(&mut self, url: &Url, question: Question<'_>) -> Result<Response, FetchError> {
        let mut attempt = 1;
        loop {
            self.pace.wait_for(&host_of(url))?;
            let asked = self.ask_once(url, question);
            let wish = match &asked {
                Ok(response) if is_for_now(response.status()) => wish_of(response.headers(), SystemTime::now()),
                Err(FetchError::Unreachable { .. }) => None,
                _ => return asked,
            };
            let Some(wait) = wait_before_retry(attempt, wish) else { return asked };
            self.pace.rest(wait)?;
            attempt += 1;
        }
    }

    fn ask_once(&self, url: &Url, question: Question<'_>) -> Result<Response, FetchError> {
        let is_home = |home: &Url| home.origin() == url.origin();
        let client = if self.homes.iter().any(is_home) {
            &self.at_home
        } else {
            check(url)?;
            &self.public
        };
        let request = match question {
            Question::Get { accept } => client.get(url.clone()).header(ACCEPT, accept),
            Question::Post { form } => client.post(url.clone()).header(CONTENT_TYPE, FORM).body(form.to_owned()),
        };
        request.send().map_err(|error| failure(url, error))
    }
}

fn next_hop(url: &Url, headers: &HeaderMap) -> Option<Url> {
    url.join(headers.get(LOCATION)?.to_str().ok()?).ok()
}

fn read(response: Response, url: &Url, max_bytes: u64) -> Result<Vec<u8>, FetchError> {
    let too_large = || FetchError::TooLarge { host: host_of(url), max_bytes };
    if response.content_length().is_some_and(|length| length > max_bytes) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let broken = |error: std::io::Error| FetchError::Unreachable { host: host_of(url), reason: error.to_string() };
    response.take(max_bytes + 1).read_to_end(&mut bytes).map_err(broken)?;
    if bytes.len() as u64 > max_bytes { Err(too_large()) } else { Ok(bytes) }
}

fn failure(url: &Url, error: reqwest::Error) -> FetchError {
    let error = error.without_url();
    match not_public(&error) {
        Some(refused) => FetchError::NotPublic(refused),
        None => FetchError::Unreachable { host: host_of(url), reason: in_words(&error) },
    }
}

/// What the resolver said, somewhere among the causes.
fn not_public(error: &(dyn Error + 'static)) -> Option<NotPublic> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(refused) = inner.and_then(|inner| inner.downcast_ref::<NotPublic>()) {
            return Some(refused.clone());
        }
        cause = error.source();
    }
    None
}

fn is_for_now(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

fn is_unwelcome(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// Retry-After: seconds or a moment.
fn wish_of(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(text).ok()?.duration_since(now).ok()
}

/// With the port, where one is named.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
