//! The format that a client asked for, and the envelope around every answer.

use axum::body::Body;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::error::SubsonicError;
use super::params::Params;
use super::printer::{LeftOut, Notation, Printer};
use crate::http::buffers::Buffer;

const NAMESPACE: &str = "http://subsonic.org/restapi";
/// The version of the API that is spoken.
const API_VERSION: &str = "1.16.1";
/// What this server calls itself.
pub(super) const SERVER_TYPE: &str = "music-cloud";
/// The longest callback that is echoed, in bytes.
const MAX_CALLBACK_BYTES: usize = 256;

/// How answers are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Format {
    /// `f=xml`, and when nothing else is asked for.
    Xml,
    /// `f=json`.
    Json,
    /// `f=jsonp`: the JSON as the argument of this function.
    Jsonp(String),
}

impl Format {
    /// The format that `f` asks for; one that nobody knows is XML.
    ///
    /// # Errors
    /// `jsonp` without a callback that may stand in a script.
    pub(super) fn of(params: &Params) -> Result<Self, SubsonicError> {
        match params.find("f") {
            Some("json") => Ok(Self::Json),
            Some("jsonp") => {
                let callback = params.find("callback").filter(|callback| is_identifier_path(callback));
                callback.map(|callback| Self::Jsonp(callback.to_owned())).ok_or(SubsonicError::BadCallback)
            }
            _ => Ok(Self::Xml),
        }
    }

    /// What tells bodies of this format from those of others.
    pub(super) fn mark(&self) -> &str {
        match self {
            Self::Xml => "/xml",
            Self::Json => "/json",
            Self::Jsonp(callback) => callback,
        }
    }

    /// An answer whose payload `fill` prints.
    ///
    /// # Errors
    /// What `fill` answers.
    pub(super) fn success<E>(
        &self,
        left_out: LeftOut,
        fill: impl FnOnce(&mut Printer) -> Result<(), E>,
    ) -> Result<Buffer, E> {
        self.envelope("ok", left_out, fill)
    }

    /// The answer that a call failed.
    pub(super) fn failure(&self, error: &SubsonicError) -> Response {
        let Ok(body) = self.envelope("failed", &[], |envelope| {
            envelope.object("error", |object| {
                object.number("code", error.code());
                object.text("message", &error.message());
            });
            Ok::<(), std::convert::Infallible>(())
        });
        let mut response = (error.status(), self.response(body)).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = error.retry_after_secs() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// A body with its content type.
    pub(super) fn response(&self, body: Buffer) -> Response {
        let content_type = match self {
            Self::Xml => "text/xml; charset=utf-8",
            Self::Json => "application/json",
            Self::Jsonp(_) => "application/javascript; charset=utf-8",
        };
        let mut response = Response::new(Body::from(body.lend()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }

    fn envelope<E>(
        &self,
        status: &str,
        left_out: LeftOut,
        fill: impl FnOnce(&mut Printer) -> Result<(), E>,
    ) -> Result<Buffer, E> {
        let notation = if *self == Self::Xml { Notation::Xml } else { Notation::Json };
        let document = Printer::document(notation, "subsonic-response", NAMESPACE, left_out, |envelope| {
            envelope.text("status", status);
            envelope.text("version", API_VERSION);
            envelope.text("type", SERVER_TYPE);
            envelope.text("serverVersion", env!("CARGO_PKG_VERSION"));
            envelope.flag("openSubsonic", true);
            fill(envelope)
        })?;
        Ok(match self {
            Self::Xml | Self::Json => document,
            Self::Jsonp(callback) => called(callback, document.written()),
        })
    }
}

/// A call of the callback. The comment in front keeps the first bytes out of the caller's hands.
fn called(callback: &str, document: &[u8]) -> Buffer {
    let mut call = Buffer::with_room(document.len() + MAX_CALLBACK_BYTES + "/**/();".len());
    call.put_all([b"/**/", callback.as_bytes(), b"(", document, b");"]);
    call
}

/// Whether a text is `name` or `name.name…` with names as scripts have them, in ASCII.
fn is_identifier_path(text: &str) -> bool {
    let is_start = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$');
    let is_name = |name: &str| {
        name.bytes().next().is_some_and(is_start) && name.bytes().all(|byte| is_start(byte) || byte.is_ascii_digit())
    };
    text.len() <= MAX_CALLBACK_BYTES && text.split('.').all(is_name)
}
