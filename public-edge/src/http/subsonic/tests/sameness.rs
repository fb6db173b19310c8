//! Whether an XML and a JSON answer say the same, read by parsers that know nothing of the printer.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

/// An element as it was read.
#[derive(Default, Debug)]
pub(super) struct Element {
    attributes: BTreeMap<String, String>,
    children: BTreeMap<String, Vec<Element>>,
    text: String,
}

impl Element {
    /// Reads a document; the element around everything is not part of it.
    pub(super) fn read(document: &str) -> Self {
        let mut reader = quick_xml::Reader::from_str(document);
        let mut open = vec![(String::new(), Self::default())];
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(start) => open.push((name(&start), Self::of(&start))),
                Event::Empty(start) => add(&mut open, name(&start), Self::of(&start)),
                Event::End(_) => {
                    let (name, element) = open.pop().expect("an open element");
                    add(&mut open, name, element);
                }
                Event::Text(text) => last(&mut open).text.push_str(&text.xml10_content().expect("text")),
                Event::GeneralRef(reference) => last(&mut open).text.push_str(&resolve(&reference)),
                Event::Eof => break,
                _ => {}
            }
        }
        let (_, mut outer) = open.pop().expect("the outermost");
        outer.children.remove("subsonic-response").and_then(|mut found| found.pop()).expect("an envelope")
    }

    fn of(start: &BytesStart<'_>) -> Self {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.expect("an attribute");
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).expect("a value").into_owned();
            (String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value)
        });
        Self { attributes: attributes.filter(|(name, _)| name != "xmlns").collect(), ..Self::default() }
    }

    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// Elements directly below, with their names.
    pub(super) fn children(&self) -> impl Iterator<Item = (&str, &Element)> {
        self.children.iter().flat_map(|(name, elements)| elements.iter().map(move |element| (name.as_str(), element)))
    }

    /// The code of the error in an envelope.
    pub(super) fn error_code(&self) -> Option<u32> {
        self.children.get("error")?.first()?.attributes.get("code")?.parse().ok()
    }

    /// Where this element says something else than an object, in words.
    pub(super) fn differences(&self, object: &Value, path: &str) -> Vec<String> {
        let members = object.as_object().expect("an object");
        let mut found = Vec::new();
        for (name, value) in members {
            let path = format!("{path}/{name}");
            match value {
                Value::Array(items) => found.extend(self.list_differences(name, items, &path)),
                Value::Object(_) => found.extend(self.list_differences(name, std::slice::from_ref(value), &path)),
                scalar if !self.says(name, scalar) => found.push(format!("{path}: {scalar} is not in XML")),
                _ => {}
            }
        }
        let names = self.attributes.keys().chain(self.children.keys());
        let extra =
            names.filter(|name| !members.contains_key(*name)).map(|name| format!("{path}/{name} is in XML only"));
        found.extend(extra);
        found
    }

    fn list_differences(&self, name: &str, items: &[Value], path: &str) -> Vec<String> {
        let elements = self.children.get(name).map(Vec::as_slice).unwrap_or_default();
        if elements.len() != items.len() {
            return vec![format!("{path}: {} in JSON, {} in XML", items.len(), elements.len())];
        }
        let pairs = elements.iter().zip(items);
        pairs
            .flat_map(|(element, item)| match item {
                Value::Object(_) => element.differences(item, path),
                scalar if element.text != spelled(scalar) => vec![format!("{path}: {scalar}, {:?}", element.text)],
                _ => Vec::new(),
            })
            .collect()
    }

    /// As an attribute, as its own text, or as a child with that text.
    fn says(&self, name: &str, scalar: &Value) -> bool {
        let child = || self.children.get(name).and_then(|found| found.first()).map(|element| &element.text);
        let said = self.attributes.get(name).or_else(child);
        said.map_or(name == "value" && self.text == spelled(scalar), |text| *text == spelled(scalar))
    }
}

fn spelled(scalar: &Value) -> String {
    scalar.as_str().map_or_else(|| scalar.to_string(), ToOwned::to_owned)
}

fn name(start: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(start.name().as_ref()).into_owned()
}

fn last(open: &mut [(String, Element)]) -> &mut Element {
    &mut open.last_mut().expect("an open element").1
}

fn add(open: &mut [(String, Element)], name: String, element: Element) {
    last(open).children.entry(name).or_default().push(element);
}

fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> String {
    if let Some(character) = reference.resolve_char_ref().expect("a character") {
        return character.to_string();
    }
    let name = reference.decode().expect("text");
    quick_xml::escape::resolve_predefined_entity(&name).expect("a known entity").to_owned()
}
