//! Rows and files that lead out of the root: even a catalog that was tampered with serves nothing else.

use std::os::unix::fs::symlink;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::yard::{error_code, start};

#[tokio::test]
async fn nothing_leads_out_of_the_root() {
    let yard = start(&[]).await;
    let secret = yard.folder.path().join("secret.mp3");
    std::fs::write(&secret, "secret").unwrap();
    let metadata = std::fs::metadata(&secret).unwrap();
    symlink("../secret.mp3", yard.path("out.mp3")).unwrap();
    symlink(&secret, yard.path("absolute.mp3")).unwrap();
    symlink("..", yard.path("up")).unwrap();
    symlink("/proc/self/fd", yard.path("fds")).unwrap();
    mknodat(CWD, yard.path("fifo.mp3"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    std::fs::create_dir(yard.path("folder.mp3")).unwrap();
    let absolute = secret.display().to_string();
    let locators = [
        "out.mp3",
        "absolute.mp3",
        "up/secret.mp3",
        "../secret.mp3",
        "a/../../secret.mp3",
        "fds/0",
        "fifo.mp3",
        "folder.mp3",
        "",
        ".",
        "..",
        "/etc/passwd",
        &absolute,
    ];
    for locator in locators {
        let id = yard.add_row(locator, &metadata);
        let response = yard.get(id, &[]).await;
        assert_eq!(response.status(), 404, "{locator}");
        assert_eq!(error_code(response).await, "not_found");
    }
}

#[tokio::test]
async fn a_link_that_stays_inside_is_followed() {
    let yard = start(&[]).await;
    yard.add("album/song.mp3", b"song");
    symlink("album", yard.path("other")).unwrap();
    let id = yard.add_row("other/song.mp3", &std::fs::metadata(yard.path("album/song.mp3")).unwrap());
    assert_eq!(yard.get(id, &[]).await.text().await.unwrap(), "song");
}
