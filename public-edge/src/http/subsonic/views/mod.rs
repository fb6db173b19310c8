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
fn moment(unix_secs: i64) -> String {
    let at = Timestamp::from_second(unix_secs).unwrap_or(Timestamp::UNIX_EPOCH);
    let civil = Offset::UTC.to_datetime(at);
    let Some(year) = u16::try_from(civil.year()).ok().filter(|year| *year <= 9999) else { return at.to_string() };
    let two = |number: i8| u16::from(number.unsigned_abs());
    let mut text = String::with_capacity("YYYY-MM-DDTHH:MM:SSZ".len());
    push_two(&mut text, year / 100);
    push_two(&mut text, year % 100);
    for (mark, number) in [
        ('-', two(civil.month())),
        ('-', two(civil.day())),
        ('T', two(civil.hour())),
        (':', two(civil.minute())),
        (':', two(civil.second())),
    ] {
        text.push(mark);
        push_two(&mut text, number);
    }
    text.push('Z');
    text
}

/// A number below 100 as two digits.
fn push_two(text: &mut String, number: u16) {
    for digit in [number / 10, number % 10] {
        text.push(char::from_digit(u32::from(digit), 10).unwrap_or('0'));
    }
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

    proptest! {
        #[test]
        fn moments_are_written_as_a_formatter_writes_them(unix_secs in -70_000_000_000_i64..260_000_000_000) {
            let at = Timestamp::from_second(unix_secs).unwrap_or(Timestamp::UNIX_EPOCH);
            prop_assert_eq!(moment(unix_secs), at.to_string());
        }
    }
}
