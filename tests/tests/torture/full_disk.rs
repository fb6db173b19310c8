//! Full disks and folders that nobody may write to: a clear error, the old snapshot lives, and the next run converges.
//!
//! A limit on the size of files (`RLIMIT_FSIZE`) works everywhere and fails single writes at any step. A disk that is
//! really full, or read-only, is a small one in memory, which only root can mount.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use e2e_tests::rig::{EdgeFolder, Rig};
use e2e_tests::victim::{self, Ended};
use serde_json::json;

use crate::PLANE;
use crate::import_house::noise;

/// Sizes that no file may exceed, in blocks of 512 bytes.
const LIMITS: [u32; 6] = [0, 16, 64, 128, 256, 512];

const DISK_BYTES: u64 = 2 << 20;
/// What is left of it.
const FREE_BYTES: [u64; 5] = [0, 4096, 16384, 65536, 262_144];

#[test]
fn a_publisher_whose_files_may_not_grow() -> Result<()> {
    let rig = Rig::on_folder(PLANE)?;
    rig.converge(&rig.change()?)?;
    let mut failed = 0;
    for limit in LIMITS {
        let (titles, old) = (rig.change()?, rig.live()?);
        let ended = limited(limit, &rig.command(&["publish", "--json"]), rig.nas.folder())?;
        let is_new = rig.is_new(old.as_ref(), &titles).with_context(|| format!("{limit} blocks: {ended:?}"))?;
        check_words(&ended, is_new)?;
        failed += u32::from(!ended.status.success());
        rig.converge(&titles)?;
    }
    ensure!(failed > 1, "the limits are too high to fail anything");
    rig.sweep()
}

#[test]
fn an_edge_whose_files_may_not_grow() -> Result<()> {
    let rig = Rig::on_folder(PLANE)?;
    rig.converge(&rig.change()?)?;
    let edge = EdgeFolder::new(PLANE, &rig.nas.store(), &json!({}))?;
    let fetch = || victim::run(edge.command(&["fetch"]), drop)?.done();
    fetch()?;
    let mut failed = 0;
    for limit in LIMITS {
        let old = fs::read(edge.cache().join("state.json"))?;
        rig.converge(&rig.change()?)?;
        let ended = limited(limit, &edge.command(&["fetch"]), rig.nas.folder())?;
        if !ended.status.success() {
            failed += 1;
            ensure!(fs::read(edge.cache().join("state.json"))? == old, "what is served is still on record");
            ensure!(ended.stderr.contains("nothing was fetched"), "no clear reason is given: {ended:?}");
        }
        fetch()?;
        ensure!(fs::read_dir(edge.cache())?.count() == 3, "a lock, a state and a database");
    }
    ensure!(failed > 1, "the limits are too high to fail anything");
    Ok(())
}

#[test]
fn a_store_on_a_disk_that_is_full_or_read_only() -> Result<()> {
    let Some(disk) = SmallDisk::mount()? else { return Ok(()) };
    let rig = Rig::on_any_folder(PLANE, &disk.path.join("objects"))?;
    rig.converge(&rig.change()?)?;
    for free_bytes in FREE_BYTES {
        let (titles, old) = (rig.change()?, rig.live()?);
        let ballast = disk.fill(free_bytes)?;
        let ended = rig.publish(drop)?;
        let is_new = rig.is_new(old.as_ref(), &titles).with_context(|| format!("{free_bytes} free: {ended:?}"))?;
        check_words(&ended, is_new)?;
        fs::remove_file(ballast)?;
        rig.converge(&titles).with_context(|| format!("after {free_bytes} free"))?;
        rig.sweep()?;
    }
    let (titles, old) = (rig.change()?, rig.live()?);
    disk.remount("ro")?;
    let ended = rig.publish(drop)?;
    ensure!(!ended.status.success() && ended.stderr.contains("can't be written"), "{ended:?}");
    ensure!(!rig.is_new(old.as_ref(), &titles)?, "the old snapshot stays");
    disk.remount("rw")?;
    rig.converge(&titles)?;
    Ok(())
}

#[test]
fn an_edge_on_a_disk_that_is_full_or_read_only() -> Result<()> {
    let Some(disk) = SmallDisk::mount()? else { return Ok(()) };
    let rig = Rig::on_folder(PLANE)?;
    rig.converge(&rig.change()?)?;
    let cache = disk.path.join("cache");
    let edge = EdgeFolder::with_cache(PLANE, &cache, &rig.nas.store(), &json!({}))?;
    let fetch = || victim::run(edge.command(&["fetch"]), drop);
    fetch()?.done()?;
    let state = || fs::read(cache.join("state.json"));
    for free_bytes in FREE_BYTES {
        let old = state()?;
        rig.converge(&rig.change()?)?;
        let ballast = disk.fill(free_bytes)?;
        let ended = fetch()?;
        ensure!(ended.status.success() || state()? == old, "what is served is still on record: {ended:?}");
        ensure!(ended.status.success() || ended.stderr.contains("nothing was fetched"), "no clear reason: {ended:?}");
        fs::remove_file(ballast)?;
        fetch()?.done()?;
        ensure!(fs::read_dir(&cache)?.count() == 3, "a lock, a state and a database");
    }
    let old = state()?;
    rig.converge(&rig.change()?)?;
    disk.remount("ro")?;
    let ended = fetch()?;
    ensure!(!ended.status.success() && ended.stderr.contains("can't be used"), "{ended:?}");
    ensure!(state()? == old, "what is served is still on record");
    disk.remount("rw")?;
    fetch()?.done()?;
    Ok(())
}

