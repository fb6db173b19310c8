//! Fifty listeners while an edge swaps snapshots, with manifests in between that it must refuse.
//!
//! Every name of a snapshot carries its mark: an answer with two marks mixes two snapshots.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::{Context, Result, ensure};
use e2e_tests::listener::Listener;
use e2e_tests::music::{self, Song};
use e2e_tests::nas::Nas;
use e2e_tests::rig::EdgeFolder;
use e2e_tests::seed::rounds;
use patient_listener::{Patience, serve};
use public_edge::snapshot::{Outcome, Refresher};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::{JoinSet, block_in_place};
use tokio_util::sync::CancellationToken;

use crate::PLANE;

const CLIENTS: usize = 50;
const ALBUMS: u16 = 12;
/// How much more memory an edge and its fifty clients may hold after many swaps than after the first of them.
const MAX_GROWTH_KIB: u64 = 64 * 1024;
/// Swaps from which on memory is compared.
const MANY_SWAPS: u32 = 200;

const SUBSONIC: &str = "f=json&v=1.16.1&c=test";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_fails_or_mixes_two_snapshots() -> Result<()> {
    let nas = block_in_place(catalog)?;
    block_in_place(|| mark(&nas, 1))?;
    block_in_place(|| nas.publish())?;
    let folder = EdgeFolder::new(PLANE, &nas.store(), &json!({}))?;
    let (edge, mut refresher) = public_edge::serve::open(folder.load()?)?;
    refresher.refresh().await?;
    let listening = TcpListener::bind(("127.0.0.1", 0)).await?;
    let listener = Arc::new(Listener::of(listening.local_addr()?)?);
    let cancel = CancellationToken::new();
    let serving = tokio::spawn(serve(listening, public_edge::http::router(edge), Patience::default(), cancel.clone()));

    let load =
        Arc::new(Load { paths: paths(&listener).await?, is_over: AtomicBool::new(false), answers: AtomicU64::new(0) });
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        clients.spawn(ask_on(Arc::clone(&listener), Arc::clone(&load), number));
    }
    let swaps = rounds(25).min(500);
    let mut early_kib = 0;
    for swap in 0..swaps {
        block_in_place(|| mark(&nas, u64::from(swap) + 2).and_then(|()| nas.publish()))?;
        refuse_then_follow(&nas.objects(), &mut refresher, swap).await.with_context(|| format!("swap {swap}"))?;
        if swap == swaps / 5 {
            early_kib = resident_kib()?;
        }
    }
    let late_kib = resident_kib()?;
    load.is_over.store(true, Ordering::Relaxed);
    while let Some(client) = clients.join_next().await {
        client??;
    }
    let cache = folder.cache();
    listener.until("only the live snapshot is open", async || Ok(opened(&cache)?.len() <= 1)).await?;
    listener.until("only the live snapshot is kept", async || Ok(databases(&cache)?.len() == 1)).await?;
    let answers = load.answers.load(Ordering::Relaxed);
    eprintln!("{answers} answers over {swaps} swaps; {early_kib} KiB after a fifth of them, {late_kib} KiB at the end");
    let is_flat = swaps < MANY_SWAPS || late_kib < early_kib + MAX_GROWTH_KIB;
    ensure!(is_flat, "memory rose from {early_kib} to {late_kib} KiB");
    cancel.cancel();
    serving.await?;
    Ok(())
}

fn catalog() -> Result<Nas> {
    let nas = Nas::new()?;
    for number in 0..ALBUMS {
        let (title, album, artist) =
            (format!("song {number}"), format!("album {number}"), format!("artist {}", number % 3));
        let song = Song { title: &title, artist: &artist, album: &album, track: Some(1), ..Song::default() };
        music::write(&nas.music().join(format!("{number}/1.wav")), number, &song)?;
    }
    nas.import()?;
    Ok(nas)
}

/// Gives every name the mark of a snapshot.
fn mark(nas: &Nas, number: u64) -> Result<()> {
    nas.write(&format!(
        "UPDATE tracks SET title = 'song ' || track_id || ' mark{number}x', artist = 'artist mark{number}x';
         UPDATE albums SET name = 'album ' || album_id || ' mark{number}x', artist = 'artist mark{number}x';
         UPDATE artists SET name = 'artist ' || artist_id || ' mark{number}x';"
    ))
}

