//! Importing a library, first and again, against what any program would have to do for it.
//!
//! `cargo bench -p nas-origin --bench import -- DIR` with a folder of tagged files. The first import is compared with
//! reading all tags on two threads, hashing the pictures and writing one row each in one transaction; the import that
//! finds nothing changed with a walk that looks at each file and compares it with a map. With a second, larger folder
//! (`-- SMALL LARGE`, both made by the example `library_1m`) only the growth is measured: the time of each file in the
//! larger one against the smaller, and the memory. A file is taken in as the earlier system's database. When
//! `SUPYSONIC_CLI` names the program `supysonic-cli` (0.7.9 was measured), it imports the same folder once, as a peer.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

#[path = "import/earlier.rs"]
mod earlier;
#[path = "import/growth.rs"]
mod growth;
#[path = "import/peak.rs"]
mod peak;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use catalog_core::import::ImportProgress;
use lofty::file::TaggedFileExt;
use lofty::tag::Accessor;
use nas_origin::config::{ImportConfig, SourceConfig};
use nas_origin::library::Library;
use nas_origin::sources::import::{ImportJob, import_source};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

const ROUNDS: usize = 7;
const FLOOR_THREADS: usize = 2;
const AUDIO: [&str; 6] = ["mp3", "flac", "m4a", "opus", "ogg", "wav"];

struct Unwatched;

impl ImportProgress for Unwatched {
    fn planned(&self, _files: u64) {}
    fn done(&self, _files: u64) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

fn main() -> Result<()> {
    // cargo adds `--bench` to what it was told.
    let mut folders = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let Some(root) = folders.next() else {
        println!("SKIPPED: name a folder of tagged files");
        return Ok(());
    };
    if root.is_file() {
        return earlier::measure(&root);
    }
    if let Some(large) = folders.next() {
        return growth::compare(&root, &large);
    }
    let files = audio_files(&root)?.len();
    println!("{files} files, medians of {ROUNDS} interleaved rounds");
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        let library = Library::open(&folder.path().join("data"))?;
        let known = known_files(&root)?;
        times[0].push(timed(|| import(&library, &root, files))?);
        times[1].push(timed(|| read_and_insert(&root, &folder.path().join("floor.db")))?);
        times[2].push(timed(|| import(&library, &root, 0))?);
        times[3].push(timed(|| compare(&root, &known))?);
    }
    let [first, first_floor, again, again_floor] = times.map(median);
    report("first import", first, first_floor);
    println!(
        "  {:.0} % of the floor's speed (to reach: 50 %)",
        100.0 * first_floor.as_secs_f64() / first.as_secs_f64()
    );
    report("nothing changed", again, again_floor);
    println!("  {:.2} × walk, stat and compare (to reach: 3)", again.as_secs_f64() / again_floor.as_secs_f64());
    compare_with_peer(&root, files, first)
}

