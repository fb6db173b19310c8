//! Clients of other languages, each driven by a script of `tests/clients`.
//!
//! `.ci/clients` installs them below the target folder. What isn't there is skipped, and that is said.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use e2e_tests::planes::Planes;

/// A client: the program that runs its script, below the folder of clients; the script; what both need.
struct Client {
    name: &'static str,
    program: &'static str,
    script: &'static str,
}

const CLIENTS: [Client; 4] = [
    Client { name: "py-sonic", program: "python/bin/python", script: "py_sonic.py" },
    Client { name: "py-opensonic", program: "python/bin/python", script: "py_opensonic.py" },
    Client { name: "subsonic-api", program: "node/node", script: "subsonic_api.mjs" },
    Client { name: "Mopidy with Mopidy-Subidy", program: "mopidy/bin/python", script: "mopidy_subidy.py" },
];

impl Client {
    /// The installed program and its script, if `.ci/clients` was run.
    fn find(&self) -> Option<(PathBuf, PathBuf)> {
        let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?.join("clients");
        let (program, script) = (installed.join(self.program), installed.join("scripts").join(self.script));
        (program.exists() && script.exists()).then_some((program, script))
    }

    fn run(&self, (program, script): &(PathBuf, PathBuf), edge: &str) -> Result<()> {
        let mut command = Command::new(program);
        command.arg(script).arg(edge).env("NO_PROXY", "*");
        let output = command.output().with_context(|| format!("{} does not start", self.name))?;
        let said = [output.stdout, output.stderr].concat();
        ensure!(output.status.success(), "{}:\n{}", self.name, String::from_utf8_lossy(&said));
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_of_other_servers_are_at_home() -> Result<()> {
    let planes = Planes::start(quickstart::demo::make).await?;
    let mut skipped = Vec::new();
    for client in &CLIENTS {
        match client.find() {
            Some(installed) => tokio::task::block_in_place(|| client.run(&installed, &planes.edge))?,
            None => skipped.push(client.name),
        }
    }
    if !skipped.is_empty() {
        eprintln!("SKIPPED {} of {} clients, which .ci/clients installs: {skipped:?}", skipped.len(), CLIENTS.len());
        ensure!(std::env::var_os("REQUIRE_CLIENTS").is_none(), "REQUIRE_CLIENTS is set, and {skipped:?} are not there");
    }
    Ok(())
}
