//! `nas-origin users`: the accounts of the owner's API.

use std::io::Write;
use std::process::ExitCode;

use clap::Subcommand;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{password, print_json};
use crate::accounts::{self, AccountError, UserName};
use crate::config::Config;
use crate::error::Failure;
use crate::library::users::{self, Role, User};
use crate::library::{Library, LibraryError};

/// Accounts that are read at once.
const BATCH: u32 = 500;

#[derive(Subcommand)]
pub(super) enum UsersCommand {
    /// Makes an account. The password comes from `NAS_ORIGIN_PASSWORD`, a prompt, or a line of stdin.
    Add {
        /// Letters, digits, `.`, `_`, `-` or `@`.
        name: String,
        /// May do everything; else look, and have credentials for listening.
        #[arg(long)]
        admin: bool,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Shows all accounts.
    List {
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Gives an account another password, and ends its logins. The password comes from where `add` takes it.
    Passwd {
        /// Whose.
        name: String,
    },
    /// Removes an account, and ends its logins.
    Remove {
        /// Whose.
        name: String,
    },
}

pub(super) fn run(config: &Config, command: &UsersCommand) -> anyhow::Result<ExitCode> {
    let library = Library::open(&config.data_dir)?;
    match command {
        UsersCommand::Add { name, admin, json } => add(&library, name, *admin, *json)?,
        UsersCommand::List { json } => list(&library, *json)?,
        UsersCommand::Passwd { name } => {
            let user = find(&library, name)?;
            accounts::set_password(&library, &user, &password::ask(&user.name)?).map_err(failure)?;
            writeln!(std::io::stdout(), "{} has a new password; earlier logins have ended", user.name)?;
        }
        UsersCommand::Remove { name } => {
            let user = find(&library, name)?;
            accounts::remove(&library, &user).map_err(failure)?;
            writeln!(std::io::stdout(), "removed {}", user.name)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn add(library: &Library, name: &str, is_admin: bool, json: bool) -> anyhow::Result<()> {
    let name: UserName = name.parse().map_err(|error| failure(AccountError::Name(error)))?;
    let role = if is_admin { Role::Admin } else { Role::User };
    let user_id = accounts::add(library, &name, role, &password::ask(name.as_str())?).map_err(failure)?;
    if json {
        let made = library.read(|connection| users::find(connection, user_id))?;
        return print_json(&made.as_ref().map(in_json));
    }
    writeln!(std::io::stdout(), "made {name}, {}", role.name())?;
    Ok(())
}

fn list(library: &Library, json: bool) -> anyhow::Result<()> {
    let all = all(library)?;
    if json {
        return print_json(&json!({ "users": all.iter().map(in_json).collect::<Vec<_>>() }));
    }
    for User { user_id, name, role, created_at, .. } in &all {
        writeln!(std::io::stdout(), "{user_id:>5}  {}  {:<5}  {name}", time(*created_at), role.name())?;
    }
    Ok(())
}

fn all(library: &Library) -> Result<Vec<User>, LibraryError> {
    let mut all: Vec<User> = Vec::new();
    loop {
        let after = all.last().map_or(0, |user| user.user_id);
        let more = library.read(|connection| users::list(connection, after, BATCH))?;
        if more.is_empty() {
            return Ok(all);
        }
        all.extend(more);
    }
}

fn find(library: &Library, name: &str) -> anyhow::Result<User> {
    let user = library.read(|connection| users::find_by_name(connection, name))?;
    user.ok_or_else(|| failure(AccountError::Unknown { who: name.to_owned() }))
}

fn in_json(user: &User) -> Value {
    let User { user_id, name, role, created_at, .. } = user;
    json!({ "user_id": user_id, "name": name, "role": role, "created_at": time(*created_at) })
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| "-".to_owned(), |moment| moment.to_string())
}

fn failure(error: AccountError) -> anyhow::Error {
    match error {
        AccountError::Name(_)
        | AccountError::Password(_)
        | AccountError::Taken { .. }
        | AccountError::Unknown { .. }
        | AccountError::LastAdmin { .. } => Failure::Usage(error.to_string()).into(),
        AccountError::Hash(_) | AccountError::Library(_) => error.into(),
    }
}
