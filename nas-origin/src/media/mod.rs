//! Walking folders, reading tags, finding and scaling covers.

pub mod renditions;
