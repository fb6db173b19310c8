//! What listeners' programs log in with, sealed: this file sees no secret.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::LibraryError;

const REPLACE: &str = "INSERT INTO app_credentials (user_id, kind, label, sealed, created_at)
    VALUES (:user_id, :kind, :label, :sealed, :now)
    ON CONFLICT (user_id, kind, label) DO UPDATE SET sealed = :sealed, created_at = :now RETURNING credential_id";
const FIND: &str = "SELECT c.*, u.name FROM app_credentials c JOIN users u USING (user_id)
    WHERE c.user_id = :user_id AND c.kind = :kind AND c.label = :label";
const LIST_OF: &str = "SELECT c.*, u.name FROM app_credentials c JOIN users u USING (user_id)
    WHERE c.user_id = :user_id ORDER BY c.credential_id LIMIT :limit";
const LIST_ALL: &str =
    "SELECT c.*, u.name FROM app_credentials c JOIN users u USING (user_id) ORDER BY c.credential_id";
const COUNT_OF: &str = "SELECT count(*) FROM app_credentials WHERE user_id = :user_id";
/// An id that no account ever had is somebody else's way to name listeners.
const ARE_TAKEN_BACK: &str = "SELECT NOT EXISTS (SELECT 1 FROM app_credentials WHERE user_id = :user_id)
    AND :user_id <= coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'users'), 0)";
const SEALS: &str = "SELECT sealed FROM app_credentials";
const REMOVE_SEALED: &str = "DELETE FROM app_credentials WHERE sealed = :sealed";
const REMOVE: &str = "DELETE FROM app_credentials WHERE user_id = :user_id AND credential_id = :credential_id";

/// What a credential is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// The one password of an account that can be shown again.
    SubsonicPassword,
    /// A device's password, shown once.
    AppPassword,
    /// A program's key, shown once.
    ApiKey,
}

/// A credential as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// Its number.
    pub credential_id: i64,
    /// Whose.
    pub user_id: i64,
    /// That account's name.
    pub user_name: String,
    /// What it is.
    pub kind: CredentialKind,
    /// The device's name.
    pub label: String,
    /// Nonce, secret and tag.
    pub sealed: Vec<u8>,
    /// Unix seconds.
    pub created_at: i64,
}

/// Whether an account, of now or of earlier, has nothing left that a listener's program could log in with.
///
/// # Errors
/// When the catalog cannot be read.
pub fn are_taken_back(connection: &Connection, user_id: i64) -> Result<bool, LibraryError> {
    let mut statement = connection.prepare_cached(ARE_TAKEN_BACK)?;
    Ok(statement.query_row(named_params! { ":user_id": user_id }, |row| row.get(0))?)
}

/// Keeps a credential, in place of an earlier one of the same account, kind and name; its number.
///
/// # Errors
/// When the catalog cannot be written.
pub fn replace(
    connection: &Connection,
    user_id: i64,
    kind: CredentialKind,
    label: &str,
    sealed: &[u8],
    now: i64,
) -> Result<i64, LibraryError> {
    let values = named_params! {
        ":user_id": user_id, ":kind": kind.name(), ":label": label, ":sealed": sealed, ":now": now,
    };
    Ok(connection.prepare_cached(REPLACE)?.query_row(values, |row| row.get("credential_id"))?)
}

/// One of an account's.
///
/// # Errors
/// When the catalog cannot be read.
pub fn find(
    connection: &Connection,
    user_id: i64,
    kind: CredentialKind,
    label: &str,
) -> Result<Option<Sealed>, LibraryError> {
    let values = named_params! { ":user_id": user_id, ":kind": kind.name(), ":label": label };
    Ok(connection.prepare_cached(FIND)?.query_row(values, sealed_of).optional()?)
}

/// An account's, `limit` at most, the oldest first.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list_of(connection: &Connection, user_id: i64, limit: u32) -> Result<Vec<Sealed>, LibraryError> {
    let mut statement = connection.prepare_cached(LIST_OF)?;
    let found = statement.query_map(named_params! { ":user_id": user_id, ":limit": limit }, sealed_of)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Everybody's: as many as there are accounts, times what one may have.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list_all(connection: &Connection) -> Result<Vec<Sealed>, LibraryError> {
    let mut statement = connection.prepare_cached(LIST_ALL)?;
    let found = statement.query_map([], sealed_of)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many an account has.
///
/// # Errors
/// When the catalog cannot be read.
pub fn count_of(connection: &Connection, user_id: i64) -> Result<u32, LibraryError> {
    let mut statement = connection.prepare_cached(COUNT_OF)?;
    Ok(statement.query_row(named_params! { ":user_id": user_id }, |row| row.get(0))?)
}

/// Removes one of an account's; whether it was there.
///
/// # Errors
/// When the catalog cannot be written.
pub fn remove(connection: &Connection, user_id: i64, credential_id: i64) -> Result<bool, LibraryError> {
    let values = named_params! { ":user_id": user_id, ":credential_id": credential_id };
    Ok(connection.prepare_cached(REMOVE)?.execute(values)? > 0)
}

/// Everybody's, by what no two have in common: their nonces are random.
///
/// # Errors
/// When the catalog cannot be read.
pub(super) fn list_seals(connection: &Connection) -> Result<BTreeSet<Vec<u8>>, LibraryError> {
    let mut statement = connection.prepare_cached(SEALS)?;
    let seals = statement.query_map([], |row| row.get("sealed"))?;
    Ok(seals.collect::<Result<_, _>>()?)
}

/// Removes one, whoever has it.
///
/// # Errors
/// When the catalog cannot be written.
pub(super) fn remove_sealed(connection: &Connection, sealed: &[u8]) -> Result<(), LibraryError> {
    connection.prepare_cached(REMOVE_SEALED)?.execute(named_params! { ":sealed": sealed })?;
    Ok(())
}

fn sealed_of(row: &Row<'_>) -> rusqlite::Result<Sealed> {
    Ok(Sealed {
        credential_id: row.get("credential_id")?,
        user_id: row.get("user_id")?,
        user_name: row.get("name")?,
        kind: CredentialKind::named(&row.get::<_, String>("kind")?),
        label: row.get("label")?,
        sealed: row.get("sealed")?,
        created_at: row.get("created_at")?,
    })
}

impl CredentialKind {
    /// As it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::SubsonicPassword => "subsonic_password",
            Self::AppPassword => "app_password",
            Self::ApiKey => "api_key",
        }
    }

    /// The table holds no other names.
    fn named(name: &str) -> Self {
        let all = [Self::AppPassword, Self::ApiKey];
        all.into_iter().find(|kind| kind.name() == name).unwrap_or(Self::SubsonicPassword)
    }
}
