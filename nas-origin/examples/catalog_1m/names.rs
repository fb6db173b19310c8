//! Names as libraries have them: half in Latin letters, most others Chinese, some Japanese, Korean and Cyrillic.

use rand::RngExt;
use rand::rngs::StdRng;

const ONSETS: [&str; 20] =
    ["b", "br", "c", "ch", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "w"];
const VOWELS: [&str; 12] = ["a", "e", "i", "o", "u", "ai", "ea", "ou", "é", "ö", "ie", "y"];
const CODAS: [&str; 10] = ["", "", "", "n", "r", "s", "l", "nd", "ck", "t"];

const HAN: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经月光夜风雪花海天空爱心梦雨星河山水云春夏秋冬红蓝白黑城市路远近长街灯火等待思念如果你听见谁的声音周杰伦林俊陈奕迅王菲张学友邓丽君";
const KANA: &str = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん";
const HANGUL: &str = "가나다라마바사아자차카타파하강남동방신기소녀시대사랑하늘바람별밤비꽃길눈물";
const CYRILLIC: &str = "абвгдежзиклмнопрстуфхчшыэюя";

/// A name. Its words and characters come as often as in language: few of them again and again.
pub(crate) fn name(random: &mut StdRng) -> String {
    match random.random_range(0..100) {
        0..50 => latin(random),
        50..88 => letters(HAN, 2..=7, random),
        88..93 => letters(KANA, 3..=8, random),
        93..97 => letters(HANGUL, 2..=5, random),
        _ => letters(CYRILLIC, 4..=10, random),
    }
}

fn latin(random: &mut StdRng) -> String {
    let words = random.random_range(1..=4);
    (0..words).map(|_| word(often(30_000, random))).collect::<Vec<_>>().join(" ")
}

/// The nth word of a language of its own.
fn word(mut number: usize) -> String {
    let mut word = String::new();
    loop {
        for letters in [&ONSETS[..], &VOWELS, &CODAS] {
            word.push_str(letters[number % letters.len()]);
            number /= letters.len();
        }
        if number == 0 {
            return word;
        }
    }
}

fn letters(alphabet: &str, lengths: std::ops::RangeInclusive<usize>, random: &mut StdRng) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    let length = random.random_range(lengths);
    (0..length).map(|_| alphabet[often(alphabet.len(), random)]).collect()
}

/// A number below `end`; small ones come most.
fn often(end: usize, random: &mut StdRng) -> usize {
    let last = random.random_range(0..end);
    random.random_range(0..=last)
}
