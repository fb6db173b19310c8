//! The command line: one file for each command, and the exit codes they share.

mod backup;
mod doctor;
mod enrich;
mod export_snapshot;
mod import;
mod import_progress;
mod jobs;
mod keygen;
mod password;
mod publish;
mod publish_progress;
mod serve;
mod signals;
mod snapshots;
mod token;
mod users;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::error::{Failure, exit_code};

/// Runs the private plane of a music catalog.
#[derive(Parser)]
#[command(name = "nas-origin", version, propagate_version = true)]
struct Cli {
    /// The configuration file [default: nas-origin.toml, when there is one].
    #[arg(long, global = true, value_name = "FILE", env = "NAS_ORIGIN_CONFIG")]
    config: Option<PathBuf>,
    /// Sets a key of the configuration, such as publish.store=file:///srv/objects.
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Copies the catalog into a file; the daemon may run meanwhile.
    Backup(backup::BackupCommand),
    /// Looks at all that the origin depends on, and tries out what the store can do.
    Doctor(doctor::DoctorCommand),
    /// Asks MusicBrainz, AcoustID and the Cover Art Archive what tags leave blank, where `enrichment.contact` is set.
    Enrich(enrich::EnrichCommand),
    /// Exports a catalog of this system or of the earlier one to a folder, as an edge reads it.
    ExportSnapshot(export_snapshot::ExportSnapshotCommand),
    /// Takes a music folder into the catalog; nothing is copied.
    Import(import::ImportCommand),
    /// Shows what is and was imported and published, and stops it.
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    /// Makes the key that snapshots are signed with, and shows its public half for the edges.
    Keygen(keygen::KeygenCommand),
    /// Publishes a snapshot of the catalog to the store.
    Publish(publish::PublishCommand),
    /// Puts a backup in the catalog's place, which is kept; the daemon must not run.
    Restore(backup::RestoreCommand),
    /// Runs the daemon: streams files to token holders, watches the sources, imports and publishes.
    Serve,
    /// Lists what was published, and rolls back to it.
    #[command(subcommand)]
    Snapshots(snapshots::SnapshotsCommand),
    /// Makes and explains origin tokens.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Makes, lists, changes and removes the accounts of the owner's API.
    #[command(subcommand)]
    Users(users::UsersCommand),
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            return error.print().map_or(ExitCode::FAILURE, |()| ExitCode::from(code));
        }
    };
    log_to_stderr();
    run_command(cli).unwrap_or_else(|error| {
        eprintln!("nas-origin: {error:#}");
        exit_code(&error)
    })
}

fn run_command(cli: Cli) -> anyhow::Result<ExitCode> {
    let load = || Config::load(cli.config.as_deref(), &cli.set).map_err(Failure::from);
    match cli.command {
        Command::Backup(command) => backup::run_backup(&load()?, &command),
        Command::Doctor(command) => doctor::run(&load()?, &command),
        Command::Enrich(command) => enrich::run(&load()?, &command),
        Command::ExportSnapshot(command) => export_snapshot::run(&command),
        Command::Import(command) => import::run(&load()?, &command),
        Command::Jobs(command) => jobs::run(&load()?, &command),
        Command::Keygen(command) => keygen::run(&command, load),
        Command::Publish(command) => publish::run(&load()?, &command),
        Command::Restore(command) => backup::run_restore(&load()?, &command),
        Command::Serve => serve::run(load()?),
        Command::Snapshots(command) => snapshots::run(&load()?, &command),
        Command::Token(command) => token::run(&load()?, &command),
        Command::Users(command) => users::run(&load()?, &command),
    }
}

/// Warnings and what a run did, on stderr; `RUST_LOG` asks for more or less.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let has_colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(has_colours).with_writer(std::io::stderr).init();
}

/// Unix seconds as a person and a program read them.
fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "-".to_owned(), |moment| moment.to_string())
}

/// Prints the one object of a command's `--json` on stdout.
///
/// # Errors
/// Stdout is closed.
pub fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    use std::io::Write;
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    std::io::stdout().write_all(&line)?;
    Ok(())
}
