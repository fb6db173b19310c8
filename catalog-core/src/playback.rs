//! Where a listener is sent for the bytes of a track (DESIGN section 10). Pure: files, wish and policy come in.

use std::cmp::Reverse;

use crate::model::{LocationId, TrackFile};

/// What a client asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wish {
    /// File name extension of the wanted format, lower-case; `None` for any.
    pub format: Option<String>,
    /// Highest bit rate in kbit/s; `None` for any.
    pub max_kbps: Option<u32>,
}

/// What this edge can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Whether tokens for the NAS can be signed: it has an address, a key, and the manifest has a publisher.
    pub has_origin: bool,
}

/// Where to send the listener.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlaybackTarget {
    /// The CDN, or any place where anyone can fetch the file.
    PublicUrl(String),
    /// The NAS, which looks the location up.
    Origin(LocationId),
}

/// Chooses the file and the way to it; `None` when no file can be reached.
///
/// The file that fits the wish comes first; without a wish lossless before lossy, then the higher bit rate. On a tie
/// a public URL spares the NAS, then the catalog's primary file wins. When nothing fits, the nearest file is sent as it is.
pub fn resolve(files: &[TrackFile], duration_ms: Option<u64>, wish: &Wish, policy: Policy) -> Option<PlaybackTarget> {
    let reachable = files.iter().filter(|file| file.public_url.is_some() || policy.has_origin);
    let best = reachable.min_by_key(|file| rank(file, duration_ms, wish))?;
    Some(match &best.public_url {
        Some(url) => PlaybackTarget::PublicUrl(url.clone()),
        None => PlaybackTarget::Origin(best.location_id),
    })
}

/// Smaller is better.
fn rank(file: &TrackFile, duration_ms: Option<u64>, wish: &Wish) -> impl Ord + use<> {
    let kbps = estimated_kbps(file, duration_ms);
    let lossless = file.ext.as_deref().is_some_and(is_lossless);
    let misses_format = wish.format.as_deref().is_some_and(|format| file.ext.as_deref() != Some(format));
    let excess_kbps = wish.max_kbps.map_or(0, |limit| match kbps {
        Some(kbps) => kbps.saturating_sub(limit),
        None if lossless => u32::MAX,
        None => 0,
    });
    let quality = (Reverse(lossless), Reverse(kbps.unwrap_or(0)));
    let way = (file.public_url.is_none(), !file.is_primary, file.location_id);
    (misses_format, excess_kbps, quality, way)
}

/// The bit rate as the catalog has it, else from size and duration.
fn estimated_kbps(file: &TrackFile, duration_ms: Option<u64>) -> Option<u32> {
    let from_size = || {
        let duration_ms = duration_ms.filter(|duration| *duration > 0)?;
        u32::try_from(file.size_bytes?.checked_mul(8)? / duration_ms).ok()
    };
    file.bit_rate_kbps.filter(|kbps| *kbps > 0).or_else(from_size)
}

/// Whether files with this extension, lower-case, lose nothing.
pub fn is_lossless(ext: &str) -> bool {
    matches!(ext, "flac" | "wav" | "aif" | "aiff" | "alac" | "ape" | "wv" | "dsf" | "dff" | "tak" | "tta")
}

/// How long a token lives when nothing is configured, in seconds: twice the track and a quarter of an hour, at least
/// half an hour, at most six (TOKEN.md).
pub fn default_token_ttl_secs(duration_ms: Option<u64>) -> u32 {
    let wanted_secs = duration_ms.unwrap_or(0) / 1000 * 2 + 15 * 60;
    u32::try_from(wanted_secs.clamp(30 * 60, u64::from(LONGEST_DEFAULT_TTL_SECS))).unwrap_or(LONGEST_DEFAULT_TTL_SECS)
}

/// The longest life that [`default_token_ttl_secs`] gives, in seconds (6 h).
pub const LONGEST_DEFAULT_TTL_SECS: u32 = 6 * 3600;

/// When a token ends, Unix seconds: rounded up to a multiple of the window, so that inside a window every listener
/// gets the same URL for the same file. `None` beyond what the token can carry (the year 2106).
pub fn token_expires_at(now_unix: i64, ttl_secs: u32, window_secs: u32) -> Option<u32> {
    let window = i64::from(window_secs.max(1));
    let end = now_unix.checked_add(i64::from(ttl_secs))?;
    u32::try_from(end.checked_add(window - 1)? / window * window).ok()
}

#[cfg(test)]
mod tests;
