//! Enhanced LRC: `<mm:ss.xx>` before each word of a line, and behind the last one where that ends.

use super::{LyricLine, parse_time};

/// A word or a syllable of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// From the track's start.
    pub start_ms: u64,
    /// Given for all words of a line or for none.
    pub end_ms: Option<u64>,
    /// Its first byte in the line's text.
    pub first_byte: usize,
    /// Its last byte in the line's text; it belongs to the word.
    pub last_byte: usize,
}

/// A piece of a line and the time before it.
struct Piece<'a> {
    start_ms: Option<u64>,
    text: &'a str,
}

/// A line's text and words; `shift` moves times to where they belong.
pub(super) fn parse(text: &str, shift: impl Fn(u64) -> u64) -> LyricLine {
    let mut line = LyricLine::default();
    for Piece { start_ms, text } in pieces(text) {
        // Nothing stands at the beginning of a line: blanks before the first word are none of its text.
        let text = if line.text.is_empty() { text.trim_start() } else { text };
        let start_ms = start_ms.map(&shift);
        let first_byte = line.text.len() + (text.len() - text.trim_start().len());
        line.text.push_str(text);
        match (start_ms, text.trim()) {
            // A time without a word is where the word before it ends.
            (Some(start_ms), "") => end_last(&mut line, start_ms),
            (Some(start_ms), word) => {
                line.end_ms = None;
                line.words.push(Word { start_ms, end_ms: None, first_byte, last_byte: first_byte + word.len() - 1 });
            }
            (None, _) => {}
        }
    }
    line.text.truncate(line.text.trim_end().len());
    line
}

fn end_last(line: &mut LyricLine, end_ms: u64) {
    line.end_ms = Some(end_ms);
    if let Some(last) = line.words.last_mut() {
        last.end_ms = last.end_ms.or(Some(end_ms));
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start_ms, mut piece_at, mut at) = (None, 0, 0);
    while let Some(bracket) = text[at..].find('<').map(|found| at + found) {
        if let Some((time_ms, behind)) = parse_time(&text[bracket..], '<', '>') {
            pieces.push(Piece { start_ms, text: &text[piece_at..bracket] });
            (start_ms, piece_at) = (Some(time_ms), text.len() - behind.len());
            at = piece_at;
        } else {
            at = bracket + 1;
        }
    }
    pieces.push(Piece { start_ms, text: &text[piece_at..] });
    pieces
}

/// Where some words of a line say when they end, all do: at the next one's start, the last at the next line's.
pub(super) fn fill_ends(lines: &mut [LyricLine]) {
    let starts: Vec<Option<u64>> = lines.iter().skip(1).map(|line| line.start_ms).chain([None]).collect();
    for (line, next_line_ms) in lines.iter_mut().zip(starts) {
        if line.words.iter().all(|word| word.end_ms.is_none()) {
            continue;
        }
        let next: Vec<Option<u64>> =
            line.words.iter().skip(1).map(|word| Some(word.start_ms)).chain([line.end_ms.or(next_line_ms)]).collect();
        for (word, next_ms) in line.words.iter_mut().zip(next) {
            word.end_ms = word.end_ms.or(next_ms);
        }
        if line.words.iter().any(|word| word.end_ms.is_none()) {
            line.words.iter_mut().for_each(|word| word.end_ms = None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::LyricLines;

    /// Each word with its times.
    fn words(text: &str) -> (String, Vec<String>) {
        let lyrics = LyricLines::parse(text);
        let line = &lyrics.lines[0];
        let shown = |word: &super::Word| {
            let text = &line.text[word.first_byte..=word.last_byte];
            format!("{text} {}-{}", word.start_ms, word.end_ms.map_or(String::new(), |end| end.to_string()))
        };
        (line.text.clone(), line.words.iter().map(shown).collect())
    }

    #[test]
    fn each_word_has_its_time_and_its_bytes() {
        let (text, words) = words("[00:01.00] <00:01.00>海屿 <00:01.50>you <00:02.00>");
        assert_eq!(text, "海屿 you");
        assert_eq!(words, ["海屿 1000-1500", "you 1500-2000"]);
    }

    #[test]
    fn without_a_time_at_the_end_no_word_has_an_end() {
        let (text, words) = words("[00:01.00]<00:01.00>syl<00:01.20>la<00:01.40>ble");
        assert_eq!((text.as_str(), words.join(",").as_str()), ("syllable", "syl 1000-,la 1200-,ble 1400-"));
    }

    #[test]
    fn a_pause_ends_a_word_and_the_next_line_the_last_one() {
        let (_, words) = words("[00:01.00]<00:01.00>wait<00:01.30> <00:02.00>now\n[00:03.00]then");
        assert_eq!(words, ["wait 1000-1300", "now 2000-3000"]);
    }

    #[test]
    fn a_line_that_comes_again_takes_its_words_along() {
        let lyrics = LyricLines::parse("[offset:1000]\n[00:02.00][00:12.00]<00:02.00>La <00:02.50>la");
        let starts: Vec<Vec<u64>> =
            lyrics.lines.iter().map(|line| line.words.iter().map(|word| word.start_ms).collect()).collect();
        assert_eq!(starts, [[1000, 1500], [11_000, 11_500]]);
    }

    #[test]
    fn what_is_no_time_is_text() {
        let (text, words) = words("[00:01.00]I <3 you <br> <0:xx>");
        assert_eq!((text.as_str(), words.len()), ("I <3 you <br> <0:xx>", 0));
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_words_that_are_in_their_line(text in "(\\[00:0[0-9]\\]|<00:0[0-9]>|<|\\PC){0,20}") {
            for line in LyricLines::parse(&text).lines {
                for word in line.words {
                    proptest::prop_assert!(!line.text[word.first_byte..=word.last_byte].trim().is_empty());
                }
            }
        }
    }
}
