//! Logging in, and telling who a request is from.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use patient_listener::attempts::LoginAttempts;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::JoinError;

use super::{Claims, HashError, TokenError, TokenSigner, password};
use crate::config::{Config, KeptSecretError};
use crate::library::users::{self, Role, User};
use crate::library::{Library, LibraryError};

/// Passwords that are hashed at once, each in 19 MiB: logins must not eat the NAS's memory.
const HASHED_AT_ONCE: usize = 2;
/// A login that waits longer for its turn is sent away.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Lets people in.
pub struct Gate {
    signer: TokenSigner,
    attempts: LoginAttempts,
    hashing: Semaphore,
    token_life: Duration,
}

/// What somebody logs in with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The account's name, in any case.
    pub username: String,
    /// What they typed.
    pub password: SecretString,
}

/// What a login gives.
#[derive(Serialize)]
pub struct Login {
    /// For `Authorization: Bearer …`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// In seconds.
    pub expires_in: u64,
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Name or password; it isn't said which.
    #[error("the name or the password is wrong")]
    WrongCredentials,
    /// Too many failures from that address.
    #[error("too many failed logins from one address")]
    TooMany {
        /// How long to wait, in seconds.
        retry_after_secs: i64,
    },
    /// Too many logins at once.
    #[error("too many logins at once")]
    Busy,
    /// No valid token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The password can't be compared.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The thread that compared broke.
    #[error("comparing the password broke off")]
    BrokenOff(#[from] JoinError),
}

/// Who a request is from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The account's number.
    pub user_id: i64,
    /// What it may do, now.
    pub role: Role,
}

impl Gate {
    /// With the secret that tokens are signed with. Blocks.
    ///
    /// # Errors
    /// When the kept secret can't be read or made.
    pub fn open(config: &Config) -> Result<Self, KeptSecretError> {
        Ok(Self {
            signer: TokenSigner::new(&config.jwt_secret()?),
            attempts: LoginAttempts::default(),
            hashing: Semaphore::new(HASHED_AT_ONCE),
            token_life: config.token_life,
        })
    }

    /// Gives a token for a name and a password, at `now` (Unix seconds).
    ///
    /// # Errors
    /// See [`LoginError`]; a wrong name takes as long as a wrong password.
    pub async fn log_in(
        &self,
        library: &Arc<Library>,
        credentials: Credentials,
        client: IpAddr,
        now: i64,
    ) -> Result<Login, LoginError> {
        self.attempts.admit(client, now).map_err(|retry_after_secs| LoginError::TooMany { retry_after_secs })?;
        let user = self.hash_in_turn(library, move |library| find_user(library, &credentials)).await??;
        let user = user.ok_or(LoginError::WrongCredentials)?;
        self.attempts.forgive(client);
        let life_secs = self.token_life.as_secs();
        let claims = Claims::new(user.user_id, user.token_generation, now, life_secs.cast_signed());
        Ok(Login { access_token: self.signer.sign(&claims)?, token_type: "Bearer", expires_in: life_secs })
    }

    /// Runs what hashes a password on a thread that may block, few at once.
    ///
    /// # Errors
    /// When its turn doesn't come, or it broke.
    pub async fn hash_in_turn<T: Send + 'static>(
        &self,
        library: &Arc<Library>,
        work: impl FnOnce(&Library) -> T + Send + 'static,
    ) -> Result<T, LoginError> {
        let turn = tokio::time::timeout(LONGEST_WAIT, self.hashing.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(LoginError::Busy) };
        let library = Arc::clone(library);
        Ok(tokio::task::spawn_blocking(move || work(&library)).await?)
    }

    /// Who a token's holder is at `now` (Unix seconds): by the catalog, so that a removed account or another password ends
    /// what was given out. Blocks.
    ///
    /// # Errors
    /// A token that isn't good, or the catalog.
    pub fn find_caller(&self, library: &Library, token: &str, now: i64) -> Result<Caller, LoginError> {
        let claims = self.signer.check(token, now)?;
        let revoked = || LoginError::Token(TokenError::Invalid(None));
        let user_id = claims.user_id().ok_or_else(revoked)?;
        let user = library.read(|connection| users::find(connection, user_id))?;
        let user = user.filter(|user| user.token_generation == claims.generation).ok_or_else(revoked)?;
        Ok(Caller { user_id, role: user.role })
    }
}

fn find_user(library: &Library, credentials: &Credentials) -> Result<Option<User>, LoginError> {
    let user = library.read(|connection| users::find_by_name(connection, &credentials.username))?;
    let hash = user.as_ref().map(|user| user.password_hash.as_str());
    let is_right = password::is_right(&credentials.password, hash)?;
    Ok(user.filter(|_| is_right))
}
