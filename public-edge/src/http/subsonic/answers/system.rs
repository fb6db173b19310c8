//! Operations about the server itself.

use catalog_core::ports::CatalogReader;

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::printer::Printer;

/// What listeners may do.
const GRANTED: [&str; 2] = ["downloadRole", "streamRole"];
/// What nobody may do here.
const WITHHELD: [&str; 11] = [
    "scrobblingEnabled",
    "adminRole",
    "settingsRole",
    "uploadRole",
    "playlistRole",
    "coverArtRole",
    "commentRole",
    "podcastRole",
    "jukeboxRole",
    "shareRole",
    "videoConversionRole",
];

/// `ping`: the envelope says it all.
#[expect(clippy::unnecessary_wraps, reason = "every operation has this shape")]
pub(in crate::http::subsonic) fn ping(_: &Asked<'_>, _: &dyn CatalogReader, _: &mut Printer) -> Outcome {
    Ok(())
}

/// `getLicense`: there is nothing to pay for.
#[expect(clippy::unnecessary_wraps, reason = "every operation has this shape")]
pub(in crate::http::subsonic) fn license(_: &Asked<'_>, _: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    answer.object("license", |license| license.flag("valid", true));
    Ok(())
}

/// `getMusicFolders`: the catalog is one folder.
#[expect(clippy::unnecessary_wraps, reason = "every operation has this shape")]
pub(in crate::http::subsonic) fn music_folders(_: &Asked<'_>, _: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    answer.object("musicFolders", |folders| {
        folders.list("musicFolder", [(0_u32, "Music")], |folder, (id, name)| {
            folder.number("id", id);
            folder.text("name", name);
        });
    });
    Ok(())
}

/// `getUser`: who asks, and nobody else.
pub(in crate::http::subsonic) fn user(asked: &Asked<'_>, _: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    if !asked.params.required("username")?.eq_ignore_ascii_case(asked.user) {
        return Err(SubsonicError::NotAllowed);
    }
    answer.object("user", |user| {
        user.text("username", asked.user);
        for role in GRANTED {
            user.flag(role, true);
        }
        for role in WITHHELD {
            user.flag(role, false);
        }
    });
    Ok(())
}

/// `getScanStatus`: how much there is; an edge never scans.
pub(in crate::http::subsonic) fn scan_status(
    _: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let counts = reader.counts()?;
    answer.object("scanStatus", |status| {
        status.flag("scanning", false);
        status.number("count", counts.tracks);
    });
    Ok(())
}
