//! Walking folders, reading tags, finding and scaling covers.

mod capped_file;
mod content;
mod decoding;
pub mod fingerprint;
mod ignored;
#[cfg(test)]
mod made_sound;
pub mod managed;
pub mod pictures;
mod piped;
pub mod presence;
pub mod reader;
pub mod renditions;
pub mod sound;
mod tags;
pub mod text_file;
pub mod walk;
pub mod wave;
pub mod wave_part;
pub mod window;
