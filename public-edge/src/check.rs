//! The edge's doctor: is all that a listener depends on in order? Nothing is changed.

mod origin;

use catalog_core::finding::{Finding, in_words};
use jiff::Timestamp;
use object_store::GetOptions;
use snapshot_format::access::AccessKey;
use snapshot_format::limits::MAX_MANIFEST_BYTES;
use snapshot_format::signature::{self, PublicKey};
use snapshot_format::{Manifest, keys};

use crate::config::{Config, SnapshotSettings};
use crate::snapshot::store::{Store, Stores};
use crate::snapshot::{CacheDir, CacheError, look_up_listeners};

/// Looks at everything, in the order that it is needed in.
pub async fn check(config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::new("configuration", Ok("every key is known and in range".to_owned()))];
    findings.push(Finding::new("cache", check_cache(&config.snapshot)));
    match Stores::open(&config.snapshot) {
        Ok(stores) => {
            for store in stores.iter() {
                findings.push(Finding::new(format!("store {}", store.name), check_store(store, config).await));
            }
        }
        Err(error) => findings.push(Finding::new("store", Err(in_words(&error)))),
    }
    findings.push(Finding::new("origin", origin::check(&config.playback).await));
    findings
}

fn check_cache(settings: &SnapshotSettings) -> Result<String, String> {
    let folder = settings.cache_dir.display();
    match CacheDir::open(&settings.cache_dir).and_then(|cache| cache.probe()) {
        Ok(free_bytes) => Ok(format!("{folder} can be written; {} free", bytesize::ByteSize(free_bytes))),
        Err(CacheError::InUse { .. }) => Ok(format!("{folder} is in use by an edge that runs")),
        Err(error) => Err(in_words(&error)),
    }
}

async fn check_store(store: &Store, config: &Config) -> Result<String, String> {
    let bytes = store.read(keys::MANIFEST, MAX_MANIFEST_BYTES).await.map_err(|error| in_words(&error))?;
    let manifest = Manifest::parse(&bytes).map_err(|error| in_words(&error))?;
    let signed = check_signature(&manifest, &config.snapshot.public_keys)?;
    manifest.check_versions().map_err(|error| in_words(&error))?;
    let options = GetOptions { head: true, ..GetOptions::default() };
    let key = &manifest.database.key;
    let object =
        store.get(key, options).await.map_err(|error| format!("its database `{key}`: {}", in_words(&error)))?;
    let (size_bytes, stored_bytes) = (object.meta.size, manifest.database.stored_bytes);
    if size_bytes != stored_bytes {
        return Err(format!(
            "its database `{key}` has {size_bytes} bytes where the manifest says {stored_bytes}: publish again"
        ));
    }
    let listeners = check_listeners(store, &manifest, config.access.key()).await?;
    let expired = if manifest.is_expired(Timestamp::now()) { "; it has EXPIRED: publish again" } else { "" };
    Ok(format!(
        "{} (sequence {}, {} tracks, {}), made {}, {signed}, {listeners}{expired}",
        manifest.snapshot_id,
        manifest.sequence,
        manifest.track_count,
        bytesize::ByteSize(size_bytes),
        manifest.generated_at
    ))
}

async fn check_listeners(store: &Store, manifest: &Manifest, key: Option<&AccessKey>) -> Result<String, String> {
    match (key, &manifest.access) {
        (Some(key), _) => {
            let listeners = look_up_listeners(store, manifest, key).await.map_err(|error| in_words(&error))?;
            Ok(format!("for {} listeners", listeners.count()))
        }
        (None, None) => Ok("for anybody".to_owned()),
        (None, Some(_)) => {
            Ok("made for listeners alone, but ANYBODY may listen here: access.mode is public".to_owned())
        }
    }
}

fn check_signature(manifest: &Manifest, trusted: &[PublicKey]) -> Result<String, String> {
    if trusted.is_empty() {
        return Ok("signatures are not asked for".to_owned());
    }
    let key = signature::verify(manifest, trusted).map_err(|error| in_words(&error))?;
    Ok(format!("signed by the key {}", key.id()))
}
