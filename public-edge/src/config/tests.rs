//! What an owner meets: which layer wins, and what a mistake is answered with.

use std::path::PathBuf;
use std::time::Duration;

use super::{Config, ConfigError, Delivery, Layers};

const STORE: &str = "snapshot.store = 'file:///srv/objects'\n";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn config(text: &str) -> Result<Config, ConfigError> {
    Config::from_toml(&format!("{STORE}{text}"))
}

fn problem(text: &str) -> String {
    config(text).expect_err("must be refused").to_string()
}

fn layers(file: &str, dotenv: &[(&str, &str)], environment: &[(&str, &str)]) -> Layers {
    let owned =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Layers {
        file: Some((PathBuf::from("edge.toml"), file.to_owned())),
        dotenv: owned(dotenv),
        environment: owned(environment),
    }
}

#[test]
fn the_store_is_all_that_must_be_set() {
    let config = config("").expect("a configuration");
    assert_eq!(config.listen.to_string(), "127.0.0.1:4533");
    assert_eq!(config.snapshot.poll_interval, Duration::from_secs(30));
    assert_eq!(config.snapshot.max_database_bytes, 8 << 30);
    assert_eq!(config.cache.max_bytes, 64 << 20);
    assert_eq!(config.access.guest.user, "guest");
    let missing = Config::from_toml("").expect_err("no store").to_string();
    assert!(missing.contains("snapshot.store") && missing.contains("nas-origin"), "{missing}");
}

#[test]
fn environment_beats_dotenv_beats_file() {
    let read = |dotenv, environment| {
        let file = format!("{STORE}listen = '127.0.0.1:1'");
        Config::from_layers(layers(&file, dotenv, environment)).expect("a configuration").listen.port()
    };
    let (two, three) = (("PUBLIC_EDGE_LISTEN", "127.0.0.1:2"), ("PUBLIC_EDGE_LISTEN", "127.0.0.1:3"));
    assert_eq!((read(&[], &[]), read(&[two], &[]), read(&[two], &[three])), (1, 2, 3));
}

#[test]
fn the_environment_reaches_every_level() {
    let environment = [
        ("PUBLIC_EDGE_SNAPSHOT__STORE", "[\"file:///a\", \"https://b.example/c\"]"),
        ("PUBLIC_EDGE_SNAPSHOT__STORE_OPTIONS__REGION", "eu-1"),
        ("PUBLIC_EDGE_ACCESS__GUEST__PASSWORD", "0123"),
        ("PUBLIC_EDGE_PLAYBACK__TOKEN_KEY__ID", "7"),
        ("PUBLIC_EDGE_PLAYBACK__TOKEN_KEY__SECRET", SECRET),
        ("PUBLIC_EDGE_CACHE__MAX_BYTES", "1000"),
        ("PATH", "/bin"),
    ];
    let config = Config::from_layers(layers("", &[], &environment)).expect("a configuration");
    assert_eq!(config.snapshot.stores.len(), 2);
    assert_eq!(config.snapshot.store_options.iter().collect::<Vec<_>>(), [("region", "eu-1".to_owned())]);
    assert_eq!(config.access.guest.password, "0123");
    assert_eq!(config.playback.token_key.map(|key| key.id()), Some(7));
    assert_eq!(config.cache.max_bytes, 1000);
}

#[test]
fn an_unknown_key_is_told_with_its_place_and_what_was_meant() {
    let error = problem("snapshot.pol_interval = '1s'");
    assert!(error.contains("`snapshot.pol_interval`") && error.contains("mean `snapshot.poll_interval`?"), "{error}");
    let error = problem("[snapshots]\nstore = 'x'");
    assert!(error.contains("`snapshots`") && error.contains("mean `snapshot`?"), "{error}");
    let error = problem("playback.token_key = { id = 1, secretfile = 'x' }");
    assert!(error.contains("`playback.token_key.secretfile`") && error.contains("secret_file"), "{error}");
    let variable = [("PUBLIC_EDGE_SNAPSHOT__STROE", "file:///x")];
    let error = Config::from_layers(layers(STORE, &[], &variable)).expect_err("unknown").to_string();
    assert!(error.contains("PUBLIC_EDGE_SNAPSHOT__STROE in environment"), "{error}");
    assert!(error.contains("mean `snapshot.store`?"), "{error}");
    let error = Config::from_layers(layers("lisen = 'x'", &[], &[])).expect_err("unknown").to_string();
    assert!(error.contains("in edge.toml") && error.contains("mean `listen`?"), "{error}");
}

