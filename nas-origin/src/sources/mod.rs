//! Where music comes from.
