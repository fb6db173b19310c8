//! Walking folders, reading tags, finding and scaling covers.

mod content;
mod ignored;
pub mod pictures;
pub mod playlist_text;
pub mod presence;
pub mod reader;
pub mod renditions;
mod tags;
pub mod walk;
mod window;
