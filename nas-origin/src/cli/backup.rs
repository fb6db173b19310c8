//! `nas-origin backup` and `nas-origin restore`: a copy of the catalog, and the way back.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use bytesize::ByteSize;
use catalog_core::finding::in_words;
use clap::Args;
use jiff::Timestamp;

use crate::config::Config;
use crate::error::Failure;
use crate::library::backup::{BackupError, Restored, back_up, restore};
use crate::library::revocations::Revived;
use crate::library::{Library, LibraryError};
use crate::snapshot::settle_ids::settle_ids;

#[derive(Args)]
pub(super) struct BackupCommand {
    /// The file to make; it must not be there yet.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Args)]
pub(super) struct RestoreCommand {
    /// A file that `nas-origin backup` made.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run_backup(config: &Config, command: &BackupCommand) -> anyhow::Result<ExitCode> {
    let catalog = config.data_dir.join("catalog.db");
    ensure!(catalog.exists(), "there is no catalog to back up: {} isn't there", catalog.display());
    let library = Library::open(&config.data_dir)?;
    let copied_bytes = back_up(&library, &command.file).map_err(failure)?;
    writeln!(std::io::stdout(), "{}: {}", command.file.display(), ByteSize(copied_bytes))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn run_restore(config: &Config, command: &RestoreCommand) -> anyhow::Result<ExitCode> {
    let Restored { kept, credentials } =
        restore(&config.data_dir, &command.file, Timestamp::now().as_second()).map_err(failure)?;
    let mut out = std::io::stdout();
    writeln!(out, "restored {}", command.file.display())?;
    if let Some(kept) = kept {
        writeln!(out, "the catalog that was there is kept as {}", kept.display())?;
    }
    tell_credentials(&mut out, credentials)?;
    let library = Library::open(&config.data_dir)?;
    if let Err(error) = settle_ids(&library, &config.publish) {
        tracing::warn!("{}; the next import tries again", in_words(&error));
    }
    Ok(ExitCode::SUCCESS)
}

/// What was taken back must not be good again unnoticed.
fn tell_credentials(out: &mut impl Write, Revived { dropped, unsure }: Revived) -> io::Result<()> {
    writeln!(out, "logins to the API have ended; accounts and their passwords are the backup's")?;
    if dropped > 0 {
        writeln!(out, "{dropped} listeners' credentials that were taken back since the backup stay so")?;
    }
    if unsure > 0 {
        writeln!(
            out,
            "{unsure} listeners' credentials are good as they were at the backup: there is no catalog to tell which were \
             taken back since; remove or rotate those that must not be good, then publish"
        )?;
    }
    Ok(())
}

fn failure(error: BackupError) -> anyhow::Error {
    match error {
        BackupError::Taken { .. } => Failure::Usage(error.to_string()).into(),
        BackupError::Library(LibraryError::InUse { .. }) => Failure::Busy(error.into()).into(),
        BackupError::File { .. } | BackupError::Unsound { .. } | BackupError::Library(_) => error.into(),
    }
}
