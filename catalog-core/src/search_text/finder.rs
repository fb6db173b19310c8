//! Whether names have what a query asks for, looked at one by one: for lists that have no index.

use super::{SearchQuery, Term, TermWriter};

/// Looks names through for a query. What stands in a list beside one another mostly has names in common, so that the
/// terms of a name are kept until another one comes in its place.
#[derive(Debug)]
pub struct NameFinder {
    query: SearchQuery,
    /// What has to stand among the terms, which begin and end with a blank: all of at least one list.
    wanted: Vec<Vec<String>>,
    writer: TermWriter,
    places: Vec<NameTerms>,
}

/// A name, and its terms.
#[derive(Default, Debug)]
struct NameTerms {
    name: String,
    terms: String,
}

impl NameFinder {
    /// Reads what somebody typed. `None` when there is nothing to look for: no letter and no digit.
    pub fn new(text: &str) -> Option<Self> {
        SearchQuery::parse(text).map(Self::of)
    }

    /// Looks for what a query asks for.
    pub fn of(query: SearchQuery) -> Self {
        let wanted = query.alternatives().iter().map(|terms| terms.iter().map(standing).collect()).collect();
        Self { query, wanted, writer: TermWriter::default(), places: Vec::new() }
    }

    /// Whether the names of a thing, taken together, have all that the query asks for.
    pub fn finds<'n>(&mut self, names: impl Iterator<Item = &'n str> + Clone) -> bool {
        let mut count = 0;
        for name in names.clone() {
            if count == self.places.len() {
                self.places.push(NameTerms::default());
            }
            let place = &mut self.places[count];
            if place.name != name {
                name.clone_into(&mut place.name);
                " ".clone_into(&mut place.terms);
                self.writer.write(name, &mut place.terms);
            }
            count += 1;
        }
        let has = |text: &String| self.places[..count].iter().any(|place| place.terms.contains(text.as_str()));
        self.wanted.iter().any(|wanted| wanted.iter().all(has)) && self.query.is_whole_in(names)
    }
}

fn standing(term: &Term) -> String {
    match term {
        Term::Exact(text) => format!(" {text} "),
        Term::Prefix(prefix) => format!(" {prefix}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, names: &[&str]) -> bool {
        NameFinder::new(query).unwrap().finds(names.iter().copied())
    }

    #[test]
    fn words_are_found_in_any_order_by_their_beginnings_and_across_names() {
        let names = ["Blue Hour (Live)", "Björk", "Ágætis byrjun"];
        for query in ["hour blue", "bjork live", "BLU", "byrj agaetis hou", "ｂｌｕｅ", "h"] {
            assert!(finds(query, &names), "{query}");
        }
        for query in ["lue", "blue red", "hours", "björk björn"] {
            assert!(!finds(query, &names), "{query}");
        }
        assert!(finds("acdc", &["AC/DC"]) && finds("dont", &["Don't Stop"]) && finds("ab abc", &["abc ab"]));
        assert!(NameFinder::new(" %_*\"").is_none());
        let mut finder = NameFinder::new("blue one").unwrap();
        let rows = [["Blue", "One"], ["Red", "One"], ["Blue", "Two"], ["One", "Blue"]];
        assert_eq!(rows.map(|names| finder.finds(names.into_iter())), [true, false, false, true]);
        assert!(!finder.finds(["Blue"].into_iter()), "what stood behind it is another row's");
    }

    #[test]
    fn chinese_names_are_found_by_any_part_and_by_their_sound() {
        for query in ["杰伦", "周", "周傑倫", "zjl", "zhoujie", "晴天 周杰伦"] {
            assert!(finds(query, &["晴天", "周杰伦"]), "{query}");
        }
        assert!(!finds("北京城", &["北京 京城"]) && !finds("周伦", &["周杰伦"]));
    }
}
