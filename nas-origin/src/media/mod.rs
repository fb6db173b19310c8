//! Walking folders, reading tags, finding and scaling covers.

mod content;
pub mod fingerprint;
mod ignored;
pub mod managed;
pub mod pictures;
pub mod playlist_text;
pub mod presence;
pub mod reader;
pub mod renditions;
mod tags;
pub mod walk;
pub mod window;
