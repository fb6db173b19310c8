//! Looking values up in all tags of a file at once, the format's own tag first.

use catalog_core::import::{ArtistName, Level, clean, parse_date, parse_decibels, parse_peak, parse_position};
use catalog_core::import::{Separators, parse_r128_gain};
use lofty::tag::{ItemKey, Tag};

use super::unmapped::Unmapped;

/// All tags of a file.
pub(super) struct Tags<'a> {
    /// The format's own first.
    pub(super) all: Vec<&'a Tag>,
    /// What they say besides.
    pub(super) unmapped: &'a Unmapped,
    /// What separates several values in one text.
    pub(super) separators: &'a Separators,
}

impl<'a> Tags<'a> {
    /// The values of the first tag that has any.
    pub(super) fn texts(&self, key: ItemKey) -> Vec<&'a str> {
        let values = |tag: &&'a Tag| -> Vec<&'a str> { tag.get_strings(key).filter(|text| is_filled(text)).collect() };
        self.all.iter().map(values).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// [`Tags::texts`], or those of the first of these names that has any, where tags can't be asked by key.
    pub(super) fn texts_or_named(&self, key: ItemKey, names: &'static [&'static str]) -> Vec<&'a str> {
        let found = self.texts(key);
        if found.is_empty() { self.unmapped.texts(names) } else { found }
    }

    /// [`Tags::texts`] of the first key, or else of the second.
    pub(super) fn texts_or_key(&self, key: ItemKey, other: ItemKey) -> Vec<&'a str> {
        let found = self.texts(key);
        if found.is_empty() { self.texts(other) } else { found }
    }

    pub(super) fn raw(&self, key: ItemKey) -> Option<&'a str> {
        self.all.iter().find_map(|tag| tag.get_string(key).filter(|text| is_filled(text)))
    }

    pub(super) fn text(&self, key: ItemKey) -> Option<String> {
        self.raw(key).and_then(clean)
    }

    pub(super) fn number(&self, key: ItemKey) -> Option<u32> {
        self.raw(key).and_then(|text| parse_position(text).0)
    }

    /// A whole number that only the format's own tag has.
    pub(super) fn named(&self, name: &'static str) -> Option<u32> {
        self.unmapped.texts(&[name]).first()?.parse().ok()
    }

    /// Number and total, whether they stand in one text or in two.
    pub(super) fn position(&self, number: ItemKey, total: ItemKey) -> (Option<u32>, Option<u32>) {
        let (first, behind) = self.raw(number).map(parse_position).unwrap_or_default();
        (first, self.number(total).or(behind))
    }

    pub(super) fn date(&self, keys: &[ItemKey]) -> Option<String> {
        keys.iter().find_map(|key| self.raw(*key).and_then(parse_date))
    }

    pub(super) fn ids(&self, key: ItemKey) -> Vec<String> {
        self.texts(key).into_iter().flat_map(|text| text.split(['/', ';', '\0'])).filter_map(clean).collect()
    }

    /// Artists: from the list of names where there is one, else from the text as shown.
    pub(super) fn artists(&self, keys: &ArtistKeys) -> (Option<String>, Vec<ArtistName>) {
        let shown = self.texts(keys.shown);
        let listed = keys.list.map(|key| self.texts(key)).unwrap_or_default();
        let source = if listed.is_empty() { &shown } else { &listed };
        let names = distinct(source.iter().flat_map(|text| self.separators.split_artists(text)));
        let sort_names = self.texts_or_named(keys.sort, keys.sort_names);
        let sort_names: Vec<String> =
            sort_names.into_iter().flat_map(|text| self.separators.split_artists(text)).collect();
        let ids = keys.musicbrainz.map(|key| self.ids(key)).unwrap_or_default();
        let matching = |values: &[String], index: usize| (values.len() == names.len()).then(|| values[index].clone());
        let artists = (0..names.len()).map(|index| ArtistName {
            name: names[index].clone(),
            sort_name: matching(&sort_names, index),
            musicbrainz_id: matching(&ids, index),
        });
        let artists = artists.collect();
        let text = if let [one] = shown[..] { clean(one) } else { None };
        (text.or_else(|| (!names.is_empty()).then(|| names.join(" / "))), artists)
    }

    pub(super) fn gain(&self, replay_gain: ItemKey, r128: ItemKey) -> Option<Level> {
        let tagged = self.raw(replay_gain).and_then(parse_decibels);
        tagged.or_else(|| self.raw(r128).and_then(parse_r128_gain)).map(Level)
    }

    pub(super) fn peak(&self, key: ItemKey) -> Option<Level> {
        self.raw(key).and_then(parse_peak).map(Level)
    }
}

/// Where artists of one kind stand.
pub(super) struct ArtistKeys {
    pub(super) shown: ItemKey,
    pub(super) list: Option<ItemKey>,
    pub(super) sort: ItemKey,
    /// The same where tags can't be asked by key.
    pub(super) sort_names: &'static [&'static str],
    pub(super) musicbrainz: Option<ItemKey>,
}

fn is_filled(text: &str) -> bool {
    !text.trim_matches(['\0', ' ']).is_empty()
}

/// Each value once, in the order of first appearance.
pub(super) fn distinct<T: Eq>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}
