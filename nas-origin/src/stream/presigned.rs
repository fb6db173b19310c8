//! Files in buckets without public URLs: the holder of a token is sent to the bucket with a URL that is good as long as
//! the token, for this one object.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderValue, Method, Response, StatusCode};

use super::StreamError;
use crate::config::{SourceConfig, SourceKind};
use crate::library::stream_locations::BucketLocation;
use crate::snapshot::store::{BucketSigner, StoreError, open_signer};

/// What every kind of bucket grants at most.
const LONGEST: Duration = Duration::from_hours(7 * 24);

/// The buckets that are sources, by name.
#[derive(Clone, Default)]
pub(super) struct Buckets(Arc<BTreeMap<String, BucketSigner>>);

impl Buckets {
    /// Those of the configuration.
    pub(super) fn open(sources: &BTreeMap<String, SourceConfig>) -> Result<Self, StoreError> {
        let buckets = sources.iter().filter(|(_, source)| source.kind == SourceKind::ObjectStore);
        let signers = buckets.map(|(name, source)| {
            let url = source.store.as_ref().ok_or(StoreError::NotConfigured)?;
            Ok((name.clone(), open_signer(url, &source.store_options)?))
        });
        Ok(Self(Arc::new(signers.collect::<Result<_, StoreError>>()?)))
    }

    /// 302 to the object.
    pub(super) async fn redirect(
        &self,
        location: &BucketLocation,
        method: &Method,
        life: Duration,
    ) -> Result<Response<Body>, StreamError> {
        let signer = self.0.get(&location.source).ok_or(StreamError::Absent)?;
        let url = signer.sign(method.clone(), &location.locator, life.min(LONGEST)).await;
        let url = url.map_err(StreamError::Unsigned)?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::FOUND;
        let location = HeaderValue::try_from(url.as_str()).map_err(StreamError::UnsendableUrl)?;
        let headers = response.headers_mut();
        headers.insert(LOCATION, location);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        Ok(response)
    }
}
