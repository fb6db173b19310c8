//! URLs that let others read one object of a bucket for a while.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use object_store::path::Path as ObjectPath;
use object_store::signer::Signer;
use url::Url;

use super::address::{self, Options};
use super::error::StoreError;
use crate::config::StoreUrl;

/// A bucket that gives such URLs.
#[derive(Clone, Debug)]
pub(crate) struct BucketSigner {
    signer: Arc<dyn Signer>,
    prefix: ObjectPath,
}

/// The signer of a bucket. Nothing is asked.
///
/// # Errors
/// As for opening the bucket.
pub(crate) fn open_signer(url: &StoreUrl, options: &Options) -> Result<BucketSigner, StoreError> {
    let (signer, prefix) = address::signer(url, options)?;
    Ok(BucketSigner { signer, prefix })
}

impl BucketSigner {
    /// A URL for a request of this method and object below the bucket's prefix.
    ///
    /// # Errors
    /// When there are no credentials to sign with.
    pub(crate) async fn sign(&self, method: Method, key: &str, life: Duration) -> Result<Url, object_store::Error> {
        let key = ObjectPath::parse(key)?;
        let path: ObjectPath = self.prefix.parts().chain(key.parts()).collect();
        self.signer.signed_url(method, &path, life).await
    }
}
