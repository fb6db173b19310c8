//! Walking folders, reading tags, finding and scaling covers.

mod content;
pub mod fingerprint;
mod ignored;
pub mod managed;
pub mod pictures;
pub mod presence;
pub mod reader;
pub mod renditions;
pub mod sound;
mod tags;
pub mod text_file;
pub mod walk;
pub mod window;
