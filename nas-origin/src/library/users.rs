//! The accounts of the owner's API.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::LibraryError;

const CREATE: &str = "INSERT INTO users (name, role, password_hash, created_at)
    VALUES (:name, :role, :password_hash, :now) ON CONFLICT (name) DO NOTHING";
const BY_ID: &str = "SELECT * FROM users WHERE user_id = :user_id";
const BY_NAME: &str = "SELECT * FROM users WHERE name = :name";
const LIST: &str = "SELECT * FROM users WHERE user_id > :after ORDER BY user_id LIMIT :limit";
const COUNT_ADMINS: &str = "SELECT count(*) FROM users WHERE role = 'admin'";
const HAS_ANY: &str = "SELECT EXISTS (SELECT 1 FROM users)";
const REPLACE_PASSWORD: &str = "UPDATE users
    SET password_hash = :password_hash, token_generation = token_generation + 1 WHERE user_id = :user_id";
const REPLACE_ROLE: &str = "UPDATE users SET role = :role WHERE user_id = :user_id";
const END_LOGINS: &str = "UPDATE users SET token_generation = max(token_generation + 1, :now)";
const REMOVE: &str = "DELETE FROM users WHERE user_id = :user_id";

/// What an account may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Admin,
    /// Look, and have credentials for listening.
    User,
}

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Never given twice.
    pub user_id: i64,
    /// As it was first written; another case is the same name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// argon2id, as a PHC string.
    pub password_hash: String,
    /// Access tokens of an older one are refused.
    pub token_generation: i64,
    /// Unix seconds.
    pub created_at: i64,
}

impl std::fmt::Debug for User {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { user_id, name, role, .. } = self;
        write!(formatter, "User({user_id}, {name}, {role:?})")
    }
}

/// Makes an account; nothing when the name is taken.
///
/// # Errors
/// When the catalog cannot be written.
pub fn create(
    connection: &Connection,
    name: &str,
    role: Role,
    password_hash: &str,
    now: i64,
) -> Result<Option<i64>, LibraryError> {
    let values = named_params! { ":name": name, ":role": role.name(), ":password_hash": password_hash, ":now": now };
    let made = connection.prepare_cached(CREATE)?.execute(values)?;
    Ok((made > 0).then(|| connection.last_insert_rowid()))
}

/// The account with this number.
///
/// # Errors
/// When the catalog cannot be read.
pub fn find(connection: &Connection, user_id: i64) -> Result<Option<User>, LibraryError> {
    let mut statement = connection.prepare_cached(BY_ID)?;
    Ok(statement.query_row(named_params! { ":user_id": user_id }, user_of).optional()?)
}

/// The account with this name, in any case.
///
/// # Errors
/// When the catalog cannot be read.
pub fn find_by_name(connection: &Connection, name: &str) -> Result<Option<User>, LibraryError> {
    let mut statement = connection.prepare_cached(BY_NAME)?;
    Ok(statement.query_row(named_params! { ":name": name }, user_of).optional()?)
}

/// Accounts behind `after`, `limit` at most, by number.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list(connection: &Connection, after: i64, limit: u32) -> Result<Vec<User>, LibraryError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let users = statement.query_map(named_params! { ":after": after, ":limit": limit }, user_of)?;
    Ok(users.collect::<Result<_, _>>()?)
}

/// How many accounts may do everything.
///
/// # Errors
/// When the catalog cannot be read.
pub fn count_admins(connection: &Connection) -> Result<i64, LibraryError> {
    Ok(connection.prepare_cached(COUNT_ADMINS)?.query_row([], |row| row.get(0))?)
}

/// Whether there is any account.
///
/// # Errors
/// When the catalog cannot be read.
pub fn has_any(connection: &Connection) -> Result<bool, LibraryError> {
    Ok(connection.prepare_cached(HAS_ANY)?.query_row([], |row| row.get(0))?)
}

/// Another password; access tokens that were given out are refused from now on.
///
/// # Errors
/// When the catalog cannot be written.
pub fn replace_password(connection: &Connection, user_id: i64, password_hash: &str) -> Result<(), LibraryError> {
    let values = named_params! { ":user_id": user_id, ":password_hash": password_hash };
    connection.prepare_cached(REPLACE_PASSWORD)?.execute(values)?;
    Ok(())
}

/// Access tokens that anybody was ever given are refused from now on, those too that a later state of this catalog gave
/// out: generations rise by one with a password, and `now` (Unix seconds) rises faster.
///
/// # Errors
/// When the catalog cannot be written.
pub fn end_logins(connection: &Connection, now: i64) -> Result<(), LibraryError> {
    connection.prepare_cached(END_LOGINS)?.execute(named_params! { ":now": now })?;
    Ok(())
}

/// Another role.
///
/// # Errors
/// When the catalog cannot be written.
pub fn replace_role(connection: &Connection, user_id: i64, role: Role) -> Result<(), LibraryError> {
    let values = named_params! { ":user_id": user_id, ":role": role.name() };
    connection.prepare_cached(REPLACE_ROLE)?.execute(values)?;
    Ok(())
}

/// Removes an account.
///
/// # Errors
/// When the catalog cannot be written.
pub fn remove(connection: &Connection, user_id: i64) -> Result<(), LibraryError> {
    connection.prepare_cached(REMOVE)?.execute(named_params! { ":user_id": user_id })?;
    Ok(())
}

fn user_of(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        user_id: row.get("user_id")?,
        name: row.get("name")?,
        role: if row.get::<_, String>("role")? == Role::Admin.name() { Role::Admin } else { Role::User },
        password_hash: row.get("password_hash")?,
        token_generation: row.get("token_generation")?,
        created_at: row.get("created_at")?,
    })
}

impl Role {
    /// As it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }
}
