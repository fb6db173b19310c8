//! The keys of the owner's accounts: the first admin, and what access tokens are signed with.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::zeroize::Zeroizing;
use serde::Deserialize;

use super::kept_secret::{self, KeptSecretError};
use super::secret::SecretFile;
use super::{Complaint, Config, Secret, both_ways};
use crate::accounts::{MAX_PASSWORD_BYTES, Password, UserName};

/// Beneath `data_dir`.
const JWT_SECRET: &str = "jwt-secret";
const SUBSONIC_SECRET_KEY: &str = "subsonic-secret-key";

/// The first admin's name when only a password is configured.
const USUAL_ADMIN: &str = "admin";

/// A token lives at least this long, or nobody could use it.
const SHORTEST_LIFE: Duration = Duration::from_mins(1);
/// And at most this long: it can be stolen.
const LONGEST_LIFE: Duration = Duration::from_hours(90 * 24);

/// A password that is kept in a file of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "PathBuf")]
pub(super) struct PasswordFile(Password);

impl Config {
    /// Who is to be made admin when there is no account.
    pub fn first_admin(&self) -> Option<(UserName, &Password)> {
        let file = self.admin_password_file.as_ref().map(|PasswordFile(password)| password);
        let password = self.admin_password.as_ref().or(file)?;
        let name = self.admin_user.clone().or_else(|| USUAL_ADMIN.parse().ok())?;
        Some((name, password))
    }

    /// What access tokens are signed with: as configured, else kept in the data folder, where it is made once.
    ///
    /// # Errors
    /// When the kept one can't be read or made.
    pub fn jwt_secret(&self) -> Result<Secret, KeptSecretError> {
        self.set_or_kept(self.jwt_secret.as_ref(), self.jwt_secret_file.as_ref(), JWT_SECRET)
    }

    /// The root of all that listeners' programs log in with: as configured, else kept in the data folder, where it is made
    /// once.
    ///
    /// # Errors
    /// When the kept one can't be read or made.
    pub fn subsonic_secret_key(&self) -> Result<Secret, KeptSecretError> {
        let (set, file) = (self.subsonic_secret_key.as_ref(), self.subsonic_secret_key_file.as_ref());
        self.set_or_kept(set, file, SUBSONIC_SECRET_KEY)
    }

    fn set_or_kept(
        &self,
        set: Option<&Secret>,
        file: Option<&SecretFile>,
        name: &str,
    ) -> Result<Secret, KeptSecretError> {
        match set.or(file.map(|SecretFile(secret)| secret)) {
            Some(secret) => Ok(secret.clone()),
            None => kept_secret::open_or_create(&self.data_dir, name),
        }
    }

    pub(super) fn check_accounts(&self) -> Result<(), Complaint> {
        both_ways("admin_password_file", self.admin_password.is_some(), self.admin_password_file.is_some())?;
        if self.admin_user.is_some() && self.first_admin().is_none() {
            return Err(("admin_user", "has no password; set admin_password or admin_password_file".into()));
        }
        if self.token_life < SHORTEST_LIFE || self.token_life > LONGEST_LIFE {
            return Err(("token_life", "is not between 1m and 90d".into()));
        }
        Ok(())
    }
}

impl TryFrom<PathBuf> for PasswordFile {
    type Error = String;

    fn try_from(path: PathBuf) -> Result<Self, String> {
        let unreadable = |error: std::io::Error| format!("names {}, which can't be read: {error}", path.display());
        let mut written = Zeroizing::new(String::new());
        let file = File::open(&path).map_err(unreadable)?;
        // One byte and a newline more than a password may have, so that a longer one is seen to be too long.
        file.take(MAX_PASSWORD_BYTES as u64 + 2).read_to_string(&mut written).map_err(unreadable)?;
        let line = written.strip_suffix('\n').unwrap_or(&written);
        Password::new(line).map(Self).map_err(|problem| format!("names {}: {problem}", path.display()))
    }
}
