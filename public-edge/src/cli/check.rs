//! `public-edge check`: each thing that listeners depend on, in words.

use std::process::ExitCode;

use catalog_core::finding::Finding;
use clap::Args;
use serde_json::{Value, json};

use crate::check;
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
        let findings: Vec<Value> = findings.iter().map(in_json).collect();
        super::print(&json!({ "findings": findings }).to_string())?;
    } else {
        findings.iter().try_for_each(|finding| super::print(&finding.to_string()))?;
    }
    let all_ok = findings.iter().all(|finding| finding.is_ok);
    Ok(if all_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn in_json(finding: &Finding) -> Value {
    json!({ "subject": finding.subject, "is_ok": finding.is_ok, "words": finding.words })
}