/// One import by supysonic, which takes about a minute.
fn compare_with_peer(root: &Path, files: usize, ours: Duration) -> Result<()> {
    let Some(program) = std::env::var_os("SUPYSONIC_CLI") else {
        println!("SKIPPED: supysonic; SUPYSONIC_CLI names no supysonic-cli");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let home = folder.path();
    let settings = format!(
        "[base]\ndatabase_uri = sqlite:///{home}/peer.db\n[webapp]\ncache_dir = {home}\n[daemon]\nsocket = {home}/none\n",
        home = home.display()
    );
    std::fs::write(home.join("supysonic.conf"), settings)?;
    run_peer(&program, home, &[OsStr::new("add"), OsStr::new("music"), root.as_os_str()])?;
    let theirs = timed(|| run_peer(&program, home, &["scan", "--foreground", "music"].map(OsStr::new)))?;
    let database = rusqlite::Connection::open(home.join("peer.db"))?;
    let imported: u32 = database.query_row("SELECT count(*) FROM track", [], |row| row.get(0))?;
    ensure!(usize::try_from(imported) == Ok(files), "supysonic took in {imported} of {files} files");
    println!(
        "supysonic: {:.1} s\n  {:.0} × its speed (to reach: 60)",
        theirs.as_secs_f64(),
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
    Ok(())
}

/// `supysonic-cli folder …` with a home of its own.
fn run_peer(program: &OsStr, home: &Path, arguments: &[&OsStr]) -> Result<()> {
    let mut command = Command::new(program);
    command.arg("folder").args(arguments).current_dir(home).env("HOME", home);
    let output = command.output().with_context(|| format!("running {}", program.display()))?;
    ensure!(output.status.success(), "supysonic failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn report(what: &str, ours: Duration, floor: Duration) {
    println!("{what}: ours {:.0} ms, floor {:.0} ms", ours.as_secs_f64() * 1e3, floor.as_secs_f64() * 1e3);
}

fn import(library: &Library, root: &Path, expected: usize) -> Result<()> {
    let source = SourceConfig::local(root.to_owned());
    let job = ImportJob::new("local", &source, &ImportConfig::default());
    let report = import_source(library, &job, &Unwatched)?;
    ensure!(report.added == expected as u64, "{} files were added instead of {expected}", report.added);
    Ok(())
}

/// Tags on two threads, the pictures' hashes, one row each in one transaction.
fn read_and_insert(root: &Path, database: &Path) -> Result<()> {
    let files = audio_files(root)?;
    let rows = Mutex::new(Vec::with_capacity(files.len()));
    thread::scope(|scope| {
        for part in files.chunks(files.len().div_ceil(FLOOR_THREADS).max(1)) {
            let rows = &rows;
            scope.spawn(move || {
                let read: Vec<_> = part.iter().filter_map(|path| read_one(path)).collect();
                rows.lock().map(|mut rows| rows.extend(read)).ok()
            });
        }
    });
    let mut connection = rusqlite::Connection::open(database)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection
        .execute_batch("CREATE TABLE t (path TEXT PRIMARY KEY, title TEXT, artist TEXT, album TEXT, hash BLOB)")?;
    let tx = connection.transaction()?;
    {
        let mut insert = tx.prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let rows = rows.into_inner().ok().context("a thread failed")?;
        for (path, title, artist, album, hash) in rows {
            insert.execute((path, title, artist, album, hash))?;
        }
    }
    tx.commit()?;
    Ok(())
}

type Row = (String, Option<String>, Option<String>, Option<String>, Option<[u8; 32]>);

fn read_one(path: &Path) -> Option<Row> {
    let file = lofty::read_from_path(path).ok()?;
    let tag = file.primary_tag();
    let hash = tag.and_then(|tag| tag.pictures().first()).map(|picture| Sha256::digest(picture.data()).into());
    let text = |value: Option<Cow<'_, str>>| value.map(Cow::into_owned);
    let [title, artist, album] =
        [tag.and_then(Accessor::title), tag.and_then(Accessor::artist), tag.and_then(Accessor::album)].map(text);
    Some((path.display().to_string(), title, artist, album, hash))
}

fn compare(root: &Path, known: &HashMap<PathBuf, (u64, SystemTime)>) -> Result<()> {
    let mut same = 0;
    for entry in WalkDir::new(root) {
        let entry = entry?;
        let metadata = entry.metadata()?;
        same += usize::from(known.get(entry.path()) == Some(&(metadata.len(), metadata.modified()?)));
    }
    ensure!(same == known.len(), "{same} of {} files are the same", known.len());
    Ok(())
}

fn known_files(root: &Path) -> Result<HashMap<PathBuf, (u64, SystemTime)>> {
    let known = audio_files(root)?.into_iter().map(|path| {
        let metadata = path.metadata()?;
        Ok((path, (metadata.len(), metadata.modified()?)))
    });
    known.collect()
}

fn audio_files(root: &Path) -> Result<Vec<PathBuf>> {
    let is_audio = |path: &Path| path.extension().is_some_and(|ext| AUDIO.iter().any(|known| ext == *known));
    let paths = WalkDir::new(root).into_iter().map(|entry| entry.map(walkdir::DirEntry::into_path));
    let audio = paths.filter(|path| path.as_ref().map_or(true, |path| is_audio(path)));
    audio.collect::<Result<_, _>>().with_context(|| format!("walking {}", root.display()))
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
