use std::convert::Infallible;

use proptest::prelude::*;

use super::*;

/// What the full-text index does with a query, over the terms of one name.
fn finds(name: &str, query: &str) -> bool {
    let terms = document_terms(name);
    let terms: Vec<&str> = terms.split(' ').filter(|term| !term.is_empty()).collect();
    let has = |wanted: &Term| match wanted {
        Term::Exact(text) => terms.contains(&text.as_str()),
        Term::Prefix(prefix) if prefix.chars().count() <= PREFIX_TERM_CHARS => terms.contains(&prefix.as_str()),
        Term::Prefix(prefix) => terms.iter().any(|term| term.starts_with(prefix.as_str())),
    };
    SearchQuery::parse(query)
        .is_some_and(|query| query.alternatives().iter().any(|alternative| alternative.iter().all(has)))
}

#[test]
fn a_chinese_name_is_found_however_it_is_typed() {
    for query in [
        "周",
        "杰",
        "伦",
        "周杰",
        "杰伦",
        "周杰伦",
        "周傑倫",
        "zjl",
        "zj",
        "z",
        "zhoujielun",
        "zhoujie",
        "ZHOU Jie Lun",
        "z j l",
    ] {
        assert!(finds("周杰伦", query), "{query}");
        assert!(finds("周傑倫", query), "{query}");
    }
    for query in ["周伦", "杰周", "jielun x", "lj", "王", "周杰伦伦"] {
        assert!(!finds("周杰伦", query), "{query}");
    }
}

#[test]
fn second_readings_and_umlauts_are_found() {
    assert!(finds("音乐", "yinyue") && finds("音乐", "yinle") && finds("音乐", "yy"));
    assert!(finds("重庆", "chongqing") && finds("重庆", "cq"));
    assert!(finds("曾轶可", "zengyike"));
    assert!(finds("绿光", "lvguang") && finds("绿光", "luguang") && finds("绿光", "lg"));
    assert!(finds("吕方", "lvfang"));
}

#[test]
fn mixed_names_are_found_whole_and_in_parts() {
    for query in ["阿", "sa", "asa", "as", "阿sa"] {
        assert!(finds("阿Sa", query), "{query}");
    }
    for query in ["青花瓷", "qhc", "live", "live 青花", "qinghuaci live", "Ｌｉｖｅ"] {
        assert!(finds("青花瓷 (Live)", query), "{query}");
    }
}

