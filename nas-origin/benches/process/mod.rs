//! What a process took: its time and its peak memory.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// How often the memory of a running process is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What a process took.
pub(crate) struct Taken {
    pub(crate) secs: f64,
    /// The most that was resident, the program's own text too.
    peak_mib: f64,
    /// The most that no file stands behind, of all looks.
    anonymous_mib: f64,
}

impl std::fmt::Display for Taken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.2} s, {:.0} MiB ({:.0} anonymous)", self.secs, self.peak_mib, self.anonymous_mib)
    }
}

/// Runs a process to its end.
pub(crate) fn measure(command: &mut Command) -> Result<Taken> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().with_context(|| format!("starting {command:?}"))?;
    let (mut peak_mib, mut anonymous_mib) = (0.0_f64, 0.0_f64);
    loop {
        if let Some(status) = child.try_wait()? {
            ensure!(status.success(), "{command:?} ended with {status}");
            return Ok(Taken { secs: started.elapsed().as_secs_f64(), peak_mib, anonymous_mib });
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        peak_mib = peak_mib.max(mib(&status, "VmHWM:").unwrap_or_default());
        anonymous_mib = anonymous_mib.max(mib(&status, "RssAnon:").unwrap_or_default());
        std::thread::sleep(LOOK);
    }
}

fn mib(status: &str, field: &str) -> Option<f64> {
    let value = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kib: f64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// The median time, and the most memory of all.
pub(crate) fn median(mut taken: Vec<Taken>) -> Taken {
    taken.sort_by(|one, other| one.secs.total_cmp(&other.secs));
    let most = |mib: fn(&Taken) -> f64| taken.iter().map(mib).fold(0.0, f64::max);
    let (peak_mib, anonymous_mib) = (most(|taken| taken.peak_mib), most(|taken| taken.anonymous_mib));
    Taken { secs: taken[taken.len() / 2].secs, peak_mib, anonymous_mib }
}
