//! Servers that are programs of their own.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A running program; it is killed when this is dropped.
pub(crate) struct Program {
    child: Child,
    _stdout: BufReader<ChildStdout>,
}

impl Program {
    /// Starts it and waits for a line of its output that `is_ready` finds something in.
    pub(crate) fn start<T>(mut command: Command, is_ready: impl Fn(&str) -> Option<T>) -> Result<(Self, T)> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("starting a server")?;
        let mut stdout = BufReader::new(child.stdout.take().context("its output")?);
        let mut said = String::new();
        loop {
            let from = said.len();
            if stdout.read_line(&mut said)? == 0 {
                let _ = child.kill();
                bail!("the server ended: {said}");
            }
            if let Some(found) = is_ready(&said[from..]) {
                return Ok((Self { child, _stdout: stdout }, found));
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
