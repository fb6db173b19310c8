//! The words that are longer than the beginnings that are terms themselves, each once: what a longer beginning stands
//! for. The index knows them too, but tells them only by going through all of its documents.

use std::hash::{BuildHasher, RandomState};

use catalog_core::search_text::PREFIX_TERM_CHARS;
use hashbrown::HashTable;
use rusqlite::Connection;

/// Parts the words; it stands in none.
const BETWEEN_WORDS: char = ' ';

/// A catalog has up to a million of them: they lie in one text, and are known by where they begin in it.
#[derive(Default)]
pub(super) struct Words {
    text: String,
    starts: HashTable<u32>,
    hasher: RandomState,
}

impl Words {
    /// Adds those of terms parted by blanks.
    pub(super) fn note(&mut self, terms: &str) {
        let is_long = |term: &&str| term.len() > PREFIX_TERM_CHARS && term.chars().nth(PREFIX_TERM_CHARS).is_some();
        terms.split(BETWEEN_WORDS).filter(is_long).for_each(|word| self.add(word));
    }

    fn add(&mut self, word: &str) {
        let Self { text, starts, hasher } = self;
        let is_word = |start: &u32| word_at(text, *start) == word;
        let hash_of = |start: &u32| hasher.hash_one(word_at(text, *start));
        let hash = hasher.hash_one(word);
        if starts.find(hash, is_word).is_some() {
            return;
        }
        // Words of more than 4 GiB do not occur.
        let Ok(start) = u32::try_from(text.len()) else { return };
        starts.insert_unique(hash, start, hash_of);
        text.push_str(word);
        text.push(BETWEEN_WORDS);
    }

    /// Writes them, in order.
    pub(super) fn write(self, database: &Connection) -> rusqlite::Result<()> {
        let mut starts: Vec<u32> = self.starts.into_iter().collect();
        starts.sort_unstable_by_key(|start| word_at(&self.text, *start));
        let mut insert = database.prepare("INSERT INTO catalog_search_words VALUES (?)")?;
        starts.into_iter().try_for_each(|start| insert.execute([word_at(&self.text, start)]).map(|_| ()))
    }
}

fn word_at(text: &str, start: u32) -> &str {
    text[start as usize..].split(BETWEEN_WORDS).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_written_once_and_in_order() {
        let mut words = Words::default();
        for terms in ["w wo wor word words ", "", "word words 天天天天 时间时间时 ab élanélan "] {
            words.note(terms);
        }
        let database = Connection::open_in_memory().expect("a database");
        database.execute_batch("CREATE TABLE catalog_search_words (word TEXT)").expect("a table");
        words.write(&database).expect("written");
        let mut statement = database.prepare("SELECT word FROM catalog_search_words").expect("a query");
        let written = statement.query_map([], |row| row.get::<_, String>(0)).expect("rows");
        assert_eq!(written.collect::<rusqlite::Result<Vec<_>>>().expect("words"), ["words", "élanélan", "时间时间时"]);
    }
}