/// The edge refuses a manifest that is wrong, and then takes the right one.
async fn refuse_then_follow(objects: &Path, refresher: &mut Refresher, swap: u32) -> Result<()> {
    let path = objects.join("manifest.json");
    let right = fs::read(&path)?;
    let wrong = corrupt(&right, swap)?;
    replace(&path, &wrong)?;
    let refused = refresher.refresh().await;
    ensure!(refused.is_err(), "{} was followed", String::from_utf8_lossy(&wrong));
    replace(&path, &right)?;
    ensure!(refresher.refresh().await? == Outcome::Replaced, "the new snapshot is taken");
    Ok(())
}

fn corrupt(right: &[u8], swap: u32) -> Result<Vec<u8>> {
    let mut manifest: Value = serde_json::from_slice(right)?;
    let sequence = manifest["sequence"].as_u64().context("a sequence")?;
    match swap % 5 {
        0 => return Ok(right[..right.len() / 2].to_vec()),
        1 => return Ok(b"{}".to_vec()),
        2 => {
            manifest["database"]["stored_bytes"] = 7.into();
            manifest["deltas"] = json!([]);
        }
        3 => {
            let sha256 = "5a".repeat(32);
            manifest["database"]["key"] = format!("blobs/5a/{sha256}/catalog_read.db.zst").into();
            manifest["database"]["sha256"] = sha256.into();
        }
        // An attacker who brings an old sequence back, with a database that is there.
        _ => manifest["sequence"] = sequence.saturating_sub(2).into(),
    }
    Ok(serde_json::to_vec(&manifest)?)
}

fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = path.with_extension("new");
    fs::write(&beside, bytes)?;
    Ok(fs::rename(beside, path)?)
}

/// What the clients share.
struct Load {
    paths: Vec<String>,
    is_over: AtomicBool,
    answers: AtomicU64,
}

/// Lists, single things, searches and pages, in all three dresses.
async fn paths(listener: &Listener) -> Result<Vec<String>> {
    let albums = listener.items("/api/v1/albums", 50).await?;
    let id = albums[0]["id"].as_u64().map_or_else(|| albums[0]["id"].to_string(), |id| id.to_string());
    let id = id.trim_matches('"');
    let found = listener.subsonic("search3?query=song").await?;
    let song = found["searchResult3"]["song"][0]["id"].as_str().context("a song")?;
    Ok(vec![
        "/api/v1/albums?limit=50".to_owned(),
        format!("/api/v1/albums/{id}"),
        "/api/v1/search?q=song".to_owned(),
        "/api/v1/artists?limit=50".to_owned(),
        format!("/rest/getAlbumList2?type=alphabeticalByName&size=50&{SUBSONIC}"),
        format!("/rest/getSong?id={song}&{SUBSONIC}"),
        format!("/rest/search3?query=mark&{SUBSONIC}"),
        format!("/rest/getArtists?{SUBSONIC}"),
        "/albums".to_owned(),
        format!("/albums/{id}"),
        "/artists".to_owned(),
    ])
}

/// One client: asks on and on; every answer is of one snapshot, and of none before the last answer's.
async fn ask_on(listener: Arc<Listener>, load: Arc<Load>, number: usize) -> Result<()> {
    let mut newest = 0;
    for path in load.paths.iter().cycle().skip(number) {
        if load.is_over.load(Ordering::Relaxed) {
            break;
        }
        let answer = listener.get(path).await.with_context(|| path.clone())?;
        ensure!(answer.status() == 200, "{path}: {}", answer.status());
        let text = answer.text().await?;
        let marks = marks(&text);
        ensure!(marks.len() == 1, "{path} has the marks {marks:?}: {text}");
        let mark = marks.first().copied().unwrap_or_default();
        ensure!(mark >= newest, "{path} went back from {newest} to {mark}");
        newest = mark;
        load.answers.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn marks(text: &str) -> BTreeSet<u64> {
    text.split("mark").skip(1).filter_map(|rest| rest.split_once('x')?.0.parse().ok()).collect()
}

/// The snapshots in a cache folder that this process has open, removed ones too.
fn opened(cache: &Path) -> Result<BTreeSet<PathBuf>> {
    let files = fs::read_dir("/proc/self/fd")?.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    Ok(files.filter(|file| file.starts_with(cache) && file.to_string_lossy().contains("snapshot-")).collect())
}

fn databases(cache: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(cache)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "db") {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn resident_kib() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
    Ok(line.split_whitespace().nth(1).context("a size")?.parse()?)
}
