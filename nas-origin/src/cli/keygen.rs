//! `nas-origin keygen`: a new key to sign snapshots with. No configuration is read: it may name a key that isn't there yet.
//! With `--access` it is the key that edges open listeners' credentials with, which the configuration leads to.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use rand::TryRng;
use rand::rngs::SysRng;
use secrecy::zeroize::Zeroizing;
use snapshot_format::signature::SigningKey;

use crate::accounts::EdgeAccess;
use crate::config::Config;
use crate::error::Failure;
use crate::library::Library;

#[derive(Args)]
pub(super) struct KeygenCommand {
    /// The key file to make, readable by you alone; a file that is there is left alone. Without a name the key is printed.
    file: Option<PathBuf>,
    /// Prints what edges take as `access.access_key` instead: it is derived from `SUBSONIC_SECRET_KEY`, which stays here.
    #[arg(long)]
    access: bool,
}

/// Prints what edges take as `snapshot.public_keys`; without a file, what such a file would hold.
pub(super) fn run(command: &KeygenCommand, load: impl FnOnce() -> Result<Config, Failure>) -> anyhow::Result<ExitCode> {
    if command.access {
        return show_access_key(&load()?, command.file.as_deref());
    }
    let mut seed = Zeroizing::new([0; 32]);
    SysRng.try_fill_bytes(&mut *seed).context("the system has no random bytes")?;
    let key = SigningKey::from_seed(&seed);
    let text = key_file(&key);
    match &command.file {
        Some(path) => {
            create(path, &text).with_context(|| explain(path))?;
            writeln!(io::stdout(), "{}", key.public_key())?;
        }
        None => io::stdout().write_all(text.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The same line each time, until the root key is exchanged.
fn show_access_key(config: &Config, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    // The folder that keeps the root key is made with the catalog.
    Library::open(&config.data_dir)?;
    let line =
        Zeroizing::new(format!("{}\n", EdgeAccess::new(&config.subsonic_secret_key()?)?.key().to_line().as_str()));
    match file {
        Some(path) => create(path, &line).with_context(|| explain(path))?,
        None => io::stdout().write_all(line.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn key_file(key: &SigningKey) -> Zeroizing<String> {
    let secret = Zeroizing::new(key.to_secret_line());
    Zeroizing::new(format!("# For edges (snapshot.public_keys): {}\n{}\n", key.public_key(), secret.as_str()))
}

/// Never replaces a file: edges may trust the key in it.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn explain(path: &Path) -> String {
    format!("the key file {} was not made; a file that is there stays as it is", path.display())
}
