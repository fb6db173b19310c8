//! What is searched for: the kinds of queries that cost most, chosen from the names of the database itself, so that the
//! same database is always asked the same.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use catalog_core::search_text::document_terms;
use rusqlite::Connection;

/// Names of tracks that are looked at, from the first on.
const NAMES: &str = "SELECT name FROM catalog_tracks ORDER BY song_id LIMIT 200000";

/// A kind of query, and one of it.
pub(crate) type Query = (&'static str, String);

/// The fixed set of a database.
pub(crate) fn of(database: &Path) -> Result<Vec<Query>> {
    let names = Names::read(database)?;
    let (word, pair) = (names.words.nth(0)?, names.pairs.nth(0)?);
    let han = names.han.first().context("a Chinese name")?;
    let terms = document_terms(han);
    let pinyin = || terms.split(' ').filter(|term| term.bytes().all(|byte| byte.is_ascii_lowercase()));
    let initials = pinyin().filter(|term| term.len() == han.chars().count()).max().unwrap_or_default();
    let long = names.words.by_count.iter().find(|(word, _)| word.len() > 6).map_or(word, |(word, _)| word);
    Ok(vec![
        ("commonest word", word.to_owned()),
        ("one letter", word[..1].to_owned()),
        ("two letters", word[..2].to_owned()),
        ("five letters", long[..5].to_owned()),
        ("two words", format!("{word} {}", names.words.nth(1)?)),
        ("two letters apart", format!("{} {}", &word[..1], &names.words.nth(40)?[..1])),
        ("a rare word", names.words.rarest()?.to_owned()),
        ("a word and a rare one", format!("{} {}", &word[..1], names.words.rarest()?)),
        ("one character", pair.chars().take(1).collect()),
        ("two characters", pair.to_owned()),
        ("three characters", names.triple(pair)?),
        ("two rare characters", names.pairs.rarest()?.to_owned()),
        ("a name in characters", han.clone()),
        ("pinyin in full", pinyin().max_by_key(|term| term.len()).unwrap_or_default().to_owned()),
        ("pinyin, initials", initials.to_owned()),
        ("pinyin of one", pinyin().min_by_key(|term| term.len()).unwrap_or_default().to_owned()),
        ("no hit", "zzzzqqqqxx".to_owned()),
        ("no hit, common parts", format!("{word} zzzzqqqqxx")),
    ])
}

/// What names are made of.
pub(crate) struct Names {
    /// Latin words of two letters and more.
    pub(crate) words: Counted,
    /// Neighbouring Chinese characters.
    pub(crate) pairs: Counted,
    /// Chinese names of four characters, in the order of the database.
    han: Vec<String>,
}

impl Names {
    /// Three characters of a name, beginning with these two if there are such.
    fn triple(&self, pair: &str) -> Result<String> {
        let has_more = |name: &&String| name.find(pair).is_some_and(|at| at + pair.len() < name.len());
        let name = self.han.iter().find(has_more).or(self.han.first()).context("a Chinese name")?;
        Ok(name[name.find(pair).unwrap_or_default()..].chars().take(3).collect())
    }
}

/// Parts of names, those that occur most first.
pub(crate) struct Counted {
    pub(crate) by_count: Vec<(String, u32)>,
}

impl Names {
    pub(crate) fn read(database: &Path) -> Result<Self> {
        let connection = Connection::open(database)?;
        let mut statement = connection.prepare(NAMES)?;
        let (mut words, mut pairs, mut han) = (HashMap::new(), HashMap::new(), Vec::new());
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let name = row.get_ref(0)?.as_str()?;
            for word in name.split(' ').filter(|word| is_word(word)) {
                *words.entry(word.to_owned()).or_insert(0) += 1;
            }
            let characters: Vec<char> = name.chars().collect();
            for pair in characters.windows(2).filter(|pair| pair.iter().copied().all(is_han)) {
                *pairs.entry(pair.iter().collect::<String>()).or_insert(0) += 1;
            }
            if characters.len() == 4 && characters.iter().copied().all(is_han) {
                han.push(name.to_owned());
            }
        }
        Ok(Self { words: Counted::of(words), pairs: Counted::of(pairs), han })
    }
}

impl Counted {
    fn of(counts: HashMap<String, u32>) -> Self {
        let mut by_count: Vec<(String, u32)> = counts.into_iter().collect();
        by_count.sort_by(|(one, ones), (other, others)| others.cmp(ones).then_with(|| one.cmp(other)));
        Self { by_count }
    }

    fn nth(&self, place: usize) -> Result<&str> {
        self.by_count.get(place).map(|(part, _)| part.as_str()).context("names have too few parts to ask for")
    }

    fn rarest(&self) -> Result<&str> {
        self.by_count.last().map(|(part, _)| part.as_str()).context("names have no parts to ask for")
    }
}

fn is_word(word: &str) -> bool {
    word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}
