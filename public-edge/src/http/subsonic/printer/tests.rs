//! Both notations read back what was printed, whatever the texts are.

use std::convert::Infallible;

use proptest::prelude::*;
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::{Notation, Printer};

fn print(notation: Notation, fill: impl FnOnce(&mut Printer)) -> String {
    let Ok(bytes) = Printer::document::<Infallible>(notation, "root", "urn:x", &[], |printer| {
        fill(printer);
        Ok(())
    });
    String::from_utf8(bytes.written().to_vec()).expect("UTF-8")
}

fn sample(root: &mut Printer) {
    root.text("title", "a<b>&\"c\"\n'd'");
    root.number("count", 3_u32);
    root.flag("yes", true);
    root.decimal("gain", Some(-7.5));
    root.decimal("nothing", None);
    root.decimal("infinite", Some(f64::INFINITY));
    root.object("empty", |_| ());
    root.texts("isrc", ["A", "B"]);
    root.texts("moods", []);
    root.numbers("versions", &[1, 2]);
    root.list("genre", ["Rock & Roll"], |genre, name| {
        genre.number("songCount", 1_u64);
        genre.value(name);
    });
}

#[test]
fn xml_has_attributes_then_elements() {
    insta::assert_snapshot!(print(Notation::Xml, sample), @r#"<?xml version="1.0" encoding="UTF-8"?><root xmlns="urn:x" title="a&lt;b&gt;&amp;&quot;c&quot;&#10;&apos;d&apos;" count="3" yes="true" gain="-7.5"><empty/><isrc>A</isrc><isrc>B</isrc><versions>1</versions><versions>2</versions><genre songCount="1">Rock &amp; Roll</genre></root>"#);
}

#[test]
fn json_has_members_and_arrays_even_when_empty() {
    insta::assert_snapshot!(print(Notation::Json, sample), @r#"{"root":{"title":"a<b>&\"c\"\n'd'","count":3,"yes":true,"gain":-7.5,"empty":{},"isrc":["A","B"],"moods":[],"versions":[1,2],"genre":[{"songCount":1,"value":"Rock & Roll"}]}}"#);
}

#[test]
fn what_fails_leaves_nothing() {
    let failed = Printer::document(Notation::Xml, "root", "urn:x", &[], |printer| {
        printer.text("a", "b");
        Err("no")
    });
    assert_eq!(failed.err(), Some("no"));
}

/// The attribute `text` and the content of `<line>` as a reader of XML sees them.
fn read_xml(document: &str) -> (String, String) {
    let mut reader = quick_xml::Reader::from_str(document);
    let (mut attribute, mut content) = (String::new(), String::new());
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) if start.name().as_ref() == b"root" => {
                let found = start.try_get_attribute("text").expect("attributes").expect("text");
                attribute = found.normalized_value(XmlVersion::Implicit1_0).expect("a value").into_owned();
            }
            Event::Text(text) => content.push_str(&text.xml10_content().expect("text")),
            Event::GeneralRef(reference) => content.push_str(&resolve(&reference)),
            Event::Eof => return (attribute, content),
            _ => {}
        }
    }
}

fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> String {
    if let Some(character) = reference.resolve_char_ref().expect("a character") {
        return character.to_string();
    }
    let name = reference.decode().expect("text");
    quick_xml::escape::resolve_predefined_entity(&name).expect("a known entity").to_owned()
}

proptest! {
    #[test]
    fn any_text_reads_back_the_same_from_both(text in any::<String>()) {
        let fill = |root: &mut Printer| {
            root.text("text", &text);
            root.list("line", [&text], |line, text| line.value(text));
        };
        let from_json: Value = serde_json::from_str(&print(Notation::Json, fill)).expect("JSON");
        let said = from_json["root"]["text"].as_str().expect("a text").to_owned();
        prop_assert_eq!(&from_json, &json!({"root": {"text": said, "line": [{"value": said}]}}));
        prop_assert_eq!(read_xml(&print(Notation::Xml, fill)), (said.clone(), said.clone()));
        prop_assert_eq!(text.chars().count(), said.chars().count());
    }
}