#[test]
fn a_bad_value_is_told_with_its_key() {
    for (text, key, words) in [
        ("listen = 'localhost'", "listen", "127.0.0.1:4533"),
        ("snapshot.poll_interval = '30'", "snapshot.poll_interval", "30s"),
        ("snapshot.poll_interval = '0s'", "snapshot.poll_interval", "longer than nothing"),
        ("snapshot.max_database_bytes = '8 apples'", "snapshot.max_database_bytes", "64MiB"),
        ("cache.max_bytes = true", "cache.max_bytes", "size"),
        ("playback.origin_url = 'ftp://nas'", "playback.origin_url", "https"),
        ("playback.delivery = 'pigeon'", "playback.delivery", "auto, redirect and proxy"),
        ("access.mode = 'friends'", "access.mode", "public"),
        ("access.guest.user = ''", "access.guest.user", "name"),
        ("trusted_proxies = ['10.0.0.0/99']", "trusted_proxies", "10.0.0.0/99"),
        ("playback.token_key = { id = 300, secret = 'x' }", "playback.token_key.id", "300"),
    ] {
        let error = problem(text);
        assert!(error.contains(&format!("`{key}`")) && error.contains(words), "{text}: {error}");
    }
    let error = Config::from_toml("snapshot.store = 'ftp://x'").expect_err("no store").to_string();
    assert!(error.contains("`snapshot.store`") && error.contains("s3"), "{error}");
}

#[test]
fn a_secret_never_shows() {
    let short = problem("playback.token_key = { id = 1, secret = 'correct-horse' }");
    assert!(short.contains("13 bytes") && short.contains("32") && !short.contains("correct-horse"), "{short}");
    let typed = problem("playback.token_key = { id = 1, secret = 987654321 }");
    assert!(typed.contains("playback.token_key.secret") && !typed.contains("987654321"), "{typed}");
    let text = format!(
        "playback.token_key = {{ id = 1, secret = '{SECRET}' }}\nsnapshot.store_options.secret_access_key = 'hush'"
    );
    let shown = format!("{:?}", config(&text).expect("a configuration"));
    assert!(!shown.contains(SECRET) && !shown.contains("hush"), "{shown}");
    let in_url = Config::from_toml("snapshot.store = 'https://u:hush@h/x'").expect_err("a password").to_string();
    assert!(!in_url.contains("hush"), "{in_url}");
}

#[test]
fn a_secret_may_lie_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token-key");
    std::fs::write(&file, format!("{SECRET}\n")).expect("written");
    let text = format!("playback.token_key = {{ id = 1, secret_file = '{}' }}", file.display());
    assert!(config(&text).expect("a configuration").playback.token_key.is_some());
    let error = problem("playback.token_key = { id = 1, secret_file = '/not/there' }");
    assert!(error.contains("/not/there"), "{error}");
    let error = problem(&format!("{text}\nplayback.token_key.secret = 'x'"));
    assert!(error.contains("token_key"), "{error}");
}

#[test]
fn tokens_must_not_outlive_what_a_nas_accepts() {
    assert!(config("playback.token_ttl = '23h'").is_ok());
    let error = problem("playback.token_ttl = '23h 1s'");
    assert!(error.contains("24h"), "{error}");
    assert!(config("playback.token_window = '18h'").is_ok());
    assert!(problem("playback.token_window = '19h'").contains("24h"));
    assert!(problem("playback.token_window = '1500ms'").contains("whole seconds"));
}

#[test]
fn an_origin_needs_a_key() {
    let error = problem("playback.origin_url = 'https://nas.example'");
    assert!(error.contains("playback.token_key"), "{error}");
}

#[test]
fn tokens_name_listeners_where_there_are_any() {
    let problem = problem("playback.listener_tokens = true");
    assert!(problem.contains("playback.listener_tokens") && problem.contains("the mode is public"), "{problem}");
}

#[test]
fn listeners_need_the_key_that_the_nas_prints_and_nobody_else_has_one() {
    let access = |text: &str| config(text).expect("a configuration").access;
    assert!(!access("").is_for_listeners() && access("").shown_guest().is_some());
    let line = format!("access.access_key = 'hex:{}'", "2a".repeat(32));
    let listeners = access(&format!("access.mode = 'listeners'\n{line}"));
    assert!(listeners.is_for_listeners() && listeners.shown_guest().is_none());
    assert!(!format!("{listeners:?}").contains("42"), "{listeners:?}");
    let missing = problem("access.mode = 'listeners'");
    assert!(missing.contains("`access.access_key_file`") && missing.contains("keygen --access"), "{missing}");
    let unused = problem(&line);
    assert!(unused.contains("`access.access_key`") && unused.contains("mode is public"), "{unused}");
    let long = problem(&format!("access.mode = 'listeners'\naccess.access_key = 'hex:{}'", "2a".repeat(33)));
    assert!(long.contains("33") && long.contains("keygen --access") && !long.contains("2a2a"), "{long}");
    assert!(problem("access.mode = 'friends'").contains("public and listeners"));
}