#[test]
fn latin_names_lose_case_width_and_diacritics() {
    for (name, query) in [
        ("Björk", "bjork"),
        ("Björk", "BJÖRK"),
        ("bjork", "Björ"),
        ("Ænima", "aenima"),
        ("Sigur Rós", "ros sigur"),
        ("Motörhead", "ｍｏｔｏｒ"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Don't Stop", "dont"),
        ("Dont Stop", "don’t"),
        ("AC/DC", "acdc"),
        ("ACDC", "ac/dc"),
        ("R.E.M.", "rem"),
        ("The Beatles", "bea the"),
        ("Jay-Z", "jayz"),
        ("naïve Café", "cafe naive"),
        ("ΟΔΟΣ", "οδος"),
        ("Кино", "КИН"),
        ("İstanbul", "istanbul"),
        ("ﬁre", "fire"),
    ] {
        assert!(finds(name, query), "{name} by {query}");
    }
}

#[test]
fn kana_and_hangul_are_found_in_parts() {
    for (name, query) in [
        ("カラオケ", "からおけ"),
        ("ｶﾗｵｹ", "カラ"),
        ("がんばれ", "ガンバレ"),
        ("ガ", "が"),
        ("宇多田ヒカル", "ひかる"),
        ("宇多田ヒカル", "多田"),
        ("방탄소년단", "소년"),
        ("방탄소년단", "방"),
        ("아이유 (IU)", "iu 아이유"),
    ] {
        assert!(finds(name, query), "{name} by {query}");
    }
    assert!(!finds("がんばれ", "かん"), "voicing tells kana apart");
}

#[test]
fn a_query_is_quoted_expanded_and_bounded() {
    let words = |prefix: &str, _: usize| Ok::<_, Infallible>(vec![format!("{prefix}s"), prefix.to_owned()]);
    let expression =
        |text: &str| SearchQuery::parse(text).and_then(|query| query.to_match('3', words).expect("infallible"));
    assert_eq!(expression("Love"), Some("(\"3love\")".into()));
    assert_eq!(expression("周杰伦"), Some("(\"3周杰\" AND \"3杰伦\")".into()));
    assert_eq!(expression("周"), Some("(\"3周\")".into()));
    assert_eq!(expression("night"), Some("((\"3nights\" OR \"3night\"))".into()));
    assert_eq!(
        expression("a\" OR b*"),
        Some("(\"3a\" AND \"3or\" AND \"3b\") OR (\"3aorb\")".into()),
        "nothing typed is syntax"
    );
    assert_eq!(expression("\"*()"), None);
    assert_eq!(expression(""), None);

    let none = |_: &str, _: usize| Ok::<_, Infallible>(Vec::new());
    assert_eq!(SearchQuery::parse("night 周").expect("terms").to_match('3', none).expect("infallible"), None);
    let many = |prefix: &str, limit: usize| Ok::<_, Infallible>(vec![format!("{prefix}x"); limit]);
    let wide = SearchQuery::parse("zhang").expect("terms").to_match('3', many).expect("infallible");
    assert_eq!(wide, Some("(\"3zhang\"*)".into()));

    let long = SearchQuery::parse(&"x y z 周杰伦".repeat(10_000)).expect("terms");
    assert!(long.alternatives().iter().all(|terms| terms.len() <= 32));
    assert_eq!(document_terms(&"a".repeat(100_000)), format!("a aa aaa aaaa {} ", "a".repeat(MAX_TERM_BYTES)));
}

#[test]
fn lists_sort_by_spelling_and_articles_do_not_count() {
    let mut names = ["Zebra", "周杰伦", "The Beatles", "1999", "alpha", "Ärzte", "あ", "安室", "(Live)", "!!!", "A"];
    names.sort_by_key(|name| sort_key(name));
    assert_eq!(names, ["A", "alpha", "安室", "Ärzte", "The Beatles", "(Live)", "Zebra", "周杰伦", "!!!", "1999", "あ"]);
    let letters = names.map(|name| index_letter(&sort_key(name)));
    assert_eq!(letters, ["A", "A", "A", "A", "B", "L", "Z", "Z", "#", "#", "#"]);
}

proptest! {
    #[test]
    fn every_part_of_a_han_name_finds_it(name in "[\u{4e00}-\u{9fff}]{1,8}", from in 0usize..8, length in 1usize..8) {
        let part: String = name.chars().skip(from % name.chars().count()).take(length).collect();
        prop_assert!(finds(&name, &part));
    }

    #[test]
    fn word_beginnings_in_any_order_find_a_name(
        words in prop::collection::vec("[a-zA-Z0-9À-ÖØ-öø-ÿЀ-я]{1,12}", 1..5),
        lengths in prop::collection::vec(1usize..12, 5),
        rotate in 0usize..5,
    ) {
        let name = words.join(" ");
        let mut beginnings: Vec<String> =
            words.iter().zip(lengths).map(|(word, length)| word.chars().take(length).collect()).collect();
        let turns = rotate % beginnings.len();
        beginnings.rotate_left(turns);
        prop_assert!(finds(&name, &beginnings.join(" ")));
    }

    #[test]
    fn any_text_has_terms_without_syntax(text in "\\PC{0,200}") {
        let terms = document_terms(&text);
        prop_assert!(terms.split(' ').all(|term| term.len() <= MAX_TERM_BYTES));
        prop_assert!(terms.chars().all(|c| c == ' ' || !c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit()), "{terms}");
        if let Some(query) = SearchQuery::parse(&text) {
            prop_assert!(query.alternatives().iter().all(|terms| !terms.is_empty()));
        }
        let _ = sort_key(&text);
    }
}
