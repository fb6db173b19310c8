//! Is all that publishing and streaming depend on in order? Nothing is changed, but for an object that is tried out in
//! the store and removed again; the folder of a `file://` store is made, as a publish would.

mod store;

use std::io;
use std::path::Path;

use bytesize::ByteSize;
use catalog_core::finding::{Finding, in_words};

use crate::config::{Config, PrivateOriginConfig};
use crate::library::checkup;
use crate::sources::health;

/// Looks at everything, in the order that it is needed in. Blocks.
pub fn check(config: &Config) -> Vec<Finding> {
    let mut findings = vec![
        Finding::new("configuration", Ok("every key is known and in range".to_owned())),
        Finding::new("data folder", check_data_dir(&config.data_dir)),
        Finding::new("catalog", check_catalog(&config.data_dir)),
    ];
    for (name, source) in &config.sources {
        findings.push(Finding::new(format!("source {name}"), health::look_at(source, &config.data_dir)));
    }
    findings.push(Finding::new("store", store::check(&config.publish)));
    findings.push(Finding::new("tokens", Ok(describe_keys(&config.private_origin))));
    findings
}

fn check_data_dir(data_dir: &Path) -> Result<String, String> {
    let folder = data_dir.display();
    if !data_dir.exists() {
        return Ok(format!("{folder} isn't there yet; the first import makes it"));
    }
    match tempfile::tempfile_in(data_dir).and_then(|_| free_bytes(data_dir)) {
        Ok(free_bytes) => Ok(format!("{folder} can be written; {} free", ByteSize(free_bytes))),
        Err(error) => Err(format!("{folder} can't be written: {error}; check its owner and permissions")),
    }
}

fn free_bytes(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn check_catalog(data_dir: &Path) -> Result<String, String> {
    match checkup::look_at(data_dir) {
        Ok(None) => Ok("there is none yet; `nas-origin import` makes it".to_owned()),
        Ok(Some(checkup::Checkup { tracks, damage: None })) => Ok(format!("{tracks} tracks; the file is sound")),
        Ok(Some(checkup::Checkup { damage: Some(damage), .. })) => {
            Err(format!("the file is damaged ({damage}): restore a copy of it, or import into a new data_dir"))
        }
        Err(error) => Err(in_words(&error)),
    }
}

fn describe_keys(settings: &PrivateOriginConfig) -> String {
    match settings.keys.len() {
        0 => "private_origin.keys is not set: edges can't send listeners here".to_owned(),
        1 => "1 key; `public-edge check` tells whether an edge signs with it".to_owned(),
        keys => format!("{keys} keys; `public-edge check` tells whether an edge signs with one of them"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::Layers;

    #[test]
    fn what_is_wrong_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("empty")).expect("a folder");
        fs::write(folder.path().join("catalog.db"), "not a database, but long enough to be looked at as one")
            .expect("a file");
        let set = |key: &str, name: &str| format!("{key}={}", folder.path().join(name).display());
        let flags = [
            set("data_dir", ""),
            set("sources.gone.path", "gone"),
            set("sources.empty.path", "empty"),
            format!("publish.store=file://{}", folder.path().join("no/such").display()),
        ];
        let config =
            Config::from_layers(&Layers { flags: flags.to_vec(), ..Layers::default() }).expect("a configuration");
        let lines: Vec<String> = check(&config).iter().map(ToString::to_string).collect();
        let has = |words: [&str; 2]| lines.iter().any(|line| words.into_iter().all(|word| line.contains(word)));
        assert!(has(["ok     data folder", "can be written"]), "{lines:#?}");
        assert!(has(["FAILED catalog", "not a database"]), "{lines:#?}");
        assert!(has(["FAILED source gone", "mount the disk"]), "{lines:#?}");
        assert!(has(["FAILED source empty", "is empty"]), "{lines:#?}");
        assert!(has(["FAILED store", "mount the disk or create it"]), "{lines:#?}");
        assert!(has(["ok     tokens", "is not set"]), "{lines:#?}");
    }
}
