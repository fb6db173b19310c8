//! Makes a large `catalog.db` to measure with: the same rows for the same number of tracks.
//!
//! `cargo run --release -p nas-origin --example catalog_1m -- DATA_DIR [TRACKS]`. Ten tracks an album, thirty an
//! artist, a playlist for every 500 tracks, 200 genres, a dozen covers. No music lies behind it: it can be published, not
//! played.

#![expect(clippy::print_stdout, reason = "a command line tool says what it did")]

mod covers;
mod names;
mod rows;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use nas_origin::library::{Library, LibraryError, settings};
use rand::SeedableRng;
use rand::rngs::StdRng;

const TRACKS: i64 = 1_000_000;

/// Tracks in one transaction.
const BATCH: i64 = 50_000;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let data_dir = arguments.next().map(PathBuf::from).context("name a data folder: catalog_1m DATA_DIR [TRACKS]")?;
    let tracks = arguments.next().map_or(Ok(TRACKS), |tracks| tracks.parse()).context("TRACKS is a number")?;
    ensure!(!data_dir.join("catalog.db").exists(), "{} has a catalog already", data_dir.display());
    let library = Library::open(&data_dir)?;
    fill(&library, tracks)?;
    println!("{tracks} tracks in {}", data_dir.join("catalog.db").display());
    Ok(())
}

fn fill(library: &Library, tracks: i64) -> Result<()> {
    let mut random = StdRng::seed_from_u64(1);
    let covers = covers::write(library.data_dir())?;
    library.write(|tx| -> Result<(), LibraryError> {
        rows::write_source(tx)?;
        rows::write_covers(&covers, tx)?;
        rows::write_artists(tracks, &mut random, tx)?;
        rows::write_genres(tx)?;
        Ok(rows::write_albums(tracks, i64::from(covers::COVERS), &mut random, tx)?)
    })?;
    for first in (1..=tracks).step_by(usize::try_from(BATCH)?) {
        let batch = first..=(first + BATCH - 1).min(tracks);
        library.write(|tx| -> Result<(), LibraryError> { Ok(rows::write_tracks(batch, tracks, &mut random, tx)?) })?;
    }
    library.write(|tx| -> Result<(), LibraryError> {
        rows::write_playlists(tracks, &mut random, tx)?;
        settings::bump_change_mark(tx)
    })?;
    Ok(())
}
