//! What clients of Subsonic 1.16 rely on (`legacy.txt`), held against answers in XML.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::sameness::Element;

/// The types of the old protocol.
pub(super) struct Legacy {
    types: BTreeMap<&'static str, Type>,
}

/// A type with what its base has.
#[derive(Clone, Default)]
struct Type {
    /// The kind of each attribute, and whether it has to be there.
    attributes: BTreeMap<&'static str, (&'static str, bool)>,
    /// The type of each element.
    elements: BTreeMap<&'static str, &'static str>,
}

impl Legacy {
    pub(super) fn read() -> Self {
        let mut types: BTreeMap<&str, Type> = BTreeMap::new();
        for line in include_str!("legacy.txt").lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.split('|').map(str::trim);
            let (head, attributes, elements) = (parts.next(), parts.next(), parts.next());
            let (name, base) = head.map(|head| head.split_once(" : ").unwrap_or((head, ""))).expect("a name");
            let mut read = types.get(base).cloned().unwrap_or_default();
            read.attributes.extend(pairs(attributes).map(|(attribute, kind)| {
                let (name, is_required) = attribute.strip_suffix('!').map_or((attribute, false), |name| (name, true));
                (name, (kind, is_required))
            }));
            read.elements.extend(pairs(elements));
            types.insert(name, read);
        }
        Self { types }
    }

    /// Where an envelope breaks a rule of the old protocol, in words.
    pub(super) fn breaches(&self, envelope: &Element) -> Vec<String> {
        self.of_type("Response", envelope, "", &|_| None)
    }

    /// The same, and every element that the old protocol does not know.
    pub(super) fn breaches_and_additions(&self, envelope: &Element) -> Vec<String> {
        self.of_type("Response", envelope, "", &|path| Some(format!("{path} is new")))
    }

    fn of_type(
        &self,
        name: &str,
        element: &Element,
        path: &str,
        of_unknown: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<String> {
        let known = &self.types[name];
        let mut found = Vec::new();
        for (attribute, (kind, is_required)) in &known.attributes {
            match element.attribute(attribute) {
                Some(value) if !is_of_kind(value, kind) => {
                    found.push(format!("{path}/@{attribute}: {value:?} is no {kind}"));
                }
                None if *is_required => found.push(format!("{path}/@{attribute} is missing")),
                _ => {}
            }
        }
        for (name, child) in element.children() {
            let path = format!("{path}/{name}");
            match known.elements.get(name) {
                Some(of) => found.extend(self.of_type(of, child, &path, of_unknown)),
                None => found.extend(of_unknown(&path)),
            }
        }
        found
    }
}

fn pairs(list: Option<&'static str>) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.unwrap_or_default().split_whitespace().map(|pair| pair.split_once('=').expect("a pair"))
}

fn is_of_kind(value: &str, kind: &str) -> bool {
    match kind {
        "text" => true,
        "whole" => value.parse::<i64>().is_ok(),
        "decimal" => value.parse::<f64>().is_ok(),
        "rating" => value.parse().is_ok_and(|rating: u8| (1..=5).contains(&rating)),
        "flag" => matches!(value, "true" | "false"),
        "moment" => value.parse::<Timestamp>().is_ok(),
        "status" => matches!(value, "ok" | "failed"),
        "media" => matches!(value, "music" | "podcast" | "audiobook" | "video"),
        "version" => value.split('.').filter(|part| part.parse::<u32>().is_ok()).count() == 3,
        other => panic!("no such kind: {other}"),
    }
}

#[test]
fn what_breaks_the_old_rules_is_found() {
    let breaches = |payload: &str| {
        let document = format!("<subsonic-response status='ok' version='1.16.1'>{payload}</subsonic-response>");
        Legacy::read().breaches(&Element::read(&document))
    };
    assert!(breaches("<song id='1' isDir='false' title='x' mediaType='song'><genres name='a'/></song>").is_empty());
    assert_eq!(
        breaches("<song id='1' isDir='0' track='x'/>"),
        ["/song/@isDir: \"0\" is no flag", "/song/@title is missing", "/song/@track: \"x\" is no whole",]
    );
    assert_eq!(
        breaches(
            "<artist id='1' name='a' albumCount='1'><album id='1' name='b' songCount='1' created='now'/></artist>"
        ),
        ["/artist/album/@created: \"now\" is no moment", "/artist/album/@duration is missing",]
    );
}
