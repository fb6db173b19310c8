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
use jiff::tz::Offset;

use super::printer::Printer;

/// An instant as RFC 3339. Years of four digits, all there are in practice, are written without a formatter: every item of
/// every list has one.
fn moment(object: &mut Printer, name: &str, unix_secs: i64) {
    let at = Timestamp::from_second(unix_secs).unwrap_or(Timestamp::UNIX_EPOCH);
    let civil = Offset::UTC.to_datetime(at);
    let year = civil.year();
    if !(0..10_000).contains(&year) {
        return object.text(name, &at.to_string());
    }
    let mut text = *b"0000-00-00T00:00:00Z";
    for (place, number) in [
        (0, year / 100),
        (2, year % 100),
        (5, civil.month().into()),
        (8, civil.day().into()),
        (11, civil.hour().into()),
        (14, civil.minute().into()),
        (17, civil.second().into()),
    ] {
        text[place] += digit(number / 10);
        text[place + 1] += digit(number % 10);
    }
    object.plain_text(name, &text);
}

/// A number below ten.
fn digit(number: i16) -> u8 {
    number.to_le_bytes()[0]
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::http::subsonic::printer::Notation;

    fn shown(unix_secs: i64) -> String {
        let document = Printer::document(Notation::Json, "a", "", &[], |object| {
            moment(object, "b", unix_secs);
            Ok::<_, ()>(())
        });
        String::from_utf8(document.expect("a document").written().to_vec()).expect("UTF-8")
    }

    proptest! {
        #[test]
        fn moments_are_written_as_a_formatter_writes_them(unix_secs in -70_000_000_000_i64..260_000_000_000) {
            let at = Timestamp::from_second(unix_secs).unwrap_or(Timestamp::UNIX_EPOCH);
            prop_assert_eq!(shown(unix_secs), format!(r#"{{"a":{{"b":"{at}"}}}}"#));
        }
    }
}
