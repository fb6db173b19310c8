//! Subsonic clients that are known not to follow a redirect: the default of `playback.proxy_clients`.
//!
//! A name is added when its makers or users reported the failure; a client that isn't here is redirected.

/// Names as clients give them in `c` or in their User-Agent.
pub(super) const PROXY_CLIENTS: [&str; 2] = [
    // Plays nothing after a 302 from `stream` (its issues 292 and 970).
    "DSub",
    // Downloads end at a redirect, because the watch hands it to the app instead of following it (its issue 80).
    "SubMusic",
];
