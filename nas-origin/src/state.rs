//! What the daemon's parts share.
