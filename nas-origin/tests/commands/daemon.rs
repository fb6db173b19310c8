//! The daemon's loop: a new file is noticed, imported and published without anyone asking.

use std::path::Path;
use std::time::Duration;

use nas_origin::config::{Config, Layers};
use nas_origin::serve;
use tokio_util::sync::CancellationToken;

/// No test waits this long; one that does has found a hang.
const FOREVER: Duration = Duration::from_mins(1);

/// Waits until the live manifest has `tracks` and `covers`.
async fn published(objects: &Path, tracks: u64, covers: u64) {
    let is_live = || {
        let manifest = std::fs::read(objects.join("manifest.json")).ok()?;
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).ok()?;
        let counts = (manifest["track_count"].as_u64()?, manifest["cover_count"].as_u64()?);
        (counts == (tracks, covers)).then_some(())
    };
    while is_live().is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_new_file_or_cover_is_published_without_asking() {
    let folder = tempfile::tempdir().unwrap();
    let (music, objects) = (folder.path().join("music"), folder.path().join("objects"));
    std::fs::create_dir_all(&music).unwrap();
    std::fs::create_dir_all(&objects).unwrap();
    std::fs::write(music.join("first.wav"), wav(1)).unwrap();
    let flags = vec![
        "listen=127.0.0.1:0".to_owned(),
        format!("data_dir={}", folder.path().join("data").display()),
        format!("sources.local.path={}", music.display()),
        format!("publish.store=file://{}", objects.display()),
        // What was just written waits for so long, and the daemon comes back for it by itself.
        "import.settle_time=1s".to_owned(),
    ];
    let config = Config::from_layers(&Layers { flags, ..Layers::default() }).unwrap();
    let cancel = CancellationToken::new();
    let running = serve::start(config, cancel.clone()).await.unwrap();
    tokio::time::timeout(FOREVER, published(&objects, 1, 0)).await.expect("the first import is published");
    std::fs::write(music.join("second.wav"), wav(2)).unwrap();
    tokio::time::timeout(FOREVER, published(&objects, 2, 0)).await.expect("the new file is noticed");
    image::RgbImage::new(8, 8).save(music.join("cover.png")).unwrap();
    tokio::time::timeout(FOREVER, published(&objects, 2, 1)).await.expect("the new cover is noticed");
    cancel.cancel();
    tokio::time::timeout(FOREVER, running.finished).await.expect("it ends").unwrap();
}

/// A tenth of a second of one level.
pub(crate) fn wav(level: u8) -> Vec<u8> {
    let samples = vec![level; 1600];
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + 1600_u32).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
    bytes.extend(1600_u32.to_le_bytes());
    bytes.extend(samples);
    bytes
}
