//! From an origin token to bytes (DESIGN section 9).
