//! Cutting a folded text into runs, and the runs of a name into terms.

use super::pinyin;
use super::{PREFIX_TERM_CHARS, clip, fold};

/// A stretch of one kind of characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Run<'a> {
    pub(super) kind: RunKind,
    pub(super) text: &'a str,
    /// Whether a blank stands before it; punctuation alone does not part `AC/DC`.
    pub(super) starts_chunk: bool,
}

/// How a stretch is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RunKind {
    /// Letters and digits between blanks: a word, which is found by its beginning.
    Word,
    /// Chinese, Japanese or Korean text, which has no blanks between words: a term for each character and
    /// each pair of neighbours.
    Pairs,
}

/// The runs of a folded text.
pub(super) fn runs(folded: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = folded;
    let mut starts_chunk = true;
    std::iter::from_fn(move || {
        let start = rest.find(|character| kind_of(character).is_some())?;
        starts_chunk |= rest[..start].contains(char::is_whitespace);
        rest = &rest[start..];
        let kind = kind_of(rest.chars().next()?)?;
        let end = rest.find(|character| kind_of(character) != Some(kind)).unwrap_or(rest.len());
        let run = Run { kind, text: &rest[..end], starts_chunk };
        rest = &rest[end..];
        starts_chunk = false;
        Some(run)
    })
}

fn kind_of(character: char) -> Option<RunKind> {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric().then_some(RunKind::Word);
    }
    let is_unspaced = matches!(character,
        '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{309f}' | '\u{30a0}'..='\u{30ff}' | '\u{3100}'..='\u{312f}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{1100}'..='\u{11ff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}');
    if is_unspaced {
        return Some(RunKind::Pairs);
    }
    character.is_alphanumeric().then_some(RunKind::Word)
}

/// Every pair of neighbours in a run.
pub(super) fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let starts = run.char_indices().map(|(at, _)| at);
    let ends = run.char_indices().map(|(at, character)| at + character.len_utf8()).skip(1);
    starts.zip(ends).map(|(start, end)| &run[start..end])
}

/// Writes the terms of names; its buffers are used again from name to name.
#[derive(Default, Debug)]
pub struct TermWriter {
    folded: String,
    chunk: String,
}

impl TermWriter {
    /// Appends the terms of a name, each followed by a blank. The same term may come twice; what `terms` ends with may
    /// be left out.
    pub fn write(&mut self, name: &str, terms: &mut String) {
        self.folded.clear();
        fold::fold_into(name, &mut self.folded);
        self.folded.retain(|character| !is_apostrophe(character));
        let mut chunk_runs = 0;
        self.chunk.clear();
        for run in runs(&self.folded) {
            if run.starts_chunk {
                write_chunk(&self.chunk, chunk_runs, terms);
                self.chunk.clear();
                chunk_runs = 0;
            }
            write_run(run, terms);
            self.chunk.push_str(run.text);
            chunk_runs += 1;
        }
        write_chunk(&self.chunk, chunk_runs, terms);
    }
}

/// Apostrophes join: `don't` is found by `dont` and `don’t`.
pub(super) fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

fn write_run(run: Run<'_>, terms: &mut String) {
    match run.kind {
        RunKind::Word => push_word(clip(run.text), terms),
        RunKind::Pairs => {
            run.text.split_inclusive(|_| true).for_each(|single| push_term(single, terms));
            pairs(run.text).for_each(|pair| push_term(pair, terms));
            pinyin::write_stretches(run.text, terms);
        }
    }
}

/// What stands together without a blank is found written together: `AC/DC` by `acdc`, `阿Sa` by `asa` and `as`.
fn write_chunk(chunk: &str, run_count: usize, terms: &mut String) {
    if run_count < 2 {
        return;
    }
    if chunk.chars().any(|character| kind_of(character) == Some(RunKind::Pairs)) {
        pinyin::write_spellings(chunk, terms);
    } else {
        push_word(clip(chunk), terms);
    }
}

/// Appends a word and its short beginnings, but for those that the term before it begins with: they are there.
pub(super) fn push_word(word: &str, terms: &mut String) {
    let before = terms.trim_end().rsplit(' ').next().unwrap_or_default();
    let shared = before.bytes().zip(word.bytes()).take_while(|(one, other)| one == other).count();
    let ends = word.char_indices().map(|(at, character)| at + character.len_utf8()).take(PREFIX_TERM_CHARS);
    let mut last = 0;
    for end in ends {
        if end > shared {
            push_term(&word[..end], terms);
        }
        last = end;
    }
    if last < word.len() {
        push_term(word, terms);
    }
}

fn push_term(term: &str, terms: &mut String) {
    terms.push_str(term);
    terms.push(' ');
}
