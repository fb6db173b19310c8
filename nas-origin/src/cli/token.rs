//! `nas-origin token`: a token by hand, for trying the way from a token to a file.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Subcommand;
use jiff::Timestamp;
use snapshot_format::limits::MAX_SIGNED_LIFE_SECS;
use snapshot_format::token::{Grant, StreamFormat};

use crate::config::Config;
use crate::error::Failure;

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Prints a token for one file, signed with the first key.
    Create {
        /// The file's location id, as `catalog_track_files` has it.
        #[arg(long, value_name = "ID")]
        location: u64,
        /// How long it is good, before rounding up to `token_window`.
        #[arg(long, value_name = "DURATION", default_value = "6h", value_parser = humantime::parse_duration)]
        ttl: Duration,
    },
}

pub(super) fn run(config: &Config, command: &TokenCommand) -> anyhow::Result<ExitCode> {
    match command {
        TokenCommand::Create { location, ttl } => create(config, *location, *ttl),
    }
}

#[expect(clippy::print_stdout, reason = "the token is what the command is asked for")]
fn create(config: &Config, location_id: u64, ttl: Duration) -> anyhow::Result<ExitCode> {
    let keys = config.private_origin.token_keys();
    let key = keys.first().ok_or_else(|| Failure::Usage("`private_origin.keys` has no key to sign with".into()))?;
    let window_secs = config.private_origin.token_window.as_secs();
    let expires_at = expiry(Timestamp::now().as_second(), ttl.as_secs(), window_secs)?;
    let grant = Grant {
        format: StreamFormat::AsStored,
        as_attachment: false,
        expires_at,
        location_id,
        listener: 0,
        max_kbps: 0,
        start_secs: 0,
    };
    println!("{}", key.sign(&grant));
    Ok(ExitCode::SUCCESS)
}

/// The end of a token's life in Unix seconds, rounded up to the window.
fn expiry(now_unix: i64, ttl_secs: u64, window_secs: u64) -> anyhow::Result<u32> {
    if ttl_secs == 0 || ttl_secs.saturating_add(window_secs) > MAX_SIGNED_LIFE_SECS.into() {
        let longest_secs = u64::from(MAX_SIGNED_LIFE_SECS).saturating_sub(window_secs);
        return Err(Failure::Usage(format!("--ttl is 1 s to {longest_secs} s with this token_window")).into());
    }
    let end = u64::try_from(now_unix).context("the clock is before 1970")?.saturating_add(ttl_secs);
    u32::try_from(end.next_multiple_of(window_secs)).context("the clock is after 2106")
}
