//! What outsiders and the owner can ask over HTTP.
