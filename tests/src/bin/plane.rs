//! Both planes' commands in one program, told apart by the name that it is started with, for tests that kill them.
//!
//! `publish-until CONFIG STEP` publishes, says each step that begins, and aborts when the one of that name does.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use nas_origin::accounts::EdgeAccess;
use nas_origin::config::Config;
use nas_origin::library::Library;
use nas_origin::snapshot::publish::{PublishJob, PublishProgress, publish};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let mut words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // A link to this program is called with its path.
    if let Some(name) = words.first_mut() {
        *name = name.rsplit('/').next().unwrap_or_default();
    }
    match *words.as_slice() {
        ["nas-origin", ..] => nas_origin::cli::run(),
        ["public-edge", ..] => public_edge::cli::run(),
        ["publish-until", config, step] => {
            publish_until(config, step).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
        }
        _ => ExitCode::from(2),
    }
}

fn publish_until(config: &str, step: &str) -> anyhow::Result<()> {
    let config = Config::load(Some(Path::new(config)), &[]).context("the configuration")?;
    let library = Library::open(&config.data_dir)?;
    let progress = &Aborting { at: step };
    let (access, publish_config) = (EdgeAccess::of(&config)?, &config.publish);
    let access = access.as_ref();
    publish(&PublishJob {
        library: &library,
        config: publish_config,
        force: false,
        takeover: false,
        access,
        progress,
    })?;
    Ok(())
}

struct Aborting<'a> {
    at: &'a str,
}

impl PublishProgress for Aborting<'_> {
    fn step(&self, what: &'static str) {
        let _ = writeln!(std::io::stdout(), "{what}");
        if what == self.at {
            std::process::abort();
        }
    }

    fn covers_planned(&self, _covers: usize) {}

    fn cover_done(&self) {}
}
