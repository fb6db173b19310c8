//! R2: what a store offers, once it is known who vouches for it. Pure.

use snapshot_format::Manifest;
use snapshot_format::signature::{self, PublicKey, SignatureError};

use super::error::RefreshError;

/// A manifest that this edge could follow.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) manifest: Manifest,
    pub(super) voucher: Voucher,
}

/// Who vouches for a manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Voucher {
    /// A key that the owner trusts: the publisher checked the database that the manifest names.
    Key,
    /// Nobody: no key is configured, and whoever can write to the store can offer anything.
    Nobody,
}

/// Reads a manifest: its size, its form, who signed it, and only then whether this version can follow it.
pub(super) fn read(bytes: &[u8], keys: &[PublicKey]) -> Result<Offer, RefreshError> {
    let manifest = Manifest::parse(bytes)?;
    let voucher = vouch(&manifest, keys)?;
    manifest.check_versions()?;
    Ok(Offer { manifest, voucher })
}

/// Who vouches for a manifest; with keys configured, one of them has to.
pub(super) fn vouch(manifest: &Manifest, keys: &[PublicKey]) -> Result<Voucher, SignatureError> {
    if keys.is_empty() {
        return Ok(Voucher::Nobody);
    }
    signature::verify(manifest, keys).map(|_| Voucher::Key)
}
