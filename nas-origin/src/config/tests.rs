use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use rstest::rstest;

use super::{Config, Layers, SourceConfig, Untagged};

const SIGNING_KEY: &str = "ed25519-secret:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n";

const LONG: &str = "0123456789abcdef0123456789abcdef";

/// A folder with a file of this text, and its layers.
fn layers(toml: &str) -> (tempfile::TempDir, Layers) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nas-origin.toml");
    std::fs::write(&file, toml).unwrap();
    (folder, Layers { file: Some(file), ..Layers::default() })
}

fn load(toml: &str) -> Config {
    Config::from_layers(&layers(toml).1).expect("loads")
}

fn load_file(toml: &str) -> Result<Config, String> {
    let (folder, layers) = layers(toml);
    let place = format!("{}/", folder.path().display());
    Config::from_layers(&layers).map_err(|error| error.to_string().replace(&place, ""))
}

fn with_environment(variables: &[(&str, &str)]) -> Result<Config, String> {
    let environment = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
    Config::from_layers(&Layers { environment, ..Layers::default() }).map_err(|error| error.to_string())
}

#[test]
fn nothing_set_gives_the_documented_defaults() {
    let config = Config::from_layers(&Layers::default()).unwrap();
    assert_eq!(config.data_dir, PathBuf::from("data/origin"));
    assert_eq!(config.listen.to_string(), "127.0.0.1:4040");
    assert_eq!(config.publish.manifest_life, Duration::from_hours(30 * 24));
    assert_eq!(config.publish.delta_limit, 1 << 30);
    assert_eq!(config.private_origin.max_streams, 64);
    assert!(config.import.publish_after);
}

#[test]
fn the_documented_file_is_understood() {
    let config = load(&format!(
        r#"
        data_dir = "data/origin"
        listen = "127.0.0.1:4040"
        trusted_proxies = ["10.0.0.0/8", "192.168.1.7"]
        allow_plain_http = false
        [sources.local]
        kind = "local"
        path = "/music"
        mode = "in_place"
        watch = true
        rescan_interval = "6h"
        untagged = "hide"
        [import]
        missing_retention = "30d"
        publish_after = true
        artist_separators = [" feat. ", "、"]
        genre_separators = []
        [publish]
        store = "s3://bucket/prefix"
        store_options = {{ endpoint = "http://127.0.0.1:9000", allow_http = true }}
        public_base_url = "https://cdn.example"
        manifest_life = "30d"
        keep_snapshots = 10
        gc_grace = "24h"
        delta_limit = "1GiB"
        single_writer = false
        [private_origin]
        listen = "0.0.0.0:4041"
        keys = [{{ id = 1, secret = "{LONG}" }}]
        token_window = "1h"
        max_streams = 64
        "#
    ));
    let SourceConfig { path, untagged, rescan_interval, .. } = &config.sources["local"];
    assert_eq!((path, *untagged, *rescan_interval), (&"/music".into(), Untagged::Hide, Duration::from_hours(6)));
    let separators = config.import.separators();
    assert_eq!((separators.artists, separators.genres), (vec![" feat. ".to_owned(), "、".to_owned()], Vec::new()));
    assert_eq!(config.publish.store_options["allow_http"].expose(), "true");
    assert_eq!(config.private_origin.token_keys()[0].id(), 1);
    assert!(config.trusted_proxies[0].contains(&std::net::IpAddr::from([10, 1, 2, 3])));
}

