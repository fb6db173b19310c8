//! `publish.signing_key_file`: the key that snapshots are signed with, in a file that nobody else may change.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;
use serde::Deserialize;
use snapshot_format::signature::SigningKey;

/// A key file holds one short line; larger files were named by mistake.
const MAX_FILE_BYTES: u64 = 4096;

const READABLE_BY_OTHERS: u32 = 0o044;
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// The signing key from its file. `Debug` shows the key's id alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "PathBuf")]
pub struct SigningKeyFile(SigningKey);

impl SigningKeyFile {
    /// The key.
    pub fn key(&self) -> &SigningKey {
        &self.0
    }
}

impl TryFrom<PathBuf> for SigningKeyFile {
    type Error = String;

    fn try_from(path: PathBuf) -> Result<Self, String> {
        let unreadable = |error: io::Error| format!("names {}, which can't be read: {error}", path.display());
        let (line, mode) = read(&path).map_err(unreadable)?;
        if mode & WRITABLE_BY_OTHERS != 0 {
            let path = path.display();
            return Err(format!("names {path}, which others may write (mode {mode:03o}): make a new key, mode 600"));
        }
        if mode & READABLE_BY_OTHERS != 0 {
            tracing::warn!("the signing key {} can be read by others (mode {mode:03o}): chmod 600", path.display());
        }
        line.parse().map(Self).map_err(|error| format!("names {}, which {error}", path.display()))
    }
}

/// What a key file says, and who may read and write it.
fn read(path: &Path) -> io::Result<(Zeroizing<String>, u32)> {
    let file = File::open(path)?;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    let mut line = Zeroizing::new(String::new());
    file.take(MAX_FILE_BYTES).read_to_string(&mut line)?;
    Ok((line, mode))
}
