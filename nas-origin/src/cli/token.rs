//! `nas-origin token`: a token by hand, and what becomes of one.

use std::process::ExitCode;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use catalog_core::playback::token_expires_at;
use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;
use snapshot_format::limits::MAX_SIGNED_LIFE_SECS;
use snapshot_format::token::{Grant, StreamFormat, TokenKey, verify_signed};

use crate::config::Config;
use crate::error::Failure;
use crate::library::Library;
use crate::stream::Streams;

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
    /// Prints as JSON what a token grants and whether it would be served now; exits 0 only when it would.
    Inspect {
        /// The 76 characters.
        #[arg(allow_hyphen_values = true)]
        token: String,
    },
}

pub(super) fn run(config: &Config, command: &TokenCommand) -> anyhow::Result<ExitCode> {
    match command {
        TokenCommand::Create { location, ttl } => create(config, *location, *ttl),
        TokenCommand::Inspect { token } => inspect(config, token),
    }
}

#[expect(clippy::print_stdout, reason = "the token is what the command is asked for")]
fn create(config: &Config, location_id: u64, ttl: Duration) -> anyhow::Result<ExitCode> {
    let keys = config.private_origin.token_keys();
    let key = keys.first().ok_or_else(|| Failure::Usage("`private_origin.keys` has no key to sign with".into()))?;
    let expires_at = expiry(Timestamp::now().as_second(), ttl, config.private_origin.token_window)?;
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
fn expiry(now_unix: i64, ttl: Duration, window: Duration) -> anyhow::Result<u32> {
    let longest = Duration::from_secs(MAX_SIGNED_LIFE_SECS.into()).saturating_sub(window);
    if ttl < Duration::from_secs(1) || ttl > longest {
        let longest = humantime::format_duration(longest);
        return Err(Failure::Usage(format!("--ttl is 1s to {longest} with this token_window")).into());
    }
    let (ttl_secs, window_secs) = (u32::try_from(ttl.as_secs())?, u32::try_from(window.as_secs())?);
    token_expires_at(now_unix, ttl_secs, window_secs).context("the clock is beyond what a token can carry")
}

/// What `token inspect` prints.
#[derive(Serialize)]
struct Inspection {
    served: bool,
    /// Why not.
    refused: Option<String>,
    /// The status of the stream route's answer.
    status: u16,
    /// What it grants, when its MAC is good.
    #[serde(flatten)]
    fields: Option<Fields>,
}

#[derive(Serialize)]
struct Fields {
    key_id: u8,
    format: &'static str,
    as_attachment: bool,
    expires_at: u32,
    location_id: u64,
    listener: u32,
    max_kbps: u16,
    start_secs: u32,
}

fn inspect(config: &Config, token: &str) -> anyhow::Result<ExitCode> {
    let keys = config.private_origin.token_keys();
    let library = Arc::new(Library::open(&config.data_dir)?);
    let answer = Streams::open(library, &config.private_origin)?.inspect(token, Timestamp::now());
    let (status, refused) = match &answer {
        Ok(_) => (200, None),
        Err(error) => (error.status().as_u16(), Some(error.to_string())),
    };
    super::print_json(&Inspection { served: answer.is_ok(), refused, status, fields: fields(token, &keys) })?;
    Ok(if answer.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn fields(token: &str, keys: &[TokenKey]) -> Option<Fields> {
    let signed_by = |key: &TokenKey| Some((key.id(), verify_signed(token, slice::from_ref(key)).ok()?));
    let (key_id, grant) = keys.iter().find_map(signed_by)?;
    let format = match grant.format {
        StreamFormat::AsStored => "as_stored",
        StreamFormat::Mp3 => "mp3",
        StreamFormat::Opus => "opus",
        StreamFormat::Aac => "aac",
        StreamFormat::Flac => "flac",
    };
    let Grant { as_attachment, expires_at, location_id, listener, max_kbps, start_secs, .. } = grant;
    Some(Fields { key_id, format, as_attachment, expires_at, location_id, listener, max_kbps, start_secs })
}