#[rstest]
#[case::misspelt(
    "[publish]\nstroe = \"file:///x\"",
    "unknown key `publish.stroe` in nas-origin.toml; did you mean `publish.store`?"
)]
#[case::nothing_near("colour = 1", "unknown key `colour` in nas-origin.toml")]
#[case::in_a_source(
    "[sources.a]\npath = \"/m\"\nwach = true",
    "unknown key `sources.a.wach` in nas-origin.toml; did you mean `sources.a.watch`?"
)]
#[case::wrong_type("listen = 4040", "`listen` in nas-origin.toml is a number, not socket address")]
#[case::no_path("[sources.a]\nwatch = true", "`sources.a.path` is missing")]
#[case::no_duration(
    "[import]\nmissing_retention = \"soon\"",
    "`import.missing_retention` in nas-origin.toml is `soon`, not a duration such as 30d or 6h: expected number at 0"
)]
#[case::separates_nothing(
    "[import]\ngenre_separators = [\",\", \"\"]",
    "`import.genre_separators` in nas-origin.toml has an empty text, which separates nothing"
)]
#[case::no_size(
    "[publish]\ndelta_limit = \"much\"",
    "`publish.delta_limit` in nas-origin.toml is `much`, not a size such as 1GiB or 500MB"
)]
#[case::no_schedule(
    "[publish]\nschedule = \"hourly\"",
    "`publish.schedule` in nas-origin.toml is `hourly`, not a cron expression such as \"0 * * * *\": minute, hour, day, month, weekday"
)]
#[case::later_mode(
    "[sources.a]\npath = \"/m\"\nmode = \"move\"",
    "`sources.a.mode` in nas-origin.toml is `move`, not a mode; use in_place or copy"
)]
#[case::read_only_store(
    "[publish]\nstore = \"https://x.example\"",
    "`publish.store` in nas-origin.toml is a URL of `https`; a store to publish to is file, s3, gs or az"
)]
#[case::one_port(
    "[private_origin]\nlisten = \"127.0.0.1:4040\"",
    "`private_origin.listen` in nas-origin.toml is the same address as `listen`; give it its own port"
)]
#[case::unsendable_contact(
    "[enrichment]\ncontact = \"a\\nb@c\"",
    "`enrichment.contact` in nas-origin.toml is not a mail address or a URL in plain ASCII"
)]
#[case::mirror_of_files(
    "[enrichment]\nmusicbrainz_url = \"file:///etc\"",
    "`enrichment.musicbrainz_url` in nas-origin.toml is not an http or https URL without user, query and fragment"
)]
#[case::no_streams(
    "[private_origin]\nmax_streams = 0",
    "`private_origin.max_streams` in nas-origin.toml is 0; at least 1 is needed"
)]
fn what_is_wrong_is_named_with_its_place(#[case] toml: &str, #[case] told: &str) {
    assert_eq!(load_file(toml).unwrap_err(), told);
}

#[rstest]
#[case(
    "[private_origin]\nkeys = [{ id = 1, secret = \"hunter2\" }]",
    "`private_origin.keys.0.secret` in nas-origin.toml is a secret of 7 bytes"
)]
#[case("[private_origin]\nkeys = \"hunter2\"", "`private_origin.keys` in nas-origin.toml is text, not a sequence")]
#[case("jwt_secret = \"hunter2\"", "`jwt_secret` in nas-origin.toml is a secret of 7 bytes; 32 are needed")]
#[case("jwt_secret = \"hunter2", "nas-origin.toml is not valid TOML")]
#[case(
    "[publish]\nstore = \"s3://me:hunter2@bucket\"",
    "`publish.store` in nas-origin.toml has credentials in the URL"
)]
#[case("[publish]\nstore_options = { secret_access_key = [\"hunter2\"] }", "`publish.store_options.secret_access_key`")]
fn an_error_never_repeats_a_secret(#[case] toml: &str, #[case] begins: &str) {
    let told = load_file(toml).unwrap_err();
    assert!(told.starts_with(begins), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn debug_shows_no_secret() {
    let config = load(&format!(
        "jwt_secret = \"{LONG}\"\npublish.store_options.secret = \"hunter2\"\n\
         private_origin.keys = [{{ id = 7, secret = \"{LONG}\" }}]"
    ));
    let shown = format!("{config:?}");
    assert!(shown.contains("TokenKey(7)") && !shown.contains("hunter2") && !shown.contains(LONG), "{shown}");
}

#[rstest]
#[case::bytes(LONG, LONG.as_bytes())]
#[case::hex("hex:000102030405060708090A0b0c0d0e0f000102030405060708090a0b0c0d0e0f",
    &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])]
#[case::base64("base64:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=", b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef")]
fn a_secret_may_be_written_in_three_ways_and_lie_in_a_file(#[case] written: &str, #[case] bytes: &[u8]) {
    let (folder, layers) = layers("");
    let file = folder.path().join("secret");
    std::fs::write(&file, format!("{written}\n")).unwrap();
    let flags = vec![format!("jwt_secret={written}"), format!("subsonic_secret_key_file={}", file.display())];
    let config = Config::from_layers(&Layers { flags, ..layers }).unwrap();
    assert_eq!(config.jwt_secret.unwrap().expose(), bytes);
    assert_eq!(config.subsonic_secret_key_file.unwrap().0.expose(), bytes);
}

