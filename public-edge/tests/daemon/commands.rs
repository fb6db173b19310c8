//! The binary as an owner runs it: words, exit codes, signals.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::CommandCargoExt;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::Publisher;

pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// A folder with a configuration for the edge.
    pub(crate) fn new(store: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let toml = format!("listen = '127.0.0.1:0'\n{more}\n[snapshot]\nstore = '{store}'\ncache_dir = 'cache'\n");
        std::fs::write(folder.path().join("public-edge.toml"), toml).expect("written");
        Self { folder }
    }

    pub(crate) fn edge(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("public-edge").expect("the binary");
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// Runs a command to its end: its exit code, stdout and stderr.
    pub(crate) fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.edge(arguments).assert().get_output().clone();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
    }

    /// Starts `serve` and waits for its port. The rest of its stderr stays open.
    fn serve(&self) -> (Child, String, impl Sized) {
        let mut child = self.edge(&["serve"]).stderr(Stdio::piped()).spawn().expect("started");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr")).lines().map_while(Result::ok);
        let url = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
        (child, url.expect("a port"), lines)
    }
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("sent");
}

#[test]
fn a_signal_ends_it_well() {
    let publisher = Publisher::new();
    publisher.publish(1, "one");
    let place = Place::new(&publisher.url(), "");
    for how in [Signal::TERM, Signal::INT] {
        let (mut child, url, _stderr) = place.serve();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        signal(&child, how);
        assert_eq!(child.wait().expect("the end").code(), Some(0), "{how:?}");
    }
}

#[test]
fn fetch_takes_the_snapshot_once() {
    let publisher = Publisher::new();
    let manifest = publisher.publish(1, "one");
    let place = Place::new(&publisher.url(), "");
    let (code, out, _) = place.run(&["fetch"]);
    assert_eq!((code, out), (0, format!("fetched {} (sequence 1)\n", manifest.snapshot_id)));
    let (code, out, _) = place.run(&["fetch", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &report["changed"], &report["sequence"]), (0, &false.into(), &1.into()));
    publisher.publish(0, "older");
    let (code, _, error) = place.run(&["fetch"]);
    assert!(code == 1 && error.contains("--reset-trust"), "{code} {error}");
    let (code, out, _) = place.run(&["fetch", "--reset-trust"]);
    assert!(code == 0 && out.contains("(sequence 0)"), "{code} {out}");
}

#[test]
fn mistakes_are_usage_and_named() {
    let place = Place::new("file:///nowhere", "polling = 'fast'");
    let (code, _, error) = place.run(&["serve"]);
    assert!(code == 2 && error.contains("`polling`") && error.contains("public-edge.toml"), "{code} {error}");
    let (code, _, error) = place.run(&["serve", "--config", "not-there.toml"]);
    assert!(code == 2 && error.contains("not-there.toml"), "{code} {error}");
    let (code, _, error) = place.run(&["swim"]);
    assert!(code == 2 && error.contains("swim"), "{code} {error}");
    let (code, out, _) = place.run(&["--version"]);
    assert!(code == 0 && out.starts_with("public-edge "), "{code} {out}");
}

#[test]
fn a_second_edge_on_the_cache_is_told_to_try_later() {
    let place = Place::new("file:///nowhere", "");
    let _first = public_edge::snapshot::CacheDir::open(&place.cache()).expect("the cache");
    let (code, _, error) = place.run(&["fetch"]);
    assert!(code == 75 && error.contains("another public-edge"), "{code} {error}");
}