#[test]
fn an_import_whose_disk_is_full_says_so_and_the_next_one_goes_on() -> Result<()> {
    const FILES: u64 = 40;
    let Some(disk) = SmallDisk::mount()? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let music = folder.path().join("music");
    fs::create_dir(&music)?;
    for number in 0..FILES {
        fs::write(music.join(format!("{number}.wav")), noise(number))?;
    }
    let mut failed = 0;
    for (mode, free_bytes) in ["in_place", "copy"].into_iter().flat_map(|mode| FREE_BYTES.map(|free| (mode, free))) {
        let data = disk.path.join("data");
        let settings = json!({ "data_dir": data, "sources": { "local": { "path": music, "mode": mode } } });
        victim::write_config(folder.path(), "nas-origin.toml", &settings)?;
        let import = || {
            let mut command = victim::command(PLANE.as_ref(), "nas-origin");
            command.current_dir(folder.path()).args(["import", "--json"]);
            victim::run(command, drop)
        };
        let ballast = disk.fill(free_bytes)?;
        let ended = import()?;
        ensure!(!ended.is_killed(), "{ended:?}");
        if !ended.status.success() {
            failed += 1;
            let has_reason =
                ["is full", "No space left", "disk I/O error"].iter().any(|words| ended.stderr.contains(words));
            ensure!(has_reason, "{mode}, {free_bytes} free: {ended:?}");
        }
        fs::remove_file(ballast)?;
        let report = import()?;
        if mode == "copy" {
            // Copies leave 64 MiB free, which this disk doesn't have: each file says so, and nothing is half done.
            ensure!(report.stdout.contains("cannot be copied") || !report.status.success(), "{report:?}");
        } else {
            let report: serde_json::Value = serde_json::from_str(&report.done()?)?;
            ensure!(report["failed"] == 0, "{free_bytes} free: {report}");
        }
        fs::remove_dir_all(data)?;
    }
    ensure!(failed > 1, "the disk was never full");
    Ok(())
}

/// Not published means not zero and a reason; published means published.
fn check_words(ended: &Ended, is_new: bool) -> Result<()> {
    ensure!(is_new || !ended.status.success(), "nothing was published, and it says it was");
    ensure!(ended.status.success() || ended.stderr.contains("nas-origin: "), "no reason is given: {ended:?}");
    ensure!(!ended.is_killed(), "{ended:?}");
    Ok(())
}

/// Runs a command that can't make any file larger than so many blocks; writes beyond fail, as on a full disk.
fn limited(blocks: u32, command: &Command, folder: &Path) -> Result<Ended> {
    let name = if command.get_args().any(|argument| argument == "publish") { "nas-origin" } else { "public-edge" };
    let program = folder.join(name);
    if !program.exists() {
        symlink(command.get_program(), &program)?;
    }
    let mut shell = Command::new("sh");
    // Without the trap the signal would end the process, which no full disk does.
    shell.arg("-c").arg("trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"").arg("sh").arg(blocks.to_string());
    shell.arg(program).args(command.get_args());
    victim::run(shell, drop)
}

/// A small disk in memory.
struct SmallDisk {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Mounts one, or says loudly that this isn't possible here.
    fn mount() -> Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("disk");
        fs::create_dir(&path)?;
        let size = format!("size={DISK_BYTES},mode=0755");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&path).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Ok(Some(Self { path, _folder: folder }));
        }
        eprintln!(
            "SKIPPED: no small disk can be mounted here (it takes root); a full and a read-only disk were not tried"
        );
        Ok(None)
    }

    /// Fills it but for so many bytes, and gives the file to remove.
    fn fill(&self, free_bytes: u64) -> Result<PathBuf> {
        use std::io::{ErrorKind, Write};
        let ballast = self.path.join("ballast");
        let mut file = fs::File::create(&ballast)?;
        loop {
            match file.write_all(&[0; 4096]) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => return Err(error.into()),
            }
        }
        let full = file.metadata()?.len();
        file.set_len(full.saturating_sub(free_bytes))?;
        Ok(ballast)
    }

    fn remount(&self, mode: &str) -> Result<()> {
        let options = format!("remount,{mode}");
        let output = Command::new("mount").args(["-o", &options]).arg(&self.path).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.path).status();
    }
}