#[test]
fn a_secret_file_that_is_absent_or_short_is_named() {
    let absent = load_file("jwt_secret_file = \"/nowhere/secret\"").unwrap_err();
    assert!(
        absent.starts_with("`jwt_secret_file` in nas-origin.toml names /nowhere/secret, which can't be read"),
        "{absent}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("short");
    std::fs::write(&file, "short\n").unwrap();
    let short = load_file(&format!("jwt_secret_file = {file:?}")).unwrap_err();
    assert!(short.ends_with("which is a secret of 5 bytes; 32 are needed"), "{short}");
}

#[test]
fn each_layer_overrides_the_one_below() {
    let (folder, file_only) = layers("listen = \"127.0.0.1:1\"\ndata_dir = \"file\"\nimport.publish_after = false\n");
    let dotenv = folder.path().join(".env");
    std::fs::write(&dotenv, "NAS_ORIGIN_LISTEN=127.0.0.1:2\nNAS_ORIGIN_DATA_DIR=dotenv\n").unwrap();
    let environment = vec![("NAS_ORIGIN_LISTEN".into(), "127.0.0.1:3".into())];
    let flags = vec!["private_origin.max_streams=9".to_owned()];
    let all = Layers { dotenv: Some(dotenv), environment, flags, ..file_only };
    let config = Config::from_layers(&all).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.data_dir, PathBuf::from("dotenv"));
    assert_eq!(config.private_origin.max_streams, 9);
    assert!(!config.import.publish_after);
}

#[test]
fn the_environment_is_typed_loosely() {
    let config = with_environment(&[
        ("NAS_ORIGIN_DATA_DIR", "123456"),
        ("NAS_ORIGIN_ALLOW_PLAIN_HTTP", "true"),
        ("NAS_ORIGIN_PUBLISH__KEEP_SNAPSHOTS", "5"),
        ("NAS_ORIGIN_PUBLISH__DELTA_LIMIT", "1048576"),
        ("NAS_ORIGIN_PUBLISH__STORE_OPTIONS__REGION", "1"),
        ("NAS_ORIGIN_PRIVATE_ORIGIN__KEYS", &format!("[{{id=1,secret=\"{LONG}\"}}]")),
        ("JWT_SECRET", "00000000000000000000000000000000"),
        ("LOCAL_MEDIA_IMPORT_PATH", "/music"),
        ("NAS_ORIGIN_PASSWORD", "is no key"),
        ("HOME", "is no key either"),
    ])
    .unwrap();
    assert_eq!(config.data_dir, PathBuf::from("123456"));
    assert!(config.allow_plain_http);
    assert_eq!((config.publish.keep_snapshots, config.publish.delta_limit), (5, 1 << 20));
    assert_eq!(config.publish.store_options["region"].expose(), "1");
    assert_eq!(config.private_origin.keys.len(), 1);
    assert_eq!(config.jwt_secret.unwrap().expose(), [b'0'; 32]);
    assert_eq!(config.sources["local"].path, PathBuf::from("/music"));
}

#[test]
fn a_bad_variable_is_named_as_the_owner_wrote_it() {
    let told = with_environment(&[("NAS_ORIGIN_PUBLISH__STROE", "file:///x")]).unwrap_err();
    assert_eq!(told, "unknown key `NAS_ORIGIN_PUBLISH__STROE` in the environment; did you mean `publish.store`?");
    let told = with_environment(&[("SUBSONIC_SECRET_KEY", "hunter2")]).unwrap_err();
    assert_eq!(told, "`SUBSONIC_SECRET_KEY` in the environment is a secret of 7 bytes; 32 are needed");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let layers = Layers { file: Some("/nowhere/nas-origin.toml".into()), ..Layers::default() };
    let told = Config::from_layers(&layers).unwrap_err().to_string();
    assert_eq!(told, "the configuration file /nowhere/nas-origin.toml can't be read");
}

