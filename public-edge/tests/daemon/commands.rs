//! The binary as an owner runs it: words, exit codes, signals.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::CommandCargoExt;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::Publisher;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// A folder with a configuration for the edge.
    fn new(store: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let toml = format!("listen = '127.0.0.1:0'\n{more}\n[snapshot]\nstore = '{store}'\ncache_dir = 'cache'\n");
        std::fs::write(folder.path().join("public-edge.toml"), toml).expect("written");
        Self { folder }
    }

    fn edge(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("public-edge").expect("the binary");
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// Runs a command to its end: its exit code, stdout and stderr.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
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
fn a_cache_folder_that_cannot_be_made_is_named() {
    let place = Place::new("file:///nowhere", "");
    std::fs::write(place.cache(), "a file").expect("written");
    let (code, _, error) = place.run(&["serve"]);
    assert!(code == 1 && error.contains("snapshot.cache_dir"), "{code} {error}");
}
