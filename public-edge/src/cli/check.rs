//! `public-edge check`: each thing that listeners depend on, in words.

use std::process::ExitCode;

use clap::Args;

use crate::check::{self, Finding};
use crate::config::Config;

#[derive(Args)]
pub(super) struct CheckCommand {
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Config, command: &CheckCommand) -> anyhow::Result<ExitCode> {
    let findings = check::check(config).await;
    if command.json {
        super::print(&serde_json::json!({ "findings": findings }).to_string())?;
    } else {
        findings.iter().try_for_each(|finding| super::print(&line(finding)))?;
    }
    let all_ok = findings.iter().all(|finding| finding.is_ok);
    Ok(if all_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(finding: &Finding) -> String {
    let verdict = if finding.is_ok { "ok    " } else { "FAILED" };
    format!("{verdict} {}: {}", finding.subject, finding.words)
}
