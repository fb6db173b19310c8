//! How soon an edge answers after its start: with its snapshot on disk, fetched signed, fetched unsigned.
//!
//! `cargo bench -p public-edge --bench start -- STORE [ROUNDS]` with the folder that a large catalog was published to. The
//! store is fetched from a web server on loopback. The floor of a start from disk is the digest of the file, which has to
//! be taken; that of a fetch is fetching, unpacking and the digest, one after the other in one thread.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../edge_process/mod.rs"]
mod edge_process;
mod web;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use snapshot_format::signature::SigningKey;
use snapshot_format::{Manifest, keys};

use edge_process::{EdgeFolder, OwnStore};

const ROUNDS: usize = 5;
const FIRST: &str = "/api/v1/albums?limit=1";

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(published) = arguments.next().map(PathBuf::from) else {
        println!("SKIPPED: name the folder that a catalog was published to");
        return Ok(());
    };
    let rounds = arguments.next().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let folder = tempfile::tempdir()?;
    let manifest = Manifest::from_bytes(&fs::read(published.join(keys::MANIFEST))?)?;
    println!("{} tracks, {} bytes", manifest.track_count, manifest.database.size_bytes);
    let signed = Place::new(&published, &manifest, folder.path().join("signed"), true).await?;
    let unsigned = Place::new(&published, &manifest, folder.path().join("unsigned"), false).await?;
    let mut figures: [Vec<f64>; 5] = Default::default();
    for _ in 0..rounds {
        let (fetched, digest) = floor(&signed.url, &manifest, folder.path()).await?;
        let by_key = signed.fetched().await?;
        let from_disk = signed.restarted().await?;
        let checked = unsigned.fetched().await?;
        for (figures, figure) in figures.iter_mut().zip([digest, from_disk, fetched, by_key, checked]) {
            figures.push(figure);
        }
    }
    let [digest, from_disk, fetched, by_key, checked] = figures.map(median);
    println!(
        "on disk:           {from_disk:.3} s; the digest alone takes {digest:.3} s, so {:.0} ms beside it (to reach: 50)",
        1000.0 * (from_disk - digest)
    );
    println!(
        "fetched, signed:   {by_key:.3} s, {:.2} x the floor of {fetched:.3} s (to reach: 1.2 s)",
        by_key / fetched
    );
    println!("fetched, unsigned: {checked:.3} s, {:.2} x the floor (to reach: 2.5 s)", checked / fetched);
    Ok(())
}

/// A store behind a web server, and an edge that reads it.
struct Place {
    url: String,
    edge: EdgeFolder,
}

impl Place {
    async fn new(published: &Path, manifest: &Manifest, folder: PathBuf, is_signed: bool) -> Result<Self> {
        let key = is_signed.then(|| SigningKey::from_seed(&[7; 32]));
        let store = OwnStore::over(published, folder.join("store"), key)?;
        store.publish(manifest)?;
        let url = web::serve(store.folder.clone()).await?;
        let edge = EdgeFolder::create(folder.join("edge"), &store, &url)?;
        Ok(Self { url, edge })
    }

    async fn fetched(&self) -> Result<f64> {
        self.edge.forget()?;
        Ok(self.edge.serve()?.first_answer(FIRST).await?.as_secs_f64())
    }

    async fn restarted(&self) -> Result<f64> {
        let edge = EdgeFolder(self.edge.0.clone());
        tokio::task::spawn_blocking(move || edge.fetch()).await??;
        Ok(self.edge.serve()?.first_answer(FIRST).await?.as_secs_f64())
    }
}

/// Seconds of fetching, unpacking to a file and taking its digest; and of the digest of that file alone.
async fn floor(url: &str, manifest: &Manifest, folder: &Path) -> Result<(f64, f64)> {
    let started = Instant::now();
    let packed = reqwest::get(format!("{url}/{}", manifest.database.key)).await?.error_for_status()?.bytes().await?;
    let plain = folder.join("floor.db");
    tokio::task::spawn_blocking(move || {
        let mut source = zstd::Decoder::new(&*packed).context("the blob")?;
        let digest = copy(&mut source, &mut fs::File::create(&plain)?)?;
        let fetched = started.elapsed().as_secs_f64();
        let started = Instant::now();
        let again = copy(&mut fs::File::open(&plain)?, &mut std::io::sink())?;
        anyhow::ensure!(digest == again, "another file was read than written");
        let alone = started.elapsed().as_secs_f64();
        fs::remove_file(&plain)?;
        Ok((fetched, alone))
    })
    .await?
}

fn copy(source: &mut impl Read, target: &mut impl Write) -> Result<Vec<u8>> {
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 18]);
    loop {
        let read = source.read(&mut buffer)?;
        if read == 0 {
            return Ok(hasher.finalize().to_vec());
        }
        hasher.update(&buffer[..read]);
        target.write_all(&buffer[..read])?;
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
