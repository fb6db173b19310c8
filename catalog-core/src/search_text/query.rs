//! What a listener typed, as terms of the index.

use std::cell::LazyCell;

use super::cut::{Run, RunKind, is_apostrophe, pairs, runs};
use super::{clip, fold};

/// The longest beginning of a word, in characters, that is a term itself.
pub const PREFIX_TERM_CHARS: usize = 4;

/// The most words that a longer prefix is expanded to; a wider one is left to the full-text index.
pub const MAX_WORDS_PER_PREFIX: usize = 256;

/// What is read of a query, in bytes; the rest is ignored.
const MAX_QUERY_BYTES: usize = 512;

/// The most terms that a query asks for; further ones are ignored.
const MAX_TERMS: usize = 32;

/// One thing that a name must have.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Term {
    /// This very term.
    Exact(String),
    /// A term that begins so.
    Prefix(String),
}

impl Term {
    /// Whether it is a beginning that names have as a term of their own.
    fn is_short_beginning(&self) -> bool {
        matches!(self, Self::Prefix(prefix) if prefix.chars().count() <= PREFIX_TERM_CHARS)
    }
}

/// A query: a name is found when it has all terms of at least one alternative.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SearchQuery {
    /// The terms as typed; where several words were typed, also with neighbours written together (`zhou jie lun`
    /// for `zhoujielun`, `ac dc` for `acdc`).
    alternatives: Vec<Vec<Term>>,
    /// Chinese, Japanese and Korean text of three characters and more. The index has its pairs, not their places.
    stretches: Vec<String>,
}

impl SearchQuery {
    /// Reads what a listener typed. `None` when there is nothing to look for: no letter and no digit.
    pub fn parse(text: &str) -> Option<Self> {
        let text = &text[..text.floor_char_boundary(MAX_QUERY_BYTES)];
        let folded = fold_name(text);
        let typed: Vec<Run<'_>> = runs(&folded).collect();
        let as_typed = terms(typed.iter().map(|run| (run.kind, run.text.to_owned())));
        if as_typed.is_empty() {
            return None;
        }
        let joined = terms(join_words(&typed).into_iter());
        let mut alternatives = vec![as_typed];
        if joined != alternatives[0] {
            alternatives.push(joined);
        }
        let is_stretch = |run: &&Run<'_>| run.kind == RunKind::Pairs && pairs(run.text).nth(1).is_some();
        let stretches = typed.iter().filter(is_stretch).map(|run| run.text.to_owned()).collect();
        Some(Self { alternatives, stretches })
    }

    /// Whether what has the terms is found for certain. Otherwise its names have to be looked at: `北京 京城` has both
    /// pairs of `北京城`.
    pub fn is_certain(&self) -> bool {
        self.stretches.is_empty()
    }

    /// Whether each stretch of the query stands whole in one of a thing's names.
    pub fn is_whole_in<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> bool {
        if self.is_certain() {
            return true;
        }
        let names: Vec<&str> = names.into_iter().collect();
        let folded = LazyCell::new(|| names.iter().map(|name| fold_name(name)).collect::<Vec<String>>());
        self.stretches.iter().all(|stretch| {
            let stretch = stretch.as_str();
            // Folding takes longer than all else that is looked at, and hardly a name needs it.
            let is_plain = stretch.chars().all(folds_to_itself) && names.iter().any(|name| name.contains(stretch));
            is_plain || folded.iter().any(|name| name.contains(stretch))
        })
    }

    /// The alternatives, each a list of terms that must all match.
    pub fn alternatives(&self) -> &[Vec<Term>] {
        &self.alternatives
    }

    /// The query without the short beginnings that stand beside longer words. It finds more; where it finds little,
    /// looking at the names is less work than the long lists of what has a short beginning. `None` where nothing can
    /// be left out.
    pub fn without_short_beginnings(&self) -> Option<Self> {
        let alternatives: Vec<Vec<Term>> = self.alternatives.iter().map(|terms| longer(terms)).collect();
        let is_wider = alternatives != self.alternatives;
        is_wider.then(|| Self { alternatives, stretches: self.stretches.clone() })
    }

