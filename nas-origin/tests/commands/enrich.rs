//! `nas-origin enrich`: off until the owner names a contact, and nobody is asked by a dry run.

use std::net::TcpListener;

use super::yard::Yard;

#[test]
fn without_a_contact_it_is_a_matter_of_the_configuration() {
    let yard = Yard::new("");
    yard.done(&["import"]);
    yard.refused(&["enrich"], 2, &["enrichment.contact"]);
}

#[test]
fn a_dry_run_counts_and_a_run_is_on_record() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let yard = Yard::new("");
    let contact = ["--set", "enrichment.contact=me@example.org"];
    let mirror = format!("enrichment.musicbrainz_url=http://{nobody}");
    yard.done(&["import"]);
    let run = |arguments: &[&str]| yard.run(&[arguments, &contact[..], &["--set", mirror.as_str()][..]].concat());
    let planned = run(&["enrich", "--dry-run", "--json"]);
    assert!(planned.status.success(), "{}", String::from_utf8_lossy(&planned.stderr));
    // The yard's file is untagged: nobody could know it.
    assert_eq!(
        String::from_utf8(planned.stdout).unwrap().trim(),
        r#"{"albums_without_cover":0,"releases":0,"sounds":0,"tracks":0}"#
    );
    let done = run(&["enrich", "--json"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let listed = yard.run(&["jobs", "list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("enrich"));
}
