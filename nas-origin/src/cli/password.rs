//! Where a command takes a password from: `NAS_ORIGIN_PASSWORD`, a prompt on a terminal, or a line of stdin.

use std::io::{IsTerminal, Read};

use anyhow::Context;
use secrecy::zeroize::Zeroizing;

use crate::accounts::{MAX_PASSWORD_BYTES, Password};
use crate::error::Failure;

const VARIABLE: &str = "NAS_ORIGIN_PASSWORD";

/// The password for `name`; a terminal asks twice, without showing it.
pub(super) fn ask(name: &str) -> anyhow::Result<Password> {
    let typed = Zeroizing::new(match std::env::var(VARIABLE) {
        Ok(value) if !value.is_empty() => value,
        _ if std::io::stdin().is_terminal() => prompt(name)?,
        _ => read_line()?,
    });
    Password::new(&typed).map_err(|problem| Failure::Usage(problem.to_string()).into())
}

fn prompt(name: &str) -> anyhow::Result<String> {
    let ask = |text: String| rpassword::prompt_password(text).context("the password could not be read");
    let first = ask(format!("Password for {name}: "))?;
    let second = Zeroizing::new(ask("Again: ".to_owned())?);
    if *second == first { Ok(first) } else { Err(Failure::Usage("the two passwords differ".to_owned()).into()) }
}

fn read_line() -> anyhow::Result<String> {
    let mut text = String::new();
    // A line break and a byte more than a password may have, so that a longer one is seen to be too long.
    let most = MAX_PASSWORD_BYTES as u64 + 3;
    std::io::stdin().take(most).read_to_string(&mut text).context("no password could be read from stdin")?;
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    Ok(line.to_owned())
}
