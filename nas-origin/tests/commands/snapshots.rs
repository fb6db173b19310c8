//! `nas-origin snapshots` as an owner at a terminal uses it.

use std::fs;

use serde_json::Value;

use super::yard::Yard;

fn said(yard: &Yard, arguments: &[&str]) -> String {
    let output = yard.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(yard: &Yard, arguments: &[&str]) -> Value {
    serde_json::from_str(&said(yard, &[arguments, &["--json"]].concat())).unwrap()
}

/// A NAS that published one song, then two.
fn published() -> Yard {
    let yard = Yard::new("");
    for number in 1..=2 {
        fs::write(yard.path(&format!("music/{number}.wav")), super::daemon::wav(number)).unwrap();
        yard.done(&["import"]);
        yard.done(&["publish"]);
    }
    yard
}

#[test]
fn a_mistake_is_taken_back_and_put_right() {
    let yard = published();
    let list = json(&yard, &["snapshots", "list"]);
    let rows = list["snapshots"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows[0]["current"] == true && rows[0]["sequence"] == 2 && rows[1]["current"] == false);
    let old = rows[1]["snapshot_id"].as_str().unwrap();

    let back = said(&yard, &["snapshots", "rollback", "1"]);
    assert_eq!(back, format!("rolled back and pinned to {old}\n"));
    assert_eq!(said(&yard, &["publish"]), format!("pinned to {old}\n"));
    let table = said(&yard, &["snapshots", "list"]);
    let first = table.lines().nth(1).unwrap();
    assert!(first.contains(old) && first.ends_with("current, pinned"), "{table}");
    assert!(said(&yard, &["snapshots", "verify"]).starts_with("whole: "));

    assert!(said(&yard, &["snapshots", "unpin"]).starts_with(&format!("unpinned {old}")));
    assert!(said(&yard, &["publish"]).starts_with("published "));
    assert_eq!(json(&yard, &["snapshots", "list", "--limit", "1"])["has_more"], true);
}

#[test]
fn what_no_snapshot_names_goes_when_the_owner_says_so() {
    let yard = published();
    let orphan = yard.path(&format!("objects/access/{}.bin", "0".repeat(64)));
    fs::create_dir_all(orphan.parent().unwrap()).unwrap();
    fs::write(&orphan, "orphan").unwrap();
    let theirs = yard.path("objects/access/notes.txt");
    fs::write(&theirs, "the owner's").unwrap();
    assert_eq!(json(&yard, &["snapshots", "gc"])["young_objects"], 1);
    let now = ["--set", "publish.gc_grace=0s"];
    let look = json(&yard, &[&now[..], &["snapshots", "gc", "--dry-run"]].concat());
    assert!(look["removed_objects"] == 1 && look["dry_run"] == true && orphan.exists());
    let done = said(&yard, &[&now[..], &["snapshots", "gc"]].concat());
    assert!(done.starts_with("removed 1 of ") && !orphan.exists() && theirs.exists(), "{done}");
    yard.done(&["snapshots", "verify"]);
}

#[test]
fn damage_is_told_and_ends_with_1() {
    let yard = published();
    let manifest: Value = serde_json::from_slice(&fs::read(yard.path("objects/manifest.json")).unwrap()).unwrap();
    let blob = yard.path("objects").join(manifest["database"]["key"].as_str().unwrap());
    let mut bytes = fs::read(&blob).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&blob, bytes).unwrap();
    let output = yard.run(&["snapshots", "verify", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["ok"] == false && report["problems"][0]["advice"].as_str().unwrap().contains("publish"), "{report}");
    yard.done(&["snapshots", "verify", "1"]);
}

#[test]
fn who_may_listen_is_published_when_it_changes() {
    let yard = Yard::new("[access]\nmode = 'listeners'\n");
    yard.done(&["import"]);
    let first = json(&yard, &["publish"]);
    assert!(first["changed"] == true && first["access_changed"] == true, "{first}");
    let mut add = std::process::Command::new(env!("CARGO_BIN_EXE_nas-origin"));
    let add = add.current_dir(yard.path("")).env_clear().env("NAS_ORIGIN_PASSWORD", "a long password");
    assert!(add.args(["users", "add", "ann"]).output().unwrap().status.success());
    assert_eq!(json(&yard, &["publish"])["access_changed"], false, "she has nothing to log in with yet");
    let password = said(&yard, &["users", "subsonic-password", "ann"]);
    let second = json(&yard, &["publish"]);
    assert!(second["changed"] == false && second["access_changed"] == true && second["sequence"] == 2, "{second}");
    let list = json(&yard, &["snapshots", "list"]);
    let rows = list["snapshots"].as_array().unwrap();
    let access: Vec<&str> = rows.iter().map(|row| row["access_sha256"].as_str().unwrap()).collect();
    assert_ne!(access[0], access[1]);
    assert!(said(&yard, &["snapshots", "list"]).contains("current, for listeners"));
    let object = fs::read(yard.path(&format!("objects/access/{}.bin", access[0]))).unwrap();
    assert!(!object.windows(password.trim().len()).any(|part| part == password.trim().as_bytes()));
    yard.done(&["snapshots", "verify"]);
    let public = ["--set", "publish.public_base_url=https://cdn.example"];
    yard.refused(&[&public[..], &["publish"]].concat(), 2, &["publish.public_base_url", "access.mode"]);
}

#[test]
fn what_can_not_be_done_is_refused_with_advice() {
    let yard = Yard::new("");
    yard.refused(&["snapshots", "list"], 1, &["objects", "mount"]);
    yard.done(&["import"]);
    yard.done(&["publish"]);
    yard.refused(&["snapshots", "rollback", "77"], 1, &["`77`", "snapshots list"]);
    yard.refused(&["snapshots", "rollback"], 2, &["<ID>"]);
    assert_eq!(said(&yard, &["snapshots", "unpin"]), "nothing was pinned\n");
    yard.configure("[sources.local]\npath = 'music'\n");
    yard.refused(&["snapshots", "gc"], 2, &["publish.store"]);
}
