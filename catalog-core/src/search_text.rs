//! Search text: what a name is found by, and what a query asks for. One folding serves both, so that they meet.
//!
//! A name becomes terms (docs/snapshot-format.md lists them): its words; Chinese, Japanese and Korean text cut into
//! pairs of characters; pinyin in full and in initials. A query becomes a [`SearchQuery`]: terms that must all match,
//! words by their beginning, so that listeners find `周杰伦` by `周`, `杰伦`, `zjl`, `zhoujie` and `ZHOU jie lun`.

mod cut;
mod finder;
mod fold;
mod pinyin;
mod query;
mod sort_key;
#[cfg(test)]
mod tests;

pub use cut::TermWriter;
pub use finder::NameFinder;
pub use fold::fold;
pub use query::{MAX_WORDS_PER_PREFIX, PREFIX_TERM_CHARS, SearchQuery, Term};
pub use sort_key::{index_letter, sort_key};

/// The longest term in bytes. Longer words are cut, in names and in queries alike.
pub const MAX_TERM_BYTES: usize = 64;

/// The terms of one name, each followed by a blank.
pub fn document_terms(name: &str) -> String {
    let mut terms = String::new();
    TermWriter::default().write(name, &mut terms);
    terms
}

/// Appends terms, each followed by a blank, behind a `mark` each.
pub fn mark_terms(terms: &str, mark: char, marked: &mut String) {
    for term in terms.split_inclusive(' ') {
        marked.push(mark);
        marked.push_str(term);
    }
}

/// The beginning of a word that is not longer than [`MAX_TERM_BYTES`].
fn clip(word: &str) -> &str {
    &word[..word.floor_char_boundary(MAX_TERM_BYTES)]
}
