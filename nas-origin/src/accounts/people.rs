//! Making, changing and removing accounts: the same for commands and the API. Each is one transaction.

use jiff::Timestamp;

use super::{BadPassword, BadUserName, HashError, Password, UserName};
use crate::config::Config;
use crate::library::users::{self, Role, User};
use crate::library::{Library, LibraryError};

/// Why an account is not changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Not a name.
    #[error(transparent)]
    Name(#[from] BadUserName),
    /// Not a password.
    #[error(transparent)]
    Password(#[from] BadPassword),
    /// Somebody has that name, perhaps in another case.
    #[error("there is an account {name} already")]
    Taken {
        /// The name.
        name: UserName,
    },
    /// Nobody has that name or number.
    #[error("there is no account {who}")]
    Unknown {
        /// As it was asked for.
        who: String,
    },
    /// Without it nobody could make another.
    #[error("{name} is the last admin; make another one first")]
    LastAdmin {
        /// The name.
        name: String,
    },
    /// No hash.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// Makes an account; its number.
///
/// # Errors
/// When the name is taken. Blocks, and takes memory for the hash.
pub fn add(library: &Library, name: &UserName, role: Role, password: &Password) -> Result<i64, AccountError> {
    let hash = password.hash()?;
    let now = Timestamp::now().as_second();
    let made = library.write(|tx| users::create(tx, name.as_str(), role, &hash, now))?;
    made.ok_or_else(|| AccountError::Taken { name: name.clone() })
}

/// Gives an account another password and refuses its access tokens from now on.
///
/// # Errors
/// When there is no such account. Blocks, and takes memory for the hash.
pub fn set_password(library: &Library, user: &User, password: &Password) -> Result<(), AccountError> {
    let hash = password.hash()?;
    Ok(library.write(|tx| users::replace_password(tx, user.user_id, &hash))?)
}

/// Gives an account another role.
///
/// # Errors
/// When it is the last admin's.
pub fn set_role(library: &Library, user: &User, role: Role) -> Result<(), AccountError> {
    library.write(|tx| {
        users::replace_role(tx, user.user_id, role)?;
        keep_an_admin(tx, user)
    })
}

/// Removes an account; its access tokens are refused from now on.
///
/// # Errors
/// When it is the last admin's.
pub fn remove(library: &Library, user: &User) -> Result<(), AccountError> {
    library.write(|tx| {
        users::remove(tx, user.user_id)?;
        keep_an_admin(tx, user)
    })
}

/// Undoes a change after which nobody could make accounts; one that left no account at all is no better.
fn keep_an_admin(tx: &rusqlite::Transaction<'_>, changed: &User) -> Result<(), AccountError> {
    if users::count_admins(tx)? == 0 && changed.role == Role::Admin {
        return Err(AccountError::LastAdmin { name: changed.name.clone() });
    }
    Ok(())
}

/// Makes the configured first admin when there is no account. Blocks.
///
/// # Errors
/// When the catalog can't be used.
pub fn bootstrap(library: &Library, config: &Config) -> Result<(), AccountError> {
    if library.read(users::has_any)? {
        return Ok(());
    }
    let Some((name, password)) = config.first_admin() else {
        tracing::info!("there is no account yet: `nas-origin users add NAME --admin` makes one for the API");
        return Ok(());
    };
    add(library, &name, Role::Admin, password)?;
    tracing::info!(%name, "made the first admin");
    Ok(())
}
