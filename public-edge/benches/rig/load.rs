//! The load: `wrk` with one thread and 32 connections.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

/// How long one figure is measured.
const DURATION: &str = "2s";

/// Whether there is a `wrk` to load with; says so loudly when there is none.
pub(crate) fn is_there() -> bool {
    let is_there = Command::new("wrk").arg("-v").output().is_ok();
    if !is_there {
        println!("SKIPPED: wrk is not installed, so no requests per second");
    }
    is_there
}

/// Requests per second that `url` answers, or what `script` makes of it.
pub(crate) async fn run(url: String, script: Option<PathBuf>) -> anyhow::Result<f64> {
    tokio::task::spawn_blocking(move || run_here(&url, script.as_deref())).await?
}

fn run_here(url: &str, script: Option<&Path>) -> anyhow::Result<f64> {
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

/// A script that asks for these URLs in turn, with a random number from 1 below `end` in the place of each `{}`. No two
/// requests are the same: those that wait for one rendering would share it.
pub(crate) fn random(folder: &Path, name: &str, urls: &[String], end: u64) -> anyhow::Result<PathBuf> {
    let path = folder.join(format!("{name}.lua"));
    let list: Vec<String> = urls.iter().map(|url| format!("{url:?}")).collect();
    let lua = format!(
        "local urls = {{ {} }}\nlocal asked = 0\nrequest = function()\n  asked = asked + 1\n  \
           local url = urls[asked % #urls + 1]:gsub(\"{{}}\", function() return math.random({}) end)\n  \
           return wrk.format(nil, url .. \"&asked=\" .. asked)\nend\n",
        list.join(", "),
        end.max(2) - 1,
    );
    fs::write(&path, lua)?;
    Ok(path)
}
