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

use super::printer::{Printer, eight_digits};

/// An instant as RFC 3339. Years of four digits, all there are in practice, are written without a formatter: every item of
/// every list has one.
fn moment(object: &mut Printer, name: &str, unix_secs: i64) {
    let at = Timestamp::from_second(unix_secs).unwrap_or(Timestamp::UNIX_EPOCH);
    let civil = Offset::UTC.to_datetime(at);
    let Ok(year @ 0..10_000) = u32::try_from(civil.year()) else {
        return object.text(name, &at.to_string());
    };
    let together = |first: u32, second: i8, third: i8| {
        eight_digits(first * 10_000 + u32::from(second.unsigned_abs()) * 100 + u32::from(third.unsigned_abs()))
    };
    let [y0, y1, y2, y3, m0, m1, d0, d1] = together(year, civil.month(), civil.day());
    let [_, _, h0, h1, n0, n1, s0, s1] = together(civil.hour().unsigned_abs().into(), civil.minute(), civil.second());
    let text = [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1, b'Z'];
    object.plain_text(name, &text);
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
