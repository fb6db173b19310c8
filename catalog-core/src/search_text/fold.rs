//! Folding: case, width, compatibility forms, diacritics, kana and traditional characters leave no difference.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

const HAN_FIRST: u32 = 0x3400;
const HAN_LAST: u32 = 0x9fff;

/// Variants that the conversion table keeps apart but listeners type for each other.
const VARIANTS: [(char, char); 4] = [('著', '着'), ('妳', '你'), ('牠', '它'), ('祂', '它')];

/// The simplified form of each character from U+3400 to U+9FFF. Characters are converted one by one: what depends on
/// its neighbours would be folded differently in a part of a name.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut single = String::new();
    let simplify = |han: char| {
        single.clear();
        single.push(han);
        let plain = fast2s::convert(&single).chars().next().unwrap_or(han);
        VARIANTS.iter().find(|(variant, _)| *variant == plain).map_or(plain, |(_, common)| *common)
    };
    (HAN_FIRST..=HAN_LAST).filter_map(char::from_u32).map(simplify).collect()
});

/// A text as search and sorting see it: NFKC, lower case, without diacritics, katakana as hiragana, simplified Chinese.
/// Blanks and punctuation stay.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// [`fold`] into a buffer that is used again.
pub(super) fn fold_into(text: &str, folded: &mut String) {
    if text.chars().all(is_folded_by_char) {
        text.chars().for_each(|character| push_folded(character, folded));
    } else {
        let letters = text.nfkd().flat_map(char::to_lowercase).filter(|character| !is_diacritic(*character));
        letters.nfc().for_each(|character| push_folded(character, folded));
    }
}

/// Whether a character needs no look at its neighbours: ASCII, Han, CJK punctuation and kana without marks.
fn is_folded_by_char(character: char) -> bool {
    matches!(character, '\0'..='\x7f' | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30f6}' | '\u{30fc}' | '\u{3400}'..='\u{9fff}')
}

fn push_folded(character: char, folded: &mut String) {
    match character {
        '\0'..='\x7f' => folded.push(character.to_ascii_lowercase()),
        '\u{3400}'..='\u{9fff}' => folded.push(SIMPLIFIED[(u32::from(character) - HAN_FIRST) as usize]),
        '\u{30a1}'..='\u{30f6}' => folded.push(char::from_u32(u32::from(character) - 0x60).unwrap_or(character)),
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ø' => folded.push('o'),
        'đ' | 'ð' => folded.push('d'),
        'ł' => folded.push('l'),
        'ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        'ŋ' => folded.push('n'),
        'ς' => folded.push('σ'),
        other => folded.push(other),
    }
}

/// Marks above and below letters, Arabic and Hebrew points. Kana's voicing marks are letters and stay.
fn is_diacritic(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}
