//! How Chinese text is spelled in Latin letters: in full (`zhoujielun`) and in initials (`zjl`).

use std::sync::LazyLock;

use pinyin::ToPinyin;

use super::cut::push_word;
use super::{MAX_TERM_BYTES, clip};

const HAN_FIRST: u32 = 0x4e00;
const HAN_LAST: u32 = 0x9fff;

/// The most characters of a text whose second reading counts; each doubles the spellings.
const MAX_SECOND_READINGS: u32 = 2;

/// Characters of names and titles that are commonly read in two ways.
const TWO_READINGS: [(char, [&str; 2]); 44] = [
    ('乐', ["le", "yue"]),
    ('长', ["chang", "zhang"]),
    ('重', ["zhong", "chong"]),
    ('行', ["xing", "hang"]),
    ('曾', ["zeng", "ceng"]),
    ('单', ["dan", "shan"]),
    ('都', ["dou", "du"]),
    ('还', ["hai", "huan"]),
    ('了', ["le", "liao"]),
    ('着', ["zhe", "zhao"]),
    ('没', ["mei", "mo"]),
    ('朝', ["chao", "zhao"]),
    ('调', ["diao", "tiao"]),
    ('弹', ["dan", "tan"]),
    ('参', ["can", "shen"]),
    ('解', ["jie", "xie"]),
    ('仇', ["chou", "qiu"]),
    ('区', ["qu", "ou"]),
    ('朴', ["pu", "piao"]),
    ('翟', ["zhai", "di"]),
    ('盖', ["gai", "ge"]),
    ('查', ["cha", "zha"]),
    ('角', ["jiao", "jue"]),
    ('觉', ["jue", "jiao"]),
    ('传', ["chuan", "zhuan"]),
    ('藏', ["cang", "zang"]),
    ('降', ["jiang", "xiang"]),
    ('落', ["luo", "la"]),
    ('什', ["shen", "shi"]),
    ('说', ["shuo", "shui"]),
    ('系', ["xi", "ji"]),
    ('血', ["xue", "xie"]),
    ('便', ["bian", "pian"]),
    ('薄', ["bo", "bao"]),
    ('地', ["di", "de"]),
    ('得', ["de", "dei"]),
    ('晟', ["sheng", "cheng"]),
    ('茜', ["qian", "xi"]),
    ('娜', ["na", "nuo"]),
    ('柏', ["bai", "bo"]),
    ('宿', ["su", "xiu"]),
    ('尽', ["jin", "jing"]),
    ('佛', ["fo", "fu"]),
    ('车', ["che", "ju"]),
];

/// `ü` is typed as `v`, and as `u` by others.
const WITH_UMLAUT: [(&str, [&str; 2]); 4] =
    [("lü", ["lv", "lu"]), ("nü", ["nv", "nu"]), ("lüe", ["lve", "lue"]), ("nüe", ["nve", "nue"])];

/// The readings of each character from U+4E00 to U+9FFF; empty where there is none.
static READINGS: LazyLock<Vec<[&'static str; 2]>> = LazyLock::new(|| {
    let readings = |han: char| han.to_pinyin().map_or(["", ""], |found| with_second(han, found.plain()));
    (HAN_FIRST..=HAN_LAST).filter_map(char::from_u32).map(readings).collect()
});

fn with_second(han: char, first: &'static str) -> [&'static str; 2] {
    if let Some((_, typed)) = WITH_UMLAUT.iter().find(|(spelled, _)| *spelled == first) {
        return *typed;
    }
    match TWO_READINGS.iter().find(|(character, _)| *character == han) {
        Some((_, [one, other])) => [first, if *one == first { other } else { one }],
        None => [first, ""],
    }
}

fn readings(character: char) -> Option<[&'static str; 2]> {
    let at = u32::from(character).checked_sub(HAN_FIRST)?;
    READINGS.get(at as usize).copied().filter(|[first, _]| !first.is_empty())
}

/// The usual reading of a character as it is typed, tones aside.
pub(super) fn reading(character: char) -> Option<&'static str> {
    readings(character).map(|[first, _]| first)
}

/// Appends the spellings of each Chinese stretch of a run.
pub(super) fn write_stretches(run: &str, terms: &mut String) {
    run.split(|character| readings(character).is_none())
        .filter(|stretch| !stretch.is_empty())
        .for_each(|stretch| write_spellings(stretch, terms));
}

/// Appends the spellings of a text; letters that are not Chinese are spelled as they stand.
pub(super) fn write_spellings(text: &str, terms: &mut String) {
    let two_ways = text.chars().filter_map(readings).filter(|[_, second]| !second.is_empty()).count();
    let two_ways = u32::try_from(two_ways).unwrap_or(u32::MAX).min(MAX_SECOND_READINGS);
    let mut spelling = String::with_capacity(MAX_TERM_BYTES * 2);
    let mut write = |choice: u32, spell: fn(&str, u32, &mut String)| {
        spelling.clear();
        spell(text, choice, &mut spelling);
        push_word(clip(&spelling), terms);
    };
    (0..1 << two_ways).for_each(|choice| write(choice, write_full));
    // One character's initial is the beginning of its reading.
    if text.chars().nth(1).is_some() {
        (0..1 << two_ways).for_each(|choice| write(choice, write_initials));
    }
}

fn write_full(text: &str, choice: u32, terms: &mut String) {
    for (character, spelled) in spelled(text, choice) {
        match spelled {
            Some(reading) => terms.push_str(reading),
            None => terms.push(character),
        }
    }
}

fn write_initials(text: &str, choice: u32, terms: &mut String) {
    let mut in_word = false;
    for (character, spelled) in spelled(text, choice) {
        match spelled {
            Some(reading) => terms.extend(reading.chars().next()),
            None if in_word => {}
            None => terms.push(character),
        }
        in_word = spelled.is_none();
    }
}

/// Each character with its reading; bit n of `choice` picks the second reading of the nth character that has one.
fn spelled(text: &str, mut choice: u32) -> impl Iterator<Item = (char, Option<&'static str>)> {
    text.chars().map(move |character| {
        let spelled = readings(character).map(|[first, second]| {
            if second.is_empty() {
                return first;
            }
            let picked = if choice & 1 == 1 { second } else { first };
            choice >>= 1;
            picked
        });
        (character, spelled)
    })
}
