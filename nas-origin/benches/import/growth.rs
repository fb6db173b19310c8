//! What a file costs in a large library against a small one, and the memory that the large one takes. Beside it, what
//! looking at each file and reading it costs any program: the file system's own share in the growth.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use nas_origin::library::Library;

use super::peak::Peak;
use super::{FLOOR_THREADS, audio_files, compare as walk_and_compare, import, known_files, median, timed};

/// Imports and rescans of the small folder; the large one has one each.
const ROUNDS: usize = 5;

/// What a folder's imports took.
struct Taken {
    files: u32,
    first: Duration,
    /// Each file looked at and read, without an import.
    first_floor: Duration,
    again: Duration,
    again_floor: Duration,
    first_mib: u64,
    again_mib: u64,
}

/// Measures both and prints the ratios.
pub(super) fn compare(small: &Path, large: &Path) -> Result<()> {
    let small = measure(small, ROUNDS)?;
    let large = measure(large, 1)?;
    let per_file = |taken: &Taken, time: Duration| time.as_secs_f64() * 1e6 / f64::from(taken.files);
    println!("each file of {} and of {}", small.files, large.files);
    for (what, times) in [
        ("first import", [&small, &large].map(|taken| per_file(taken, taken.first))),
        ("walk, stat and read", [&small, &large].map(|taken| per_file(taken, taken.first_floor))),
    ] {
        println!("{what}: {:.1} µs, {:.1} µs\n  {:.2} ×", times[0], times[1], times[1] / times[0]);
    }
    println!("  to reach with the first import: 1.3 ×");
    for taken in [&small, &large] {
        let (again, floor) = (taken.again.as_secs_f64(), taken.again_floor.as_secs_f64());
        println!("nothing changed, {} files: ours {again:.2} s, walk and stat {floor:.2} s", taken.files);
        println!("  {:.2} × (to reach: 3)", again / floor);
    }
    println!(
        "memory at {} files: {} MiB anonymous at most, {} MiB when nothing changed (to reach: 256 MB)",
        large.files, large.first_mib, large.again_mib
    );
    Ok(())
}

fn measure(root: &Path, rounds: usize) -> Result<Taken> {
    let files = audio_files(root)?.len();
    let [first_peak, again_peak] = [Peak::default(), Peak::default()];
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..rounds {
        let folder = tempfile::tempdir_in(root.parent().unwrap_or(root))?;
        let library = Library::open(&folder.path().join("data"))?;
        // Not what the disk takes, but what the program does, is to be compared: all files are in the page cache then.
        read_all(root)?;
        times[0].push(timed(|| read_all(root))?);
        times[1].push(first_peak.watch(|| timed(|| import(&library, root, files)))?);
        times[2].push(again_peak.watch(|| timed(|| import(&library, root, 0)))?);
        let known = known_files(root)?;
        times[3].push(timed(|| walk_and_compare(root, &known))?);
    }
    let [first_floor, first, again, again_floor] = times.map(median);
    let [first_mib, again_mib] = [first_peak, again_peak].map(|peak| peak.mib());
    Ok(Taken { files: u32::try_from(files)?, first, first_floor, again, again_floor, first_mib, again_mib })
}

/// Walks, looks at each file and reads it, on as many threads as an import has.
fn read_all(root: &Path) -> Result<()> {
    let mut files = known_files(root)?.into_keys().collect::<Vec<PathBuf>>();
    files.sort_unstable();
    let part = files.len().div_ceil(FLOOR_THREADS).max(1);
    thread::scope(|scope| {
        let read = |files: &[PathBuf]| files.iter().try_for_each(|path| fs::read(path).map(drop));
        let parts: Vec<_> = files.chunks(part).map(|part| scope.spawn(move || read(part))).collect();
        parts.into_iter().try_for_each(|part| Ok(part.join().ok().context("a thread failed")??))
    })
}
