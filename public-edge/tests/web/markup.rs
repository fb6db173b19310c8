//! Just enough of a reader of HTML: it takes what the pages are written in and nothing sloppier.

/// Elements that have no end.
const VOID: [&str; 6] = ["img", "input", "link", "meta", "path", "circle"];

/// A start tag.
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }
}

/// All start tags of a page; panics, with the place, where the page is not well-formed.
pub(crate) fn tags(html: &str) -> Vec<Tag<'_>> {
    let (mut rest, mut open, mut tags) = (html.trim_start_matches("<!doctype html>"), Vec::new(), Vec::new());
    while let Some((text, after)) = rest.split_once('<') {
        assert!(!text.contains('>'), "a bare > in {text:?}");
        let (inside, following) = after.split_once('>').expect("an end of the tag");
        rest = following;
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "before {}", &rest[..rest.len().min(80)]);
            continue;
        }
        let tag = start_tag(inside.trim_end_matches('/'));
        if !VOID.contains(&tag.name) {
            open.push(tag.name);
        }
        tags.push(tag);
    }
    assert!(open.is_empty(), "left open: {open:?}");
    tags
}

fn start_tag(inside: &str) -> Tag<'_> {
    let (name, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric()), "no element: <{inside}>");
    let mut attributes = Vec::new();
    rest = rest.trim();
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter == '=' || letter.is_whitespace()).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        assert!(!key.contains(['"', '\'', '<']), "no attribute: {key:?} in <{inside}>");
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').expect("a closing quote"),
            None => ("", after),
        };
        attributes.push((key, value));
        rest = after.trim_start();
    }
    Tag { name, attributes }
}

/// An attribute's or a text's own characters.
pub(crate) fn unescaped(text: &str) -> String {
    let named = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    named.replace("&#38;", "&")
}