#[test]
fn keys_that_snapshots_must_be_signed_with() {
    const KEY: &str = "ed25519:6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";
    let keys = |text: &str| config(text).expect("a configuration").snapshot.public_keys;
    assert!(keys("").is_empty() && keys("snapshot.public_keys = []").is_empty());
    let one = keys(&format!("snapshot.public_keys = '{KEY}'"));
    assert_eq!(one.iter().map(ToString::to_string).collect::<Vec<_>>(), [KEY]);
    let error = problem(&format!("snapshot.public_keys = ['{KEY}', 'hunter2']"));
    assert!(error.contains("snapshot.public_keys") && error.contains("entry 2 is no public key"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
    let error = problem("snapshot.public_keys = ['ed25519-secret:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=']");
    assert!(error.contains("secret key") && !error.contains("BwcH"), "{error}");
}

#[test]
fn clients_that_cannot_follow_a_redirect_are_listed_unless_an_owner_knows_better() {
    let delivery = |text: &str| config(text).expect("a configuration").playback.delivery;
    let auto = |names: &[&str]| Delivery::Auto { proxy_clients: names.iter().map(|&name| name.to_owned()).collect() };
    assert_eq!(delivery(""), auto(&["DSub", "SubMusic"]));
    assert_eq!(delivery("playback.proxy_clients = ['Old Player']"), auto(&["Old Player"]));
    assert_eq!(delivery("playback.proxy_clients = []"), auto(&[]));
    assert_eq!(delivery("playback.delivery = 'redirect'"), Delivery::Redirect);
    assert_eq!(delivery("playback.delivery = 'proxy'"), Delivery::Proxy);
    let empty = problem("playback.proxy_clients = ['DSub', ' ']");
    assert!(empty.contains("playback.proxy_clients") && empty.contains("empty"), "{empty}");
}

/// Takes the comment sign from a line that would be a key.
fn uncomment(line: &str) -> &str {
    let bare = line.trim_start_matches("# ");
    let is_key =
        bare.split_once(" = ").is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
    if is_key { bare } else { line }
}

#[test]
fn the_example_file_is_the_defaults_and_each_of_its_keys_is_known() {
    let example = include_str!("../../../deploy/public-edge.example.toml");
    let shown = |config: &Config| format!("{config:?}");
    assert_eq!(shown(&Config::from_toml(example).expect("the example")), shown(&config("").expect("the defaults")));
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("token-key");
    std::fs::write(&key, SECRET).expect("written");
    let all = example.lines().map(uncomment).collect::<Vec<_>>().join("\n");
    let all = all.replace("/etc/public-edge/token-key", &key.display().to_string());
    let config = Config::from_toml(&all).expect("every key");
    assert!(config.playback.origin_url.is_some() && config.playback.token_ttl.is_some());
    assert_eq!(config.snapshot.store_options.iter().count(), 2);
}

#[test]
fn the_example_dotenv_is_understood() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("token-key");
    std::fs::write(&key, SECRET).expect("written");
    let example = include_str!("../../../deploy/.env.example");
    let lines = example.lines().map(|line| line.trim_start_matches("# "));
    let ours: Vec<_> = lines.filter(|line| line.starts_with(super::ENVIRONMENT_PREFIX)).collect();
    let text = ours.join("\n").replace("/etc/public-edge/token-key", &key.display().to_string());
    let variables = dotenvy::from_read_iter(text.as_bytes()).collect::<Result<_, _>>().expect("NAME=value");
    let config = Config::from_layers(Layers { dotenv: variables, ..Layers::default() }).expect("every variable");
    assert_eq!((config.snapshot.stores.len(), config.trusted_proxies.len()), (2, 1));
    assert_eq!(config.playback.token_key.map(|key| key.id()), Some(1));
}

#[test]
fn an_empty_variable_is_not_set() {
    let variables = [("PUBLIC_EDGE_LISTEN", ""), ("PUBLIC_EDGE_CONFIG", "edge.toml")];
    let config = Config::from_layers(layers(STORE, &[], &variables)).expect("a configuration");
    assert_eq!(config.listen.port(), 4533);
}
