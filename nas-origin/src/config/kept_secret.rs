//! Secrets that the owner doesn't set: made once, and kept in the data folder, readable by its owner alone.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::TryRng;
use rand::rngs::SysRng;
use secrecy::zeroize::Zeroizing;

use super::Secret;

/// Why a kept secret can't be had.
#[derive(Debug, thiserror::Error)]
pub enum KeptSecretError {
    /// It can neither be read nor made.
    #[error("the secret {} can't be read or made; check the folder's owner and the free space", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is there, and no secret.
    #[error("{} {problem}; remove it, so that a new one is made", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Nothing to make one of.
    #[error("the system has no random bytes")]
    Random(#[source] rand::rngs::SysError),
}

/// The secret that is kept under this name, or a new one. Of several processes that make it at once, one does.
pub(super) fn open_or_create(folder: &Path, name: &str) -> Result<Secret, KeptSecretError> {
    let path = folder.join(name);
    if !path.exists() {
        create(folder, &path)?;
    }
    let failed = |source| KeptSecretError::File { path: path.clone(), source };
    let written = Zeroizing::new(fs::read(&path).map_err(failed)?);
    Secret::parse(&written).map_err(|problem| KeptSecretError::Damaged { path, problem })
}

/// Whole or not at all, and never over another one.
fn create(folder: &Path, path: &Path) -> Result<(), KeptSecretError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    SysRng.try_fill_bytes(&mut *bytes).map_err(KeptSecretError::Random)?;
    let text = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
    let written = || {
        // A temporary file has mode 0600.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        writeln!(file, "base64:{}", text.as_str())?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(path) {
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            kept => kept.map(drop).map_err(|error| error.error),
        }
    };
    written().map_err(|source| KeptSecretError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = open_or_create(folder.path(), "jwt-secret").expect("made");
        let again = open_or_create(folder.path(), "jwt-secret").expect("kept");
        assert_eq!(first.expose(), again.expose());
        assert_eq!(first.expose().len(), 32);
        let mode = fs::metadata(folder.path().join("jwt-secret")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let other = open_or_create(folder.path(), "subsonic-key").expect("made");
        assert_ne!(first.expose(), other.expose());
    }

    #[test]
    fn a_damaged_one_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("jwt-secret"), "hex:00\n").expect("written");
        let error = open_or_create(folder.path(), "jwt-secret").expect_err("too short").to_string();
        assert!(error.contains("jwt-secret is a secret of 1 bytes") && error.contains("remove it"), "{error}");
    }
}
