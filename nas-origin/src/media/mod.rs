//! Walking folders, reading tags, finding and scaling covers.

mod content;
pub mod pictures;
pub mod playlist_text;
pub mod reader;
pub mod renditions;
mod tags;
pub mod walk;
mod window;
