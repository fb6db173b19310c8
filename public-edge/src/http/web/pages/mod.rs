//! The pages, a file for each subject: what is asked, what is loaded, what the template gets.

pub(super) mod albums;
pub(super) mod artists;
pub(super) mod genres;
pub(super) mod home;
pub(super) mod playlists;
pub(super) mod search;
mod shelf;
pub(super) mod toplists;
pub(super) mod tracks;
