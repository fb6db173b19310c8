//! What the formats' own tags say and the tag reader's common form has no place for.

use std::borrow::Cow;

use catalog_core::model::{Advisory, Lyrics};
use lofty::ape::ApeTag;
use lofty::id3::v2::{Frame, Id3v2Tag};
use lofty::mp4::{AdvisoryRating, AtomData, AtomIdent, Ilst};
use lofty::ogg::tag::VorbisComments;

use super::lyrics;

/// Names that are looked for in any format.
const NAMES: &[&str] = &[
    "ALBUMVERSION",
    "ARRANGER",
    "COMPOSERSORT",
    "CUESHEET",
    "ITUNESADVISORY",
    "MUSICBRAINZ ALBUM COMMENT",
    "MUSICBRAINZ_ALBUMCOMMENT",
    "MUSICBRAINZ_ALBUMTYPE",
    "PERFORMER",
    "RELEASETYPE",
    "SETSUBTITLE",
    "SYNCEDLYRICS",
];

/// MP4's atoms that are whole numbers, which the common form, all texts, lacks; and the names they get here.
const NUMBERS: &[([u8; 4], &str)] = &[(*b"tmpo", BPM), (*b"\xA9mvi", MOVEMENT_NUMBER), (*b"\xA9mvc", MOVEMENT_TOTAL)];
/// Beats a minute.
pub(super) const BPM: &str = "BPM";
/// Which movement of its work.
pub(super) const MOVEMENT_NUMBER: &str = "MOVEMENT";
/// How many movements the work has.
pub(super) const MOVEMENT_TOTAL: &str = "MOVEMENTTOTAL";

/// What was found.
#[derive(Default)]
pub(super) struct Unmapped {
    texts: Vec<(&'static str, String)>,
    /// What somebody did or played, and who: `ID3v2`'s two lists of people.
    pub(super) people: Vec<(String, String)>,
    /// `ID3v2`'s frames of timed lyrics.
    pub(super) timed_lyrics: Vec<Lyrics>,
    pub(super) advisory: Option<Advisory>,
    /// dB that a decoder adds by itself.
    pub(super) base_gain_db: Option<f64>,
}

impl Unmapped {
    /// The values of the first of these names that has any.
    pub(super) fn texts(&self, names: &[&'static str]) -> Vec<&str> {
        let of = |name: &&'static str| -> Vec<&str> {
            let found = self.texts.iter().filter(|(found, _)| found == name);
            found.map(|(_, text)| text.as_str()).filter(|text| !text.trim().is_empty()).collect()
        };
        names.iter().map(of).find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn add(&mut self, name: &str, texts: &str) {
        if let Some(name) = NAMES.iter().find(|wanted| wanted.eq_ignore_ascii_case(name)) {
            self.texts.extend(texts.split('\0').map(|text| (*name, text.to_owned())));
        }
    }

    pub(super) fn add_id3v2(&mut self, tag: Option<&Id3v2Tag>) {
        for frame in tag.into_iter().flatten() {
            match frame {
                Frame::UserText(text) => self.add(&text.description, &text.content),
                Frame::KeyValue(list) => {
                    let owned = |text: &Cow<'_, str>| text.clone().into_owned();
                    self.people.extend(list.key_value_pairs.iter().map(|(key, name)| (owned(key), owned(name))));
                }
                Frame::Binary(binary) if binary.id().as_str() == "SYLT" => {
                    self.timed_lyrics.extend(lyrics::from_timed_frame(binary));
                }
                _ => {}
            }
        }
    }

    pub(super) fn add_vorbis(&mut self, comments: Option<&VorbisComments>) {
        for (name, text) in comments.into_iter().flat_map(VorbisComments::items) {
            self.add(name, text);
        }
    }

    pub(super) fn add_ape(&mut self, tag: Option<&ApeTag>) {
        for item in tag.into_iter().flatten() {
            item.text_values().into_iter().flatten().for_each(|text| self.add(item.key(), text));
        }
    }

    pub(super) fn add_mp4(&mut self, tag: Option<&Ilst>) {
        let Some(tag) = tag else { return };
        self.advisory = match tag.advisory_rating() {
            Some(AdvisoryRating::Explicit) => Some(Advisory::Explicit),
            Some(AdvisoryRating::Clean) => Some(Advisory::Clean),
            Some(AdvisoryRating::Inoffensive) | None => None,
        };
        for atom in tag {
            match atom.ident() {
                AtomIdent::Freeform { name, .. } => atom.data().for_each(|value| self.add_mp4_text(name, value)),
                AtomIdent::Fourcc(code) => atom.data().for_each(|value| self.add_mp4_number(*code, value)),
            }
        }
    }

    fn add_mp4_text(&mut self, name: &str, value: &AtomData) {
        if let AtomData::UTF8(text) | AtomData::UTF16(text) = value {
            self.add(name, text);
        }
    }

    fn add_mp4_number(&mut self, code: [u8; 4], value: &AtomData) {
        let number = match value {
            AtomData::SignedInteger(number) => number.to_string(),
            AtomData::UnsignedInteger(number) => number.to_string(),
            _ => return,
        };
        let named = NUMBERS.iter().find(|(known, _)| *known == code);
        self.texts.extend(named.map(|(_, name)| (*name, number)));
    }
}

#[cfg(test)]
mod tests {
    use lofty::mp4::Atom;

    use super::*;

    #[test]
    fn numbers_of_mp4_are_read_like_texts_of_others() {
        let mut tag = Ilst::default();
        tag.insert(Atom::new(AtomIdent::Fourcc(*b"tmpo"), AtomData::SignedInteger(90)));
        tag.insert(Atom::new(AtomIdent::Fourcc(*b"\xA9mvi"), AtomData::UnsignedInteger(2)));
        tag.insert(Atom::new(AtomIdent::Fourcc(*b"cpil"), AtomData::SignedInteger(1)));
        let mut unmapped = Unmapped::default();
        unmapped.add_mp4(Some(&tag));
        assert_eq!([BPM, MOVEMENT_NUMBER].map(|name| unmapped.texts(&[name])), [["90"], ["2"]]);
        assert!(unmapped.texts(&[MOVEMENT_TOTAL]).is_empty());
    }
}
