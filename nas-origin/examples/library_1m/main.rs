//! Makes a folder of many small tagged files, to measure imports with: albums of ten tracks, ten albums an artist, half
//! MP3 and half FLAC, about a kilobyte each, all different.
//!
//! `cargo run --release -p nas-origin --example library_1m -- DIR [TRACKS]`; a million tracks take a million inodes and
//! 4 GiB where a block is 4 KiB. What is there already is written again.

mod files;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, anyhow};

const TRACKS: u32 = 1_000_000;
const TRACKS_PER_ALBUM: u32 = 10;
const ALBUMS_PER_ARTIST: u32 = 10;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let root = PathBuf::from(arguments.next().context("name a folder to make")?);
    let tracks: u32 = arguments.next().map_or(Ok(TRACKS), |tracks| tracks.parse()).context("TRACKS is a number")?;
    let albums = tracks.div_ceil(TRACKS_PER_ALBUM);
    let threads = u32::try_from(thread::available_parallelism()?.get())?;
    thread::scope(|scope| {
        let root = &root;
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                let mine = (part..albums).step_by(threads as usize);
                scope.spawn(move || mine.into_iter().try_for_each(|album| write_album(root, album, tracks)))
            })
            .collect();
        parts.into_iter().try_for_each(|part| part.join().map_err(|_broke| anyhow!("a thread broke off"))?)
    })
}

fn write_album(root: &Path, album: u32, tracks: u32) -> Result<()> {
    let artist = format!("Artist {:05}", album / ALBUMS_PER_ARTIST);
    let title = format!("Album {album:06}");
    let folder = root.join(&artist).join(&title);
    fs::create_dir_all(&folder)?;
    let first = album * TRACKS_PER_ALBUM;
    for track in first..tracks.min(first + TRACKS_PER_ALBUM) {
        let song = files::Song {
            title: format!("Song {track:07}"),
            artist: artist.clone(),
            album: title.clone(),
            number: track % TRACKS_PER_ALBUM + 1,
            genre: format!("Genre {}", album % 40),
            year: 1960 + album % 65,
            seed: track,
        };
        let (bytes, ext) = if track % 2 == 0 { (files::mp3(&song), "mp3") } else { (files::flac(&song), "flac") };
        fs::write(folder.join(format!("{:02} {}.{ext}", song.number, song.title)), bytes)?;
    }
    Ok(())
}
