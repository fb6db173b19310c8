//! A disc in one file: its CUE sheet makes an album of it, and each track plays as a file of its own.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use e2e_tests::music::{self, Song};
use e2e_tests::planes::Planes;

const RATE_HZ: u32 = 44_100;
/// Where the tracks begin, in samples: at 0, 1.36 and 3 seconds.
const STARTS: [usize; 4] = [0, 59_976, 132_300, 220_500];
const SHEET: &str = "REM DATE 2003\nPERFORMER \"周杰伦\"\nTITLE \"叶惠美\"\nFILE \"叶惠美.wav\" WAVE\n\
    TRACK 01 AUDIO\nTITLE \"以父之名\"\nINDEX 01 00:00:00\n\
    TRACK 02 AUDIO\nTITLE \"懦夫\"\nINDEX 00 00:01:00\nINDEX 01 00:01:27\n\
    TRACK 03 AUDIO\nTITLE \"晴天\"\nINDEX 01 00:03:00\n";

/// Five seconds in which no two tracks sound alike.
fn samples() -> Vec<i16> {
    let count = i32::try_from(STARTS[3] * 2).unwrap_or(i32::MAX);
    let wave = |at: i32| at.wrapping_mul(at / 7919 + 3).rem_euclid(20_011) - 10_000;
    (0..count).filter_map(|at| i16::try_from(wave(at)).ok()).collect()
}

/// A disc of this format in `folder`, with its sheet in GBK.
fn write_disc(folder: &Path, ext: &str) -> Result<()> {
    let wav = folder.join(".disc.wav");
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(&wav, spec)?;
    samples().into_iter().try_for_each(|sample| file.write_sample(sample))?;
    file.finalize()?;
    fs::write(folder.join("叶惠美.cue"), encoding_rs::GBK.encode(SHEET).0)?;
    let disc = folder.join(format!("叶惠美.{ext}"));
    if ext == "wav" {
        return Ok(fs::rename(wav, disc)?);
    }
    let done = Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&wav).arg(&disc).status()?;
    anyhow::ensure!(done.success(), "ffmpeg wrote no {ext}");
    Ok(fs::remove_file(wav)?)
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("-version").output().is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_track_of_a_disc_plays_as_a_file_of_its_own() -> Result<()> {
    let mut exts = vec!["wav"];
    if is_installed("ffmpeg") {
        exts.extend(["flac", "wv"]);
    } else {
        eprintln!("SKIPPED: ffmpeg is not installed, neither FLAC nor WavPack was cut");
    }
    for ext in exts {
        let planes = Planes::start(|music| write_disc(music, ext)).await?;
        let album = planes.items("/api/v1/albums", 50).await?[0]["id"].as_str().context("an album")?.to_owned();
        let album = planes.subsonic(&format!("getAlbum?id={album}")).await?;
        let album = &album["album"];
        assert_eq!(
            (&album["name"], &album["artist"], &album["year"]),
            (&"叶惠美".into(), &"周杰伦".into(), &2003.into())
        );
        let songs = album["song"].as_array().context("songs")?;
        let titles: Vec<&str> = songs.iter().filter_map(|song| song["title"].as_str()).collect();
        assert_eq!(titles, ["以父之名", "懦夫", "晴天"]);
        for (song, part) in songs.iter().zip(STARTS.windows(2)) {
            let id = song["id"].as_str().context("an id")?;
            let url = planes.redirect(&format!("/api/v1/tracks/{id}/play")).await?;
            let whole = planes.fetch(&url, None).await?;
            assert_eq!((whole.status().as_u16(), whole.headers()["content-type"].to_str()?), (200, "audio/wav"));
            let etag = whole.headers()["etag"].clone();
            let bytes = whole.bytes().await?;
            assert_eq!(song["size"], bytes.len(), "the catalog knows the size before");
            let heard = hound::WavReader::new(Cursor::new(&bytes))?.samples::<i16>().collect::<Result<Vec<_>, _>>()?;
            assert!(heard == samples()[part[0] * 2..part[1] * 2], "{ext}: {}", song["title"]);

            let jumped = planes.fetch(&url, Some("bytes=100001-150000")).await?;
            assert_eq!((jumped.status().as_u16(), &jumped.headers()["etag"]), (206, &etag));
            assert!(jumped.bytes().await? == bytes[100_001..150_001]);
            let beyond = planes.fetch(&url, Some("bytes=9999999-")).await?;
            assert_eq!(beyond.status(), 416);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_track_of_a_disc_reaches_clients_that_follow_no_redirect() -> Result<()> {
    let planes = Planes::start(|music| write_disc(music, "wav")).await?;
    let tracks = planes.items("/api/v1/tracks", 50).await?;
    let id = tracks[2]["id"].as_str().context("an id")?;
    let stream = format!("{}/rest/stream?id={id}&v=1.16.1&c=DSub", planes.edge);
    let bytes = planes.fetch(&stream, None).await?.bytes().await?;
    let heard = hound::WavReader::new(Cursor::new(&bytes))?.samples::<i16>().collect::<Result<Vec<_>, _>>()?;
    assert!(heard == samples()[STARTS[2] * 2..]);
    let saved = planes.get(&format!("/rest/download?id={id}&v=1.16.1&c=DSub")).await?;
    let name = saved.headers()["content-disposition"].to_str()?;
    assert!(name.contains(".wav"), "{name}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disc_whose_sheet_is_taken_away_is_one_track_again() -> Result<()> {
    let planes = Planes::start(|music| {
        // Enough besides that two tracks less are not taken for a loss.
        let song = Song { title: "Other", artist: "Ann", album: "First", ..Song::default() };
        (1..=30).try_for_each(|pitch| music::write(&music.join(format!("{pitch}.wav")), pitch, &song))?;
        fs::write(music.join("mix.m3u"), "1.wav\n叶惠美.wav\n2.wav\n")?;
        write_disc(music, "wav")
    })
    .await?;
    let listed = async || -> Result<Vec<String>> {
        let id = planes.subsonic("getPlaylists").await?["playlists"]["playlist"][0]["id"].clone();
        let list = planes.subsonic(&format!("getPlaylist?id={}", id.as_str().context("an id")?)).await?;
        let entries = list["playlist"]["entry"].as_array().context("entries")?.clone();
        Ok(entries.iter().filter_map(|entry| Some(entry["title"].as_str()?.to_owned())).collect())
    };
    assert_eq!(listed().await?, ["Other", "以父之名", "懦夫", "晴天", "Other"]);
    let count = async || -> Result<usize> { Ok(planes.items("/api/v1/tracks", 50).await?.len()) };
    assert_eq!(count().await?, 33);
    fs::remove_file(planes.music().join("叶惠美.cue"))?;
    planes.until("the whole file shows", async || Ok(count().await? == 31)).await?;
    assert_eq!(listed().await?.len(), 3);
    fs::write(planes.music().join("叶惠美.cue"), SHEET)?;
    planes.until("its tracks show", async || Ok(count().await? == 33)).await
}
