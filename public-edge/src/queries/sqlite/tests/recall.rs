//! What a plain look at every name finds, the search index finds too: parts of Chinese names, rare words, and rare words
//! beside a beginning that thousands of names share.

use std::collections::BTreeSet;

use catalog_core::model::Track;
use catalog_core::ports::{CatalogReader, SearchKind};
use catalog_core::testing::{CatalogDraft, TrackDraft};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use crate::testing::reader_of;

const TRACKS: usize = 3000;
const HAN: &str = "的一是不人在有我他这中大来上国月光夜风雪花海天空爱心梦雨星河山水云";
/// Words that begin so outnumber what a beginning is written out to.
const SHARED: &str = "strange";

/// Half the names are Chinese. The others end with a word of their own behind one that hundreds share the beginning of.
fn titles() -> Vec<String> {
    let random = &mut StdRng::seed_from_u64(7);
    let han: Vec<char> = HAN.chars().collect();
    let mut letters = |length: usize, alphabet: &[char]| -> String {
        (0..length).map(|_| *alphabet.choose(random).expect("a character")).collect()
    };
    let latin: Vec<char> = ('a'..='z').collect();
    let title = |number: usize| {
        if number.is_multiple_of(2) {
            return letters(2 + number % 5, &han);
        }
        format!("{SHARED}{} {}", letters(3, &latin), letters(6, &latin))
    };
    (0..TRACKS).map(title).collect()
}

fn reader(titles: &[String]) -> Box<dyn CatalogReader> {
    let random = &mut StdRng::seed_from_u64(8);
    let mut track = |title: &String| {
        let play_count = random.random_range(0..3);
        TrackDraft { track: Track { title: title.clone(), play_count, ..Track::default() }, ..TrackDraft::default() }
    };
    reader_of(&CatalogDraft { tracks: titles.iter().map(&mut track).collect(), ..CatalogDraft::default() }.finish())
}

fn found(reader: &dyn CatalogReader, query: &str) -> BTreeSet<String> {
    let hits = reader.search(SearchKind::Track, query, 0, TRACKS).expect("hits");
    let ids: Vec<_> = hits.into_iter().filter_map(catalog_core::model::TrackId::new).collect();
    reader.find_tracks(&ids).expect("tracks").into_iter().map(|track| track.title).collect()
}

fn like<'a>(titles: &'a [String], part: &str) -> BTreeSet<&'a str> {
    titles.iter().map(String::as_str).filter(|title| title.contains(part)).collect()
}

fn assert_finds(reader: &dyn CatalogReader, titles: &[String], query: &str, part: &str) {
    let found = found(reader, query);
    let expected = like(titles, part);
    assert!(!expected.is_empty() && expected.iter().all(|title| found.contains(*title)), "{query}: {expected:?}");
}

#[test]
fn every_part_of_a_chinese_name_finds_it() {
    let titles = titles();
    let reader = reader(&titles);
    let parts: BTreeSet<String> = titles
        .iter()
        .step_by(2)
        .flat_map(|title| {
            let characters: Vec<char> = title.chars().collect();
            let parts = (1..=3).flat_map(|length| characters.windows(length).map(|part| part.iter().collect()));
            parts.collect::<Vec<String>>()
        })
        .collect();
    for part in parts.iter().step_by(7) {
        assert_finds(reader.as_ref(), &titles, part, part);
    }
}

#[test]
fn a_beginning_beside_rare_words_leaves_out_what_lacks_it_and_keeps_the_order() {
    let titles = titles();
    let reader = reader(&titles);
    let hits = |query: &str, offset, limit| reader.search(SearchKind::Track, query, offset, limit).expect("hits");
    let of_a = format!("{SHARED}a");
    for letter in ('a'..='z').filter(|letter| !SHARED.starts_with(*letter)) {
        let has_both = |title: &&String| title.starts_with(&of_a) && title.contains(&format!(" {letter}"));
        let expected = titles.iter().filter(has_both).count();
        assert_eq!(hits(&format!("{letter} {of_a}"), 0, TRACKS).len(), expected, "{letter}");
    }
    let (all, beside) = (hits(&of_a, 0, TRACKS), format!("s {of_a}"));
    assert!(all.len() > 20);
    let pages: Vec<_> = (0..all.len() as u64).step_by(7).flat_map(|offset| hits(&beside, offset, 7)).collect();
    assert_eq!(pages, all);
}

#[test]
fn rare_words_are_found_under_wide_beginnings() {
    let titles = titles();
    let reader = reader(&titles);
    for title in titles.iter().skip(1).step_by(40) {
        let (shared, own) = title.split_once(' ').expect("two words");
        for query in [own, shared, &own[..5], &format!("s {own}"), &format!("{own} {SHARED}"), title] {
            let part = if query.contains(own) { own } else { query };
            assert_finds(reader.as_ref(), &titles, query, part);
        }
    }
    assert_eq!(found(reader.as_ref(), SHARED).len(), TRACKS / 2, "all of them, a page as deep as there are");
}
