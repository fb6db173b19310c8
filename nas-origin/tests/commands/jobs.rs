//! `nas-origin jobs`: what was done, and what came of it.

use std::fs;

use serde_json::Value;

use super::yard::Yard;

fn listed(yard: &Yard) -> Vec<Value> {
    let output = yard.run(&["jobs", "list", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    object["jobs"].as_array().unwrap().clone()
}

#[test]
fn every_import_and_publish_is_on_record_with_its_outcome() {
    let yard = Yard::new("");
    yard.done(&["import"]);
    yard.done(&["publish"]);
    yard.done(&["publish"]);
    fs::write(yard.path("objects/manifest.json"), "{").unwrap();
    yard.refused(&["publish"], 1, &["manifest.json"]);
    let jobs = listed(&yard);
    let seen: Vec<[&str; 3]> =
        jobs.iter().map(|job| ["kind", "asked_by", "state"].map(|key| job[key].as_str().unwrap())).collect();
    let published = ["publish", "command", "done"];
    assert_eq!(seen, [["publish", "command", "failed"], published, published, ["import", "command", "done"]]);
    let words = |index: usize| jobs[index]["outcome"].as_str().unwrap();
    assert!(words(0).contains("damaged"), "{}", words(0));
    assert!(words(1).starts_with("unchanged snap-") && words(2).starts_with("published snap-"));
    assert!(words(3).starts_with("1 added"), "{}", words(3));
    yard.done(&["jobs", "show", "1"]);
    yard.refused(&["jobs", "show", "99"], 2, &["no job 99"]);
}
