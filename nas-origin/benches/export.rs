//! `export-snapshot` of a large `catalogsync.db` against a bare copy of the same rows (`bare_copy.py`: five tables, no
//! index, no search, no check), as the earlier system made.
//!
//! `cargo bench -p nas-origin --bench export -- DB [ROUNDS]`: both run as processes of their own, in turn; the medians of
//! the rounds are compared. Needs `python3`.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod process;

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use self::process::{Taken, measure, median};

const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(source) = arguments.next() else {
        println!("SKIPPED: name a catalogsync.db: cargo bench -p nas-origin --bench export -- DB [ROUNDS]");
        return Ok(());
    };
    let rounds = arguments.next().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        bare.push(run_bare_copy(Path::new(&source))?);
        ours.push(run_export(Path::new(&source))?);
        let (ours, bare) = (&ours[round - 1], &bare[round - 1]);
        println!("round {round}: export {ours}, bare copy {bare}");
    }
    let (ours, bare) = (median(ours), median(bare));
    println!("median: export {ours}, bare copy {bare}");
    println!("export takes {:.2} x the time of the bare copy", ours.secs / bare.secs);
    Ok(())
}

fn run_export(source: &Path) -> Result<Taken> {
    let target = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_nas-origin"));
    command.arg("export-snapshot").arg("--db").arg(source).arg("--target-dir").arg(target.path());
    measure(command.env("RUST_LOG", "error"))
}

fn run_bare_copy(source: &Path) -> Result<Taken> {
    let target = tempfile::tempdir()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/bare_copy.py");
    measure(Command::new("python3").arg(script).arg(source).arg(target.path().join("bare.db")))
}
