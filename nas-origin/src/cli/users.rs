//! `nas-origin users`: the accounts of the owner's API.

use std::io::Write;
use std::process::ExitCode;

use clap::Subcommand;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{password, print_json, time};
use crate::accounts::credentials::{Credential, reveal_subsonic_password, rotate_subsonic_password};
use crate::accounts::{self, AccountError, UserName, Vault};
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
    /// Shows the password that the account's Subsonic clients log in with at the edges; made on the first look.
    SubsonicPassword {
        /// Whose.
        name: String,
        /// Makes another one.
        #[arg(long)]
        rotate: bool,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
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
        UsersCommand::SubsonicPassword { name, rotate, json } => {
            subsonic_password(config, &find(&library, name)?, &library, *rotate, *json)?;
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

fn subsonic_password(config: &Config, user: &User, library: &Library, rotate: bool, json: bool) -> anyhow::Result<()> {
    let vault = Vault::new(&config.subsonic_secret_key()?)?;
    let shown = if rotate { rotate_subsonic_password } else { reveal_subsonic_password };
    let Credential { user_name, secret, created_at, .. } = shown(library, &vault, user)?;
    let password = secret.expose_secret();
    if json {
        let made = time(created_at);
        return print_json(&json!({ "username": user_name, "password": password, "created_at": made }));
    }
    writeln!(std::io::stdout(), "{password}")?;
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
