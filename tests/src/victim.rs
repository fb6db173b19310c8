//! A command of the product in a process of its own, which may be killed at any moment.

use std::fs;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};

/// A command that runs. Clones are of the same process.
#[derive(Clone)]
pub struct Victim {
    child: Arc<Mutex<Child>>,
}

/// What became of a command.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// What it said on stdout.
    pub stdout: String,
    /// What it said on stderr.
    pub stderr: String,
}

impl Ended {
    /// Whether SIGKILL or an abort ended it.
    pub fn is_killed(&self) -> bool {
        self.status.signal().is_some()
    }

    /// What it printed, when it did what it should.
    ///
    /// # Errors
    /// It ended otherwise.
    pub fn done(self) -> Result<String> {
        ensure!(self.status.success(), "{}: {}", self.status, self.stderr);
        Ok(self.stdout)
    }
}

/// `name` of the product with its arguments: `nas-origin`, `public-edge`, or what else `src/bin/plane.rs` does.
pub fn command(program: &Path, name: &str) -> Command {
    let mut command = Command::new(program);
    command.arg0(name).env("RUST_LOG", "info").env_remove("RUST_BACKTRACE");
    command
}

/// Runs a command to its end; `started` gets it as soon as it runs.
///
/// # Errors
/// It can't be started or waited for.
pub fn run(mut command: Command, started: impl FnOnce(Victim)) -> Result<Ended> {
    let (mut said, saying) = std::io::pipe()?;
    let (mut warned, warning) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(saying).stderr(warning);
    let child = Arc::new(Mutex::new(command.spawn().context("starting a plane")?));
    // The command holds the pipes' other ends, too.
    drop(command);
    let warnings = thread::spawn(move || {
        let mut text = String::new();
        warned.read_to_string(&mut text).map(|_| text)
    });
    started(Victim { child: Arc::clone(&child) });
    let mut stdout = String::new();
    // Ends with the process, which nobody is kept from killing meanwhile.
    said.read_to_string(&mut stdout)?;
    let status = child.lock().unwrap_or_else(PoisonError::into_inner).wait()?;
    let stderr = warnings.join().map_err(|_broke| anyhow!("reading stderr broke off"))??;
    Ok(Ended { status, stdout, stderr })
}

impl Victim {
    /// Ends the process with SIGKILL; does nothing when it has ended.
    pub fn kill(&self) {
        let _ = self.child.lock().unwrap_or_else(PoisonError::into_inner).kill();
    }

    /// Whether the process is still there.
    pub fn is_alive(&self) -> bool {
        matches!(self.child.lock().unwrap_or_else(PoisonError::into_inner).try_wait(), Ok(None))
    }
}

/// Writes a configuration.
///
/// # Errors
/// It can't be written.
pub fn write_config(folder: &Path, name: &str, settings: &serde_json::Value) -> Result<PathBuf> {
    let path = folder.join(name);
    fs::write(&path, toml::to_string(settings)?)?;
    Ok(path)
}
