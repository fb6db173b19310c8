//! Who helped to make a track: one tag for each part, and `ID3v2`'s lists of people.

use catalog_core::import::{ArtistName, Contributor, Separators, clean};
use catalog_core::model::CreditRole;
use lofty::tag::ItemKey;

use super::values::{ArtistKeys, Tags, distinct};

const COMPOSERS: ArtistKeys = ArtistKeys {
    shown: ItemKey::Composer,
    list: None,
    sort: ItemKey::ComposerSortOrder,
    sort_names: &["COMPOSERSORT"],
    musicbrainz: None,
};

/// The composers as shown, and all who helped, by part.
pub(super) fn of(tags: &Tags<'_>) -> (Option<String>, Vec<Contributor>) {
    let (composer, composers) = tags.artists(&COMPOSERS);
    let mut all: Vec<Contributor> = composers.into_iter().map(|artist| plain(CreditRole::Composer, artist)).collect();
    for role in CreditRole::CONTRIBUTORS {
        let names = texts_of(tags, role).into_iter().flat_map(|text| tags.separators.split_artists(text));
        if role == CreditRole::Performer {
            all.extend(names.map(|text| performer(&text)));
        } else {
            all.extend(names.map(|name| plain(role, ArtistName::from(name.as_str()))));
        }
    }
    all.extend(tags.unmapped.people.iter().flat_map(|(function, names)| listed(function, names, tags.separators)));
    all.sort_by_key(|one| one.role);
    (composer, distinct(all))
}

fn texts_of<'a>(tags: &Tags<'a>, role: CreditRole) -> Vec<&'a str> {
    match role {
        CreditRole::Lyricist => {
            let lyricists = tags.texts(ItemKey::Lyricist);
            if lyricists.is_empty() { tags.texts(ItemKey::Writer) } else { lyricists }
        }
        CreditRole::Conductor => tags.texts(ItemKey::Conductor),
        CreditRole::Performer => tags.texts_or_named(ItemKey::Performer, &["PERFORMER"]),
        CreditRole::Arranger => tags.texts_or_named(ItemKey::Arranger, &["ARRANGER"]),
        CreditRole::Producer => tags.texts(ItemKey::Producer),
        CreditRole::Director => tags.texts(ItemKey::Director),
        CreditRole::Engineer => tags.texts(ItemKey::Engineer),
        CreditRole::Mixer => tags.texts(ItemKey::MixEngineer),
        CreditRole::DjMixer => tags.texts(ItemKey::MixDj),
        CreditRole::Remixer => tags.texts(ItemKey::Remixer),
        // Composers have sort names; the others don't stand among the contributors.
        CreditRole::Composer | CreditRole::Artist | CreditRole::AlbumArtist => Vec::new(),
    }
}

fn plain(role: CreditRole, artist: ArtistName) -> Contributor {
    Contributor { role, artist, instrument: None }
}

/// `Name (instrument)`.
fn performer(text: &str) -> Contributor {
    let parts = text.strip_suffix(')').and_then(split_at_bracket).filter(|(name, _)| !name.trim().is_empty());
    let (name, instrument) = parts.map_or((text, None), |(name, instrument)| (name.trim(), clean(instrument)));
    Contributor { role: CreditRole::Performer, artist: ArtistName::from(name), instrument }
}

/// What stands before and inside the bracket that ends behind this text; brackets inside it are a part of it.
fn split_at_bracket(text: &str) -> Option<(&str, &str)> {
    let mut inner = 0;
    let (open, _) = text.char_indices().rev().find(|(_, character)| {
        match character {
            ')' => inner += 1,
            '(' => inner -= 1,
            _ => {}
        }
        inner < 0
    })?;
    Some((text[..open].strip_suffix(' ')?, &text[open + 1..]))
}

/// What somebody did by `ID3v2`'s word for it; a word that is no part is an instrument.
fn listed(function: &str, names: &str, separators: &Separators) -> Vec<Contributor> {
    let role = match function.trim().to_ascii_lowercase().as_str() {
        "composer" => CreditRole::Composer,
        "lyricist" | "writer" => CreditRole::Lyricist,
        "conductor" => CreditRole::Conductor,
        "arranger" => CreditRole::Arranger,
        "producer" => CreditRole::Producer,
        "director" => CreditRole::Director,
        "engineer" => CreditRole::Engineer,
        "mix" | "mixer" | "mixing" => CreditRole::Mixer,
        "dj-mix" | "djmixer" => CreditRole::DjMixer,
        "remixer" => CreditRole::Remixer,
        _ => CreditRole::Performer,
    };
    let instrument =
        clean(function).filter(|word| role == CreditRole::Performer && !word.eq_ignore_ascii_case("performer"));
    let contributor =
        |name: String| Contributor { role, artist: ArtistName::from(name.as_str()), instrument: instrument.clone() };
    separators.split_artists(names).into_iter().map(contributor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instrument_in_brackets_is_no_part_of_the_name() {
        let told = |text| {
            let performer = performer(text);
            (performer.artist.name, performer.instrument)
        };
        assert_eq!(told("Yo-Yo Ma (cello)"), ("Yo-Yo Ma".to_owned(), Some("cello".to_owned())));
        assert_eq!(told("A (B) (drums (kit))"), ("A (B)".to_owned(), Some("drums (kit)".to_owned())));
        assert_eq!(told("A) (B)"), ("A)".to_owned(), Some("B".to_owned())));
        assert_eq!(told("Smile :)"), ("Smile :)".to_owned(), None));
        assert_eq!(told("(unknown)"), ("(unknown)".to_owned(), None));
        assert_eq!(told("Prince"), ("Prince".to_owned(), None));
    }

    #[test]
    fn functions_of_id3_are_parts_and_other_words_instruments() {
        let told = |function| {
            let all = listed(function, "Somebody", &Separators::default());
            (all[0].role, all[0].instrument.clone())
        };
        assert_eq!(told("Producer"), (CreditRole::Producer, None));
        assert_eq!(told("DJ-mix"), (CreditRole::DjMixer, None));
        assert_eq!(told("viola da gamba"), (CreditRole::Performer, Some("viola da gamba".to_owned())));
        assert_eq!(told(""), (CreditRole::Performer, None));
    }
}
