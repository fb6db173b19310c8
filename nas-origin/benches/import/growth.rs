//! What a file costs in a large library against a small one, and the memory that the large one takes.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use nas_origin::library::Library;

use super::{audio_files, compare as walk_and_compare, import, known_files, median, timed};

/// Imports of the small folder, and rescans of both.
const ROUNDS: usize = 5;
/// How often the memory is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What a folder's imports took.
struct Taken {
    files: u32,
    first: Duration,
    again: Duration,
    again_floor: Duration,
    anonymous_mib: u64,
}

/// Measures both and prints the ratios.
pub(super) fn compare(small: &Path, large: &Path) -> Result<()> {
    let small = measure(small, ROUNDS)?;
    let large = measure(large, 1)?;
    let per_file = |taken: &Taken| taken.first.as_secs_f64() * 1e6 / f64::from(taken.files);
    println!(
        "first import, each file: {:.1} µs of {}, {:.1} µs of {}",
        per_file(&small),
        small.files,
        per_file(&large),
        large.files
    );
    println!("  {:.2} × (to reach: 1.3)", per_file(&large) / per_file(&small));
    for taken in [&small, &large] {
        let (again, floor) = (taken.again.as_secs_f64(), taken.again_floor.as_secs_f64());
        println!("nothing changed, {} files: ours {again:.2} s, walk and stat {floor:.2} s", taken.files);
        println!("  {:.2} × (to reach: 3)", again / floor);
    }
    println!("memory at {} files: {} MiB anonymous at most (to reach: 256 MB)", large.files, large.anonymous_mib);
    Ok(())
}

fn measure(root: &Path, rounds: usize) -> Result<Taken> {
    let files = audio_files(root)?.len();
    let peak = Peak::default();
    let (mut first, mut again, mut again_floor) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let folder = tempfile::tempdir_in(root.parent().unwrap_or(root))?;
        let library = Library::open(&folder.path().join("data"))?;
        first.push(peak.watch(|| timed(|| import(&library, root, files)))?);
        for _ in 0..ROUNDS.div_ceil(rounds) {
            again.push(peak.watch(|| timed(|| import(&library, root, 0)))?);
            let known = known_files(root)?;
            again_floor.push(timed(|| walk_and_compare(root, &known))?);
        }
    }
    let [first, again, again_floor] = [first, again, again_floor].map(median);
    Ok(Taken {
        files: u32::try_from(files)?,
        first,
        again,
        again_floor,
        anonymous_mib: peak.0.load(Ordering::Relaxed) / 1024,
    })
}

/// The most memory of this process that no file stood behind, in KiB.
#[derive(Default)]
struct Peak(AtomicU64);

impl Peak {
    fn watch<T>(&self, work: impl FnOnce() -> T) -> T {
        let is_done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    self.0.fetch_max(anonymous_kib(), Ordering::Relaxed);
                    thread::sleep(LOOK);
                }
            });
            let done = work();
            is_done.store(true, Ordering::Relaxed);
            done
        })
    }
}

fn anonymous_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    value.and_then(|value| value.trim().strip_suffix("kB")?.trim().parse().ok()).unwrap_or_default()
}
