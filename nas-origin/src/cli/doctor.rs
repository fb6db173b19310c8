//! `nas-origin doctor`: each thing that the origin depends on, in words.

use std::io::Write;
use std::process::ExitCode;

use catalog_core::finding::Finding;
use clap::Args;
use serde_json::{Value, json};

use super::print_json;
use crate::config::Config;
use crate::doctor;

#[derive(Args)]
pub(super) struct DoctorCommand {
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: &Config, command: &DoctorCommand) -> anyhow::Result<ExitCode> {
    let findings = doctor::check(config);
    if command.json {
        let findings: Vec<Value> = findings.iter().map(in_json).collect();
        print_json(&json!({ "findings": findings }))?;
    } else {
        findings.iter().try_for_each(|finding| writeln!(std::io::stdout(), "{finding}"))?;
    }
    let all_ok = findings.iter().all(|finding| finding.is_ok);
    Ok(if all_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn in_json(finding: &Finding) -> Value {
    json!({ "subject": finding.subject, "is_ok": finding.is_ok, "words": finding.words })
}