#[test]
fn check_says_what_is_in_order_and_what_is_not() {
    let publisher = Publisher::new();
    publisher.publish(3, "one");
    let place = Place::new(&publisher.url(), "");
    let (code, out, _) = place.run(&["check"]);
    assert!(code == 0 && out.contains("sequence 3") && !out.contains("FAILED"), "{code} {out}");
    let secret = "playback.origin_url = 'http://127.0.0.1:9'\n\
                  playback.token_key = { id = 1, secret = '0123456789abcdef0123456789abcdef' }";
    let place = Place::new("file:///nowhere", secret);
    let (code, out, _) = place.run(&["check", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let failed = report["findings"].as_array().expect("findings").iter().filter(|finding| finding["is_ok"] == false);
    let subjects: Vec<&str> = failed.filter_map(|finding| finding["subject"].as_str()).collect();
    assert_eq!((code, subjects), (1, vec!["store file:///nowhere", "origin"]), "{report}");
}

#[test]
fn a_secret_that_cannot_be_used_is_told_by_key_and_file_and_never_shown() {
    let place = Place::new("file:///nowhere", "playback.token_key = { id = 1, secret = 'correct-horse' }");
    for command in ["serve", "fetch", "check"] {
        let (code, _, error) = place.run(&[command]);
        let is_told = error.contains("`playback.token_key`") && error.contains("public-edge.toml");
        assert!(code == 2 && is_told && error.contains("at least 32"), "{command} {code} {error}");
        assert!(!error.contains("correct-horse"), "{error}");
    }
    let place = Place::new("file:///nowhere", "playback.token_key = { id = 1, secret_file = 'no-such-key' }");
    let (code, _, error) = place.run(&["serve"]);
    assert!(code == 2 && error.contains("`playback.token_key`") && error.contains("no-such-key"), "{code} {error}");
}

#[test]
fn a_mistake_in_the_environment_is_told_by_its_variable() {
    let place = Place::new("file:///nowhere", "");
    let output = place.edge(&["serve"]).env("PUBLIC_EDGE_LISTEN", "localhost").assert().get_output().clone();
    let error = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("`listen`") && error.contains("PUBLIC_EDGE_LISTEN") && error.contains("127.0.0.1:4533"));
}

#[test]
fn a_store_that_is_not_there_is_named() {
    let empty = tempfile::tempdir().expect("a folder");
    for store in ["file:///nowhere".to_owned(), format!("file://{}", empty.path().display())] {
        let place = Place::new(&store, "");
        let (code, _, error) = place.run(&["fetch"]);
        let is_told = error.contains(&store) && error.contains("`snapshot.store`") && error.contains("manifest.json");
        assert!(code == 1 && is_told, "{code} {error}");
        let (code, out, _) = place.run(&["check"]);
        assert!(code == 1 && out.contains(&format!("FAILED store {store}")), "{code} {out}");
    }
    let place = Place::new("ftp://music.example", "");
    let (code, _, error) = place.run(&["fetch"]);
    assert!(code == 2 && error.contains("`snapshot.store`") && error.contains("s3"), "{code} {error}");
}

#[test]
fn a_snapshot_that_does_not_verify_is_refused() {
    let publisher = Publisher::new();
    let manifest = publisher.publish(1, "one");
    let object = publisher.object(&manifest.database.key);
    let whole = std::fs::read(&object).expect("the object");
    let place = Place::new(&publisher.url(), "");
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    std::fs::write(&object, &flipped).expect("written");
    let (code, out, error) = place.run(&["fetch"]);
    assert!(code == 1 && out.is_empty() && error.contains(&publisher.url()), "{code} {error}");
    std::fs::write(&object, &whole[..middle]).expect("written");
    let (code, out, _) = place.run(&["check"]);
    assert!(code == 1 && out.contains(&manifest.database.key) && out.contains("publish again"), "{code} {out}");
    publisher.write_manifest(b"<html>not found</html>");
    for command in ["fetch", "check"] {
        let (code, out, error) = place.run(&[command]);
        assert!(code == 1 && (out + &error).contains("not valid JSON"), "{command} {code}");
    }
    publisher.publish(2, "repaired");
    assert_eq!(place.run(&["fetch"]).0, 0);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let place = Place::new("file:///nowhere", "");
    let output = place.edge(&["serve"]).env("PUBLIC_EDGE_LISTEN", &address).assert().get_output().clone();
    let error = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains(&address) && error.contains("`listen`") && error.contains("in use"), "{error}");
}

#[test]
fn a_cache_folder_that_cannot_be_written_is_named() {
    let place = Place::new("file:///nowhere", "");
    std::fs::write(place.cache(), "a file").expect("written");
    // Not even root may make a folder below /proc.
    for folder in [place.cache().display().to_string(), "/proc/public-edge".to_owned()] {
        for command in ["serve", "fetch"] {
            let variable = ("PUBLIC_EDGE_SNAPSHOT__CACHE_DIR", &folder);
            let output = place.edge(&[command]).env(variable.0, variable.1).assert().get_output().clone();
            let error = String::from_utf8(output.stderr).expect("text");
            assert_eq!(output.status.code(), Some(1), "{error}");
            assert!(error.contains("`snapshot.cache_dir`") && error.contains(&folder), "{error}");
        }
    }
    let out = place.run(&["check"]).1;
    assert!(out.contains("FAILED cache") && out.contains("`snapshot.cache_dir`"), "{out}");
}
