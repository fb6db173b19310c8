//! Who may listen moves with the snapshot: credentials from real stores, good ones, void ones and hostile ones.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use public_edge::snapshot::{Outcome, Remedy};
use secrecy::SecretString;
use snapshot_format::access::{self, AccessKey};
use snapshot_format::limits::MAX_ACCESS_BYTES;
use snapshot_format::manifest::{Access, Manifest};
use snapshot_format::{Sha256Hex, keys};

use crate::commands::Place;
use crate::support::{Publisher, TestEdge, WebStore};

const PASSWORD: &str = "a-password-that-nobody-may-see";
const KEY: &str = "mck_a-key-that-nobody-may-see";

fn key(seed: u8) -> AccessKey {
    AccessKey::derive(&[seed; 32]).expect("a key")
}

fn settings(seed: u8) -> String {
    format!("[access]\nmode = 'listeners'\naccess_key = '{}'\n", key(seed).to_line().as_str())
}

fn edge(store: &str, cache: &Path) -> TestEdge {
    TestEdge::open_with(&[store], cache, &settings(7), 1)
}

fn sealed(password: &str, seed: u8) -> Vec<u8> {
    let ann = access::Listener {
        listener_id: 1,
        name: "ann".to_owned(),
        passwords: vec![SecretString::from(password)],
        api_keys: vec![Sha256Hex::of(KEY.as_bytes())],
    };
    access::seal(vec![ann], &key(seed)).expect("sealed")
}

/// Publishes a track called `name` with this object of credentials.
fn publish(publisher: &Publisher, sequence: u64, name: &str, object: &[u8]) -> Manifest {
    publisher.publish_with(sequence, name, "", |manifest| manifest.access = Some(put(publisher, object)))
}

fn put(publisher: &Publisher, object: &[u8]) -> Access {
    let sha256 = Sha256Hex::of(object);
    let access = Access { key: keys::access(&sha256), sha256 };
    fs::create_dir_all(publisher.object("access")).expect("made");
    fs::write(publisher.object(&access.key), object).expect("written");
    access
}

/// Whether ann is let in with a password.
fn lets_in(edge: &TestEdge, password: &str) -> bool {
    let generation = edge.snapshots.load().expect("a snapshot");
    let listeners = generation.listeners.as_ref().expect("listeners");
    listeners.find_by_password("ann", password.as_bytes()).is_some()
}

fn access_files(cache: &Path) -> Vec<String> {
    let names = fs::read_dir(cache).expect("the cache").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.retain(|name| name.starts_with("access-"));
    names.sort();
    names
}

#[tokio::test]
async fn credentials_move_without_the_database_and_void_ones_are_void_at_once() {
    let publisher = Publisher::new();
    let web = WebStore::start(publisher.path()).await;
    let cache = tempfile::tempdir().expect("a folder");
    let mut edge = edge(&web.url(), cache.path());
    publish(&publisher, 1, "same", &sealed("first", 7));
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
    assert!(lets_in(&edge, "first") && !lets_in(&edge, "second"));
    let begun = edge.snapshots.load().expect("a snapshot");
    publish(&publisher, 2, "same", &sealed("second", 7));
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Renewed);
    assert!(!lets_in(&edge, "first") && lets_in(&edge, "second"));
    assert_eq!(web.requests("blobs/").len(), 1, "the database is the same");
    assert!(begun.listeners.as_ref().expect("listeners").find_by_password("ann", b"first").is_some());
    publish(&publisher, 3, "another", &sealed("second", 7));
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
    assert_eq!(web.requests("access/").len(), 2, "what is in memory is not fetched again");
    assert!(lets_in(&edge, "second"));
    assert_eq!(access_files(cache.path()).len(), 1, "void ones don't stay");
}

#[tokio::test]
async fn what_is_not_genuine_is_refused_and_what_was_served_goes_on() {
    let (publisher, cache) = (Publisher::new(), tempfile::tempdir().expect("a folder"));
    let mut edge = edge(&publisher.url(), cache.path());
    publish(&publisher, 1, "good", &sealed("good", 7));
    edge.refresh().await.expect("fetched");
    let genuine = sealed("evil", 7);
    let changed = |place: usize| {
        let mut object = genuine.clone();
        object[place] ^= 1;
        object
    };
    let hostile: [(Vec<u8>, &str); 6] = [
        (sealed("evil", 8), "does not open"),
        (changed(0), "doesn't know"),
        (changed(30), "does not open"),
        (changed(genuine.len() - 1), "does not open"),
        (genuine[..genuine.len() / 2].to_vec(), "does not open"),
        (vec![0; MAX_ACCESS_BYTES + 1], "are allowed"),
    ];
    for (sequence, (object, words)) in (2..).zip(hostile) {
        publish(&publisher, sequence, "hostile", &object);
        let error = edge.refresh().await.expect_err("refused");
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.remedy(), Remedy::AnotherManifest, "{error}");
        assert!(lets_in(&edge, "good") && !lets_in(&edge, "evil"));
        assert_eq!(edge.track_name().await, "good");
    }
    let error = edge.refusal().await;
    assert!(error.contains("refused before"), "not fetched again: {error}");

    // Objects that are not what the manifest names.
    let manifest = publish(&publisher, 20, "next", &genuine);
    let object = publisher.object(&manifest.access.as_ref().expect("named").key);
    fs::write(&object, sealed("other", 7)).expect("written");
    let error = edge.refresh().await.expect_err("refused");
    assert!(error.to_string().contains("sha256") && error.remedy() == Remedy::AnotherFetch, "{error}");
    fs::remove_file(&object).expect("removed");
    let error = edge.refresh().await.expect_err("refused");
    assert!(error.to_string().contains("not in the store") && error.remedy() == Remedy::Patience, "{error}");

    // A NAS that lets anybody listen, and a store that anybody can read.
    publisher.publish(21, "for anybody");
    assert!(edge.refusal().await.contains("access.mode"));
    publisher.publish_with(22, "public", "", |manifest| {
        manifest.access = Some(put(&publisher, &sealed("evil", 7)));
        manifest.public_base_url = Some("https://cdn.example".to_owned());
    });
    assert!(edge.refusal().await.contains("anyone can fetch"));
    assert!(lets_in(&edge, "good"));
    publish(&publisher, 23, "repaired", &sealed("repaired", 7));
    edge.refresh().await.expect("fetched");
    assert!(lets_in(&edge, "repaired") && !lets_in(&edge, "good"));
}

