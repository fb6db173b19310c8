//! `nas-origin users`: accounts from the command line, and the first admin from the configuration.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::yard::Yard;

/// Runs a command with this on stdin.
fn typed(yard: &Yard, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nas-origin"));
    command.current_dir(yard.path("")).env_clear().args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn names(yard: &Yard) -> Vec<(String, String)> {
    let output = yard.run(&["users", "list", "--json"]);
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    let word = |user: &Value, key: &str| user[key].as_str().unwrap().to_owned();
    object["users"].as_array().unwrap().iter().map(|user| (word(user, "name"), word(user, "role"))).collect()
}

#[test]
fn accounts_are_made_and_removed() {
    let yard = Yard::new("");
    let made = typed(&yard, &["users", "add", "ann", "--admin", "--json"], "correct horse\n");
    let ann: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!((&ann["name"], &ann["role"]), (&"ann".into(), &"admin".into()));
    assert!(typed(&yard, &["users", "add", "bob"], "correct horse\r\n").status.success());
    let row = |name: &str, role: &str| (name.to_owned(), role.to_owned());
    assert_eq!(names(&yard), [row("ann", "admin"), row("bob", "user")]);
    assert!(typed(&yard, &["users", "passwd", "BOB"], "another password").status.success());
    yard.done(&["users", "remove", "bob"]);
    assert_eq!(names(&yard), [row("ann", "admin")]);
    yard.refused(&["users", "remove", "ann"], 2, &["the last admin"]);
    yard.refused(&["users", "remove", "bob"], 2, &["no account bob"]);
}

#[test]
fn what_is_no_account_is_refused_and_no_password_is_shown() {
    let yard = Yard::new("");
    let word = "hunter2";
    for (arguments, input, reason) in [
        (&["users", "add", "ann"][..], word, "too short"),
        (&["users", "add", "ann"], "", "too short"),
        (&["users", "add", "ann"], &"x".repeat(2000), "longer than 1024"),
        (&["users", "add", "a b"], "correct horse", "a user's name"),
        (&["users", "passwd", "ann"], "correct horse", "no account ann"),
    ] {
        let output = typed(&yard, arguments, input);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(reason) && !said.contains(word), "{arguments:?}: {said}");
    }
    assert!(typed(&yard, &["users", "add", "ann"], "correct horse").status.success());
    let taken = typed(&yard, &["users", "add", "Ann"], "correct horse");
    assert_eq!(taken.status.code(), Some(2));
    for file in ["data/catalog.db", "data/catalog.db-wal"] {
        let bytes = fs::read(yard.path(file)).unwrap_or_default();
        assert!(!bytes.windows(13).any(|part| part == b"correct horse"), "{file}");
    }
}