    /// The FTS5 expression, with every term quoted and behind the `mark` of the kind that is looked for. `None` when
    /// nothing can match.
    ///
    /// A prefix above [`PREFIX_TERM_CHARS`] is replaced by the words of the vocabulary that begin so:
    /// `words_with(prefix, limit)` gives at most `limit` of them, all with their marks. Where there are more than
    /// [`MAX_WORDS_PER_PREFIX`], the prefix itself is asked for, so that nothing is missed.
    ///
    /// # Errors
    /// What `words_with` answers.
    pub fn to_match<E>(
        &self,
        mark: char,
        mut words_with: impl FnMut(&str, usize) -> Result<Vec<String>, E>,
    ) -> Result<Option<String>, E> {
        let mut expressions = Vec::new();
        for terms in &self.alternatives {
            expressions.extend(match_all(terms, mark, &mut words_with)?);
        }
        Ok((!expressions.is_empty()).then(|| expressions.join(" OR ")))
    }
}

/// The terms that are no short beginnings; all, where there are no others.
fn longer(terms: &[Term]) -> Vec<Term> {
    let longer: Vec<Term> = terms.iter().filter(|term| !term.is_short_beginning()).cloned().collect();
    if longer.is_empty() { terms.to_vec() } else { longer }
}

fn fold_name(name: &str) -> String {
    let mut folded = fold(name);
    folded.retain(|character| !is_apostrophe(character));
    folded
}

fn match_all<E>(
    terms: &[Term],
    mark: char,
    words_with: &mut impl FnMut(&str, usize) -> Result<Vec<String>, E>,
) -> Result<Option<String>, E> {
    let mut parts = Vec::with_capacity(terms.len());
    for term in terms {
        match term {
            Term::Exact(text) => parts.push(format!("\"{mark}{text}\"")),
            Term::Prefix(prefix) if term.is_short_beginning() => parts.push(format!("\"{mark}{prefix}\"")),
            Term::Prefix(prefix) => {
                let prefix = format!("{mark}{prefix}");
                match match_any(&prefix, &words_with(&prefix, MAX_WORDS_PER_PREFIX + 1)?) {
                    Some(part) => parts.push(part),
                    None => return Ok(None),
                }
            }
        }
    }
    Ok(Some(format!("({})", parts.join(" AND "))))
}

fn match_any(prefix: &str, words: &[String]) -> Option<String> {
    match words {
        [] => None,
        _ if words.len() > MAX_WORDS_PER_PREFIX => Some(format!("\"{prefix}\"*")),
        _ => {
            let quoted: Vec<String> = words.iter().map(|word| format!("\"{}\"", word.replace('"', ""))).collect();
            Some(format!("({})", quoted.join(" OR ")))
        }
    }
}

/// Chinese characters of a folded text: whatever stands beside them in a name, they are folded to themselves.
fn folds_to_itself(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}')
}

/// Neighbouring words written together.
fn join_words(typed: &[Run<'_>]) -> Vec<(RunKind, String)> {
    let mut joined: Vec<(RunKind, String)> = Vec::with_capacity(typed.len());
    for run in typed {
        match joined.last_mut() {
            Some((RunKind::Word, word)) if run.kind == RunKind::Word => word.push_str(run.text),
            _ => joined.push((run.kind, run.text.to_owned())),
        }
    }
    joined
}

/// The terms of runs, each once, in the order typed.
fn terms(runs: impl Iterator<Item = (RunKind, String)>) -> Vec<Term> {
    let mut terms = Vec::new();
    for (kind, text) in runs {
        match kind {
            RunKind::Word => push_once(Term::Prefix(clip(&text).to_owned()), &mut terms),
            RunKind::Pairs if pairs(&text).next().is_none() => push_once(Term::Prefix(text), &mut terms),
            RunKind::Pairs => pairs(&text).for_each(|pair| push_once(Term::Exact(pair.to_owned()), &mut terms)),
        }
    }
    terms.truncate(MAX_TERMS);
    terms
}

fn push_once(term: Term, terms: &mut Vec<Term>) {
    if !terms.contains(&term) {
        terms.push(term);
    }
}
