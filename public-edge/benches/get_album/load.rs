//! The load: `wrk` with one thread and 32 connections.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

/// How long one figure is measured.
const DURATION: &str = "2s";

/// Requests per second that `url` answers, or what `script` makes of it.
pub(crate) fn run(url: &str, script: Option<&Path>) -> anyhow::Result<f64> {
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", "-c32", "-d", DURATION]);
    if let Some(script) = script {
        wrk.arg("-s").arg(script);
    }
    let output = wrk.arg(url).output().context("wrk could not be started: is it installed?")?;
    let report = String::from_utf8(output.stdout)?;
    anyhow::ensure!(!report.contains("Non-2xx"), "some answers were errors:\n{report}");
    let figure = report.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    Ok(figure.with_context(|| format!("wrk reported nothing:\n{report}"))?.trim().parse()?)
}

/// A script that asks for another album each time.
pub(crate) fn random_albums(folder: &Path, albums: u32) -> anyhow::Result<PathBuf> {
    let path = folder.join("random.lua");
    let lua = format!(
        "request = function()\n  \
           return wrk.format(nil, \"/rest/getAlbum?id=al-\" .. math.random({albums}) .. \"&f=json&v=1.16.1&c=bench\")\n\
         end\n"
    );
    fs::write(&path, lua)?;
    Ok(path)
}
