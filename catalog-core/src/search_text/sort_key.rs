//! What lists by name are ordered by, and the letter of the index that a name stands under.

use super::{fold, pinyin};

/// Articles that names are not sorted by.
const ARTICLES: [&str; 3] = ["the ", "an ", "a "];

/// Stands before the keys of names that begin with no letter: they come behind the letters.
const NO_LETTER: char = '~';

/// The key that a name is sorted by: folded, without its article and leading punctuation, Chinese by pinyin.
/// Names that begin with neither a Latin letter nor a Chinese character come last. Keys compare by bytes.
pub fn sort_key(name: &str) -> String {
    let folded = fold(name.trim());
    let bare = folded.trim_start_matches(|character: char| !character.is_alphanumeric());
    let bare = if bare.is_empty() { folded.as_str() } else { bare };
    let bare = ARTICLES.iter().find_map(|article| bare.strip_prefix(article)).unwrap_or(bare).trim_start();
    let mut key = String::with_capacity(bare.len() + 8);
    for character in bare.chars() {
        match pinyin::reading(character) {
            // The blank ends the reading; the character itself tells homophones apart.
            Some(reading) => key.extend(reading.chars().chain([' ', character])),
            None => key.push(character),
        }
    }
    if !key.starts_with(|first: char| first.is_ascii_lowercase()) {
        key.insert(0, NO_LETTER);
    }
    key
}

/// `A` to `Z`, by spelling or pinyin, or `#`, from a [`sort_key`].
pub fn index_letter(sort_key: &str) -> String {
    match sort_key.chars().next() {
        Some(first) if first.is_ascii_lowercase() => first.to_ascii_uppercase().to_string(),
        _ => "#".to_owned(),
    }
}