/// The example's keys, those in comments too: uncommented, each is understood.
#[test]
fn the_example_file_is_understood() {
    let example = include_str!("../../../deploy/nas-origin.example.toml");
    let config = load(example);
    assert_eq!(config.sources["local"].path, PathBuf::from("/music"));
    let uncommented: String = example.lines().map(uncomment).collect::<Vec<_>>().join("\n");
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), LONG).unwrap();
    let place = secret.path().display().to_string();
    let signing_key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(signing_key.path(), SIGNING_KEY).unwrap();
    let uncommented = uncommented
        .replace("/etc/nas-origin/token-key", &place)
        .replace("/etc/nas-origin/acoustid-key", &place)
        .replace("/etc/nas-origin/signing-key", &signing_key.path().display().to_string());
    let config = load(&uncommented);
    assert_eq!(config.private_origin.keys.len(), 1);
    assert!(config.publish.store.is_some() && config.publish.public_base_url.is_some());
    assert!(config.publish.signing_key().is_some() && config.enrichment.acoustid_key().is_some());
}

#[test]
fn a_signing_key_lies_in_a_file_that_others_cannot_write_and_never_shows() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signing-key");
    let toml = format!("[publish]\nsigning_key_file = \"{}\"", file.display());
    let write = |text: &str, mode: u32| {
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let refused = || load_file(&toml).expect_err("must be refused");
    assert!(refused().contains("can't be read"));
    write(SIGNING_KEY, 0o600);
    let shown = format!("{:?}", load(&toml));
    assert!(shown.contains("SigningKey(") && !shown.contains("BwcH"), "{shown}");
    write(SIGNING_KEY, 0o644);
    assert!(load(&toml).publish.signing_key().is_some(), "said in the log: a mounted secret has the mode that it has");
    write(SIGNING_KEY, 0o620);
    assert!(refused().contains("others may write"), "{}", refused());
    write("ed25519:6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=", 0o600);
    assert!(refused().contains("is a public key"), "{}", refused());
    write("hunter2", 0o600);
    assert!(refused().contains("no signing key") && !refused().contains("hunter2"), "{}", refused());
}

#[test]
fn the_example_dotenv_is_understood() {
    let example = include_str!("../../../deploy/.env.example");
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("token-key");
    std::fs::write(&key_file, LONG).unwrap();
    let is_variable = |line: &&str| line.starts_with(|c: char| c.is_ascii_uppercase()) && line.contains('=');
    let lines = example.lines().map(|line| line.trim_start_matches("# ")).filter(is_variable);
    let uncommented =
        lines.collect::<Vec<_>>().join("\n").replace("/etc/nas-origin/token-key", &key_file.display().to_string());
    std::fs::write(folder.path().join(".env"), uncommented).unwrap();
    let config =
        Config::from_layers(&Layers { dotenv: Some(folder.path().join(".env")), ..Layers::default() }).unwrap();
    assert_eq!(config.private_origin.token_keys()[0].id(), 1);
    assert_eq!(config.publish.store_options["endpoint"].expose(), "https://s3.example");
    assert_eq!(config.sources["local"].path, PathBuf::from("/music"));
    assert_eq!(config.trusted_proxies.len(), 1);
}

/// `# key = value` becomes `key = value`; secrets, which an example can't have, stay out.
fn uncomment(line: &str) -> &str {
    let key = line.strip_prefix("# ").filter(|rest| rest.split(' ').nth(1) == Some("=") || rest.starts_with('['));
    key.filter(|rest| !["jwt_", "subsonic_", "admin_"].iter().any(|key| rest.starts_with(key))).unwrap_or(line)
}

#[rstest]
#[case("admin_user = 'ann'", "admin_user")]
#[case("admin_password = 'short'", "admin_password")]
#[case("admin_user = 'a b'\nadmin_password = 'correct horse'", "admin_user")]
#[case("token_life = '1s'", "token_life")]
fn a_first_admin_has_a_name_and_a_password(#[case] toml: &str, #[case] key: &str) {
    let refused = load_file(toml).expect_err("must be refused");
    assert!(refused.contains(key) && !refused.contains("short'") && !refused.contains("horse"), "{refused}");
}

#[test]
fn a_first_admins_password_alone_is_enough_and_never_shows() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "correct horse\n").unwrap();
    let config = load(&format!("admin_password_file = '{}'", file.display()));
    assert_eq!(config.first_admin().expect("an admin").0.as_str(), "admin");
    assert!(!format!("{config:?}").contains("horse"));
    let both = format!("admin_password = 'correct horse'\nadmin_password_file = '{}'", file.display());
    assert!(load_file(&both).expect_err("must be refused").contains("both set"));
}
