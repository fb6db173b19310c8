//! The folder that a quickstart lives in: data, objects, a key, and the two configuration files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use snapshot_format::Sha256Hex;
use snapshot_format::digest::hex;

const KEY_BYTES: usize = 32;

/// Where everything is. The binaries take both files as they are, so that a newcomer can grow out of the quickstart.
pub struct Home {
    /// `nas-origin.toml`.
    pub origin_config: PathBuf,
    /// `public-edge.toml`.
    pub edge_config: PathBuf,
}

/// What the configuration files say.
pub struct Plan<'a> {
    /// The folder of music.
    pub music: &'a Path,
    /// The edge's port; the origin has the next one.
    pub port: u16,
}

impl Home {
    /// Makes what is missing in `folder`. A configuration file that was edited by hand stays as it is.
    ///
    /// # Errors
    /// When the folder cannot be written, or a path is not UTF-8 and so cannot stand in TOML.
    pub fn prepare(folder: &Path, plan: &Plan<'_>) -> anyhow::Result<Self> {
        for part in ["origin", "objects", "edge"] {
            let part = folder.join(part);
            fs::create_dir_all(&part).with_context(|| format!("making the folder {}", part.display()))?;
        }
        let folder = fs::canonicalize(folder).with_context(|| format!("looking at {}", folder.display()))?;
        let key = folder.join("token.key");
        make_key(&key)?;
        let home = Self { origin_config: folder.join("nas-origin.toml"), edge_config: folder.join("public-edge.toml") };
        write_config(&home.origin_config, &origin_toml(&folder, &key, plan)?)?;
        write_config(&home.edge_config, &edge_toml(&folder, &key, plan)?)?;
        Ok(home)
    }
}

/// The key that both planes share, made once and readable by its owner alone.
fn make_key(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    let mut file = match options.write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("making the token key {}", path.display())),
    };
    let secret: [u8; KEY_BYTES] = rand::random();
    writeln!(file, "hex:{}", hex(&secret)).with_context(|| format!("writing the token key {}", path.display()))
}

fn origin_toml(folder: &Path, key: &Path, plan: &Plan<'_>) -> anyhow::Result<String> {
    Ok(format!(
        r#"data_dir = {data}
listen = "127.0.0.1:{port}"

[sources.music]
path = {music}
watch = true

[import]
publish_after = true

[publish]
store = {store}

[private_origin]
keys = [{{ id = 1, secret_file = {key} }}]
"#,
        data = quoted(&folder.join("origin"))?,
        port = plan.port + 1,
        music = quoted(plan.music)?,
        store = quoted_url(&folder.join("objects"))?,
        key = quoted(key)?,
    ))
}

fn edge_toml(folder: &Path, key: &Path, plan: &Plan<'_>) -> anyhow::Result<String> {
    Ok(format!(
        r#"listen = "127.0.0.1:{port}"

[snapshot]
store = {store}
poll_interval = "2s"
cache_dir = {cache}

[playback]
origin_url = "http://127.0.0.1:{origin_port}"
token_key = {{ id = 1, secret_file = {key} }}
"#,
        port = plan.port,
        store = quoted_url(&folder.join("objects"))?,
        cache = quoted(&folder.join("edge"))?,
        origin_port = plan.port + 1,
        key = quoted(key)?,
    ))
}

/// A path as a TOML string.
fn quoted(path: &Path) -> anyhow::Result<String> {
    let text = path.to_str().with_context(|| format!("the path {} is not UTF-8", path.display()))?;
    Ok(toml::Value::from(text).to_string())
}

fn quoted_url(folder: &Path) -> anyhow::Result<String> {
    let url = url::Url::from_directory_path(folder);
    let url = url.ok().with_context(|| format!("the path {} has no URL", folder.display()))?;
    Ok(toml::Value::from(url.as_str().trim_end_matches('/')).to_string())
}

const MARK: &str = "# Made by quickstart; edit it and it stays as you leave it. ";

/// Writes a configuration file unless somebody edited it: the first line has the digest of the rest.
fn write_config(path: &Path, text: &str) -> anyhow::Result<()> {
    let marked = |text: &str| format!("{MARK}{}\n\n{text}", Sha256Hex::of(text.as_bytes()).short());
    if let Ok(there) = fs::read_to_string(path) {
        let body = there.split_once("\n\n").map_or("", |(_, body)| body);
        if there != marked(body) {
            tracing::warn!(file = %path.display(), "was edited and is used as it is; flags do not change it");
            return Ok(());
        }
    }
    fs::write(path, marked(text)).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(folder: &Path, port: u16) -> Home {
        Home::prepare(folder, &Plan { music: Path::new("/music/\"odd\" 名"), port }).expect("a home")
    }

    #[test]
    fn both_binaries_take_the_files_as_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = prepared(folder.path(), 4533);
        let origin = nas_origin::config::Config::load(Some(&home.origin_config), &[]).expect("a configuration");
        let edge = public_edge::config::Config::load(Some(&home.edge_config)).expect("a configuration");
        assert_eq!((origin.listen.port(), edge.listen.port()), (4534, 4533));
        assert_eq!(origin.sources["music"].path, Path::new("/music/\"odd\" 名"));
    }

    #[test]
    fn a_new_port_is_taken_over_and_an_edited_file_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = prepared(folder.path(), 4533);
        let key = fs::read(folder.path().join("token.key")).expect("a key");
        prepared(folder.path(), 5000);
        let edge = || fs::read_to_string(&home.edge_config).expect("text");
        assert!(edge().contains("127.0.0.1:5000"));

        fs::write(&home.edge_config, edge() + "# mine\n").expect("an edit");
        prepared(folder.path(), 6000);
        assert!(edge().contains("127.0.0.1:5000") && edge().ends_with("# mine\n"));
        assert_eq!(fs::read(folder.path().join("token.key")).expect("a key"), key, "the key stays");
    }

    #[test]
    fn the_key_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        prepared(folder.path(), 4533);
        let mode = fs::metadata(folder.path().join("token.key")).expect("a key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
