//! How the catalog's things look in Subsonic's words. OpenSubsonic's fields are there on every item, empty ones too.

mod album;
mod artist;
mod playlist;
mod song;

pub(super) use album::{album, album_as_directory};
pub(super) use artist::{artist, artist_as_directory};
pub(super) use playlist::playlist;
pub(super) use song::{song, song_below};

use catalog_core::model::{Credit, CreditRole};
use jiff::Timestamp;

use super::printer::Printer;

/// An instant as RFC 3339.
fn moment(unix_secs: i64) -> String {
    Timestamp::from_second(unix_secs).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// Whole seconds.
const fn seconds(duration_ms: u64) -> u64 {
    duration_ms / 1000
}

/// Artists where only who they are matters.
fn named_artists<'a>(object: &mut Printer, name: &str, credits: impl Iterator<Item = &'a Credit>) {
    object.list(name, credits, |artist, credit| {
        artist.id("id", credit.artist_id);
        artist.text("name", &credit.name);
    });
}

fn genres(object: &mut Printer, genres: &[String]) {
    object.list("genres", genres, |genre, name| genre.text("name", name));
}

/// A part in the words of the protocol's servers.
fn role_name(role: CreditRole) -> &'static str {
    match role {
        CreditRole::AlbumArtist => "albumartist",
        CreditRole::DjMixer => "djmixer",
        _ => role.name(),
    }
}

/// Lists that the catalog has nothing for.
fn empty_lists(object: &mut Printer, names: &[&str]) {
    for name in names {
        object.texts(name, []);
    }
}
