//! `keygen`: what it makes, and what it never touches.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::Command;
use snapshot_format::signature::{PublicKey, SigningKey};

fn keygen(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("nas-origin").unwrap();
    let output = command.current_dir(folder).env_clear().arg("keygen").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_key_file_is_made_once_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (code, public, stderr) = keygen(folder.path(), &["signing-key"]);
    assert_eq!(code, Some(0), "{stderr}");
    let file = folder.path().join("signing-key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    let key: SigningKey = text.parse().expect("a signing key");
    assert_eq!(public.parse::<PublicKey>().expect("a public key"), key.public_key());
    assert!(text.contains(public.trim()), "the public half can be looked up in the file");
    assert!(!public.contains("secret") && !stderr.contains("secret"), "{public}{stderr}");
    let (code, public, stderr) = keygen(folder.path(), &["signing-key"]);
    assert_eq!((code, public.as_str()), (Some(1), ""));
    assert!(stderr.contains("signing-key") && stderr.contains("stays as it is"), "{stderr}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

/// By another program: HKDF-SHA256 of 32 bytes of 7 with the purpose `edge-access-v1`.
#[test]
fn the_key_for_edges_is_derived_from_the_root_key_and_shows_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let set = format!("subsonic_secret_key=hex:{}", "07".repeat(32));
    let (code, line, stderr) = keygen(folder.path(), &["--access", "--set", &set]);
    assert_eq!((code, line.as_str()), (Some(0), "base64:Q0VjtaPo0xLWOG0ZtHawECJmspazHkzenoU+2ieEeNM=\n"), "{stderr}");
    let (code, line, stderr) = keygen(folder.path(), &["--access", "--set", &set, "edge.key"]);
    assert_eq!((code, line.as_str()), (Some(0), ""), "{stderr}");
    let file = folder.path().join("edge.key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(file).unwrap().ends_with("ieEeNM=\n"));
    // Without a root key of the owner's, the one that is kept is made and leads to the same line each time.
    let (_, one, _) = keygen(folder.path(), &["--access"]);
    let (_, again, _) = keygen(folder.path(), &["--access"]);
    assert!(one.starts_with("base64:") && one == again);
}

#[test]
fn without_a_name_it_prints_what_a_file_would_hold() {
    let folder = tempfile::tempdir().unwrap();
    let (code, one, _) = keygen(folder.path(), &[]);
    let (_, other, _) = keygen(folder.path(), &[]);
    let id = |text: &str| text.parse::<SigningKey>().expect("a signing key").public_key().id().to_owned();
    assert_eq!(code, Some(0));
    assert_ne!(id(&one), id(&other));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is written");
}
