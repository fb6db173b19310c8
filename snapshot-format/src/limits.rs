//! Sizes that both planes hold each other to.

/// The largest manifest that is written or read, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 64 * 1024;

/// The largest object of listeners' credentials that is written or read, in bytes: hundreds of thousands of them.
pub const MAX_ACCESS_BYTES: usize = 16 << 20;

/// The highest `sequence` of a manifest: integers above it are not exact in every JSON reader.
pub const MAX_SEQUENCE: u64 = 1 << 53;

/// The most signatures that a manifest may bear: one for each key while keys change, and some to spare.
pub const MAX_SIGNATURES: usize = 8;

/// The longest `publisher_id`, in bytes.
pub const MAX_PUBLISHER_ID_BYTES: usize = 128;

/// The longest life of an origin token that a NAS accepts, in seconds (25 h).
pub const MAX_TOKEN_LIFE_SECS: u32 = 25 * 3600;

/// The longest life of an origin token that an edge may be configured to sign, in seconds (24 h).
pub const MAX_SIGNED_LIFE_SECS: u32 = 24 * 3600;

/// The shortest secret that is accepted anywhere, in bytes.
pub const MIN_SECRET_BYTES: usize = 32;

/// The most bytes that a database of `size_bytes` may take in a store: packing never adds more than this. What a manifest
/// announces is bounded by it, so that a store can't send without end.
pub const fn max_stored_bytes(size_bytes: u64) -> u64 {
    size_bytes.saturating_add(size_bytes / 128).saturating_add(1024)
}