#[tokio::test]
async fn a_start_without_the_store_lets_in_whom_the_last_snapshot_names() {
    let (publisher, cache) = (Publisher::new(), tempfile::tempdir().expect("a folder"));
    publish(&publisher, 1, "kept", &sealed(PASSWORD, 7));
    edge(&publisher.url(), cache.path()).refresh().await.expect("fetched");
    for entry in fs::read_dir(cache.path()).expect("the cache") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
        assert!(!bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes()), "nothing is there in plain");
    }
    let mut again = edge("file:///nowhere", cache.path());
    assert!(again.refresher.serve_last_good().await && lets_in(&again, PASSWORD));
    drop(again);
    let mut other_key = TestEdge::open_with(&["file:///nowhere"], cache.path(), &settings(8), 1);
    assert!(!other_key.refresher.serve_last_good().await, "rather nobody than anybody");
    drop(other_key);
    let mut again = edge("file:///nowhere", cache.path());
    let file = cache.path().join(&access_files(cache.path())[0]);
    fs::write(&file, sealed("evil", 7)).expect("written");
    assert!(!again.refresher.serve_last_good().await);
    drop(again);
    fs::remove_file(file).expect("removed");
    assert!(!edge("file:///nowhere", cache.path()).refresher.serve_last_good().await);
}

#[test]
fn check_opens_the_credentials_and_says_for_how_many() {
    let publisher = Publisher::new();
    publish(&publisher, 1, "one", &sealed(PASSWORD, 7));
    let keyed = |seed| format!("access = {{ mode = 'listeners', access_key = '{}' }}", key(seed).to_line().as_str());
    for (more, code, words) in [
        (keyed(7), 0, "for 1 listeners"),
        (keyed(8), 1, "keygen --access"),
        (String::new(), 0, "ANYBODY may listen here"),
    ] {
        let (found, out, _) = Place::new(&publisher.url(), &more).run(&["check"]);
        assert!(found == code && out.contains(words) && !out.contains(PASSWORD), "{out}");
    }
}

/// Everything is logged here that could be: no log line has a password, a token or a key.
#[tokio::test(flavor = "multi_thread")]
async fn no_log_shows_what_listeners_log_in_with() {
    let publisher = Publisher::new();
    publish(&publisher, 1, "one", &sealed(PASSWORD, 7));
    let more = format!("access = {{ mode = 'listeners', access_key = '{}' }}", key(7).to_line().as_str());
    let place = Place::new(&publisher.url(), &more);
    let mut command = place.edge(&["serve"]);
    let mut child = command.env("RUST_LOG", "trace").stderr(Stdio::piped()).spawn().expect("started");
    let mut stderr = child.stderr.take().expect("stderr");
    let mut log = String::new();
    let url = loop {
        let mut byte = [0];
        stderr.read_exact(&mut byte).expect("more");
        log.push(char::from(byte[0]));
        if let Some((_, url)) =
            log.lines().filter(|_| log.ends_with('\n')).find_map(|line| line.split_once("listening on "))
        {
            break url.to_owned();
        }
    };
    let reader = std::thread::spawn(move || {
        let mut rest = Vec::new();
        stderr.read_to_end(&mut rest).map(|_| String::from_utf8_lossy(&rest).into_owned())
    });
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let token = "0123456789abcdef0123456789abcdef";
    for _ in 0..200 {
        if client.get(format!("{url}/readyz")).send().await.expect("an answer").status().is_success() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    for path in [
        format!("/rest/ping?u=ann&p={PASSWORD}"),
        format!("/rest/ping?u=ann&p=wrong-{PASSWORD}"),
        format!("/rest/ping?u=ann&t={token}&s=salt-{PASSWORD}"),
        format!("/rest/ping?apiKey={KEY}"),
        format!("/rest/tokenInfo?apiKey=wrong-{KEY}"),
        format!("/no/such/page?p={PASSWORD}"),
    ] {
        client.get(format!("{url}{path}")).send().await.expect("an answer");
        client.get(format!("{url}{path}")).basic_auth("ann", Some(PASSWORD)).send().await.expect("an answer");
    }
    child.kill().expect("ended");
    child.wait().expect("the end");
    log.push_str(&reader.join().expect("read").expect("text"));
    let basic = "YW5uOmEtcGFzc3dvcmQ";
    for secret in [PASSWORD, KEY, token, basic, &key(7).to_line()["base64:".len()..]] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    assert!(log.contains("a new snapshot is being served"), "it was logged at all");
}
