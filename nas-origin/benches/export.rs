//! `export-snapshot` of a large `catalogsync.db` against a bare copy of the same rows (`bare_copy.py`: five tables, no
//! index, no search, no check), as the earlier system made.
//!
//! `cargo bench -p nas-origin --bench export -- DB [ROUNDS]`: both run as processes of their own, in turn; the medians of
//! the rounds are compared. Needs `python3`.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

const ROUNDS: usize = 5;

/// How often the memory of a running process is looked at.
const LOOK: Duration = Duration::from_millis(20);

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

/// What a process took.
struct Taken {
    secs: f64,
    peak_mib: f64,
}

impl std::fmt::Display for Taken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.2} s, {:.0} MiB", self.secs, self.peak_mib)
    }
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

/// Runs a process to its end. Its peak memory only grows, so the last look before the end tells it.
fn measure(command: &mut Command) -> Result<Taken> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().with_context(|| format!("starting {command:?}"))?;
    let mut peak_mib = 0.0;
    loop {
        if let Some(status) = child.try_wait()? {
            ensure!(status.success(), "{command:?} ended with {status}");
            return Ok(Taken { secs: started.elapsed().as_secs_f64(), peak_mib });
        }
        peak_mib = peak_of(child.id()).unwrap_or(peak_mib);
        std::thread::sleep(LOOK);
    }
}

fn peak_of(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

fn median(mut taken: Vec<Taken>) -> Taken {
    taken.sort_by(|one, other| one.secs.total_cmp(&other.secs));
    let peak_mib = taken.iter().map(|taken| taken.peak_mib).fold(0.0, f64::max);
    Taken { secs: taken[taken.len() / 2].secs, peak_mib }
}
