//! The binary as a newcomer runs it: one command, a line on stdout, Ctrl-C.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

/// Two ports in a row that are free now.
fn free_ports() -> Result<u16> {
    loop {
        let first = TcpListener::bind("127.0.0.1:0")?;
        let port = first.local_addr()?.port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return Ok(port);
        }
    }
}

fn quickstart(folder: &Path, port: u16, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    command.current_dir(folder).env_clear().args(["--port", &port.to_string()]).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// One that serves; it ends when this is dropped.
struct Started {
    child: Child,
    port: u16,
}

impl Started {
    /// Starts it and waits for its line. Another program may take the ports in between: then there is another try.
    fn new(folder: &Path, arguments: &[&str]) -> Result<Self> {
        let mut said = String::new();
        for _ in 0..5 {
            let port = free_ports()?;
            let mut child = quickstart(folder, port, arguments).stderr(Stdio::null()).spawn()?;
            said.clear();
            BufReader::new(child.stdout.take().context("stdout")?).read_line(&mut said)?;
            if said == format!("ready http://127.0.0.1:{port}\n") {
                return Ok(Self { child, port });
            }
            let _ = child.kill();
            child.wait()?;
        }
        anyhow::bail!("it said {said:?}")
    }

    fn get(&self, path: &str) -> Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: edge\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        anyhow::ensure!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        Ok(answer.split_once("\r\n\r\n").context("a body")?.1.to_owned())
    }

    fn end(mut self, signal: Signal) -> Result<Option<i32>> {
        kill_process(Pid::from_child(&self.child), signal)?;
        Ok(self.child.wait()?.code())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs it to its end, which must be a failure: what it says.
fn refused(mut command: Command) -> Result<String> {
    let Output { status, stdout, stderr } = command.output()?;
    let said = String::from_utf8(stderr)?;
    anyhow::ensure!(!status.success() && stdout.is_empty(), "{status}: {said}");
    Ok(said)
}

#[test]
fn a_newcomer_hears_the_demo_and_finds_it_again() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let first = Started::new(folder.path(), &[])?;
    assert!(first.get("/")?.contains("山间来信"), "the home page shows the newest albums");
    let albums = first.get("/api/v1/albums")?;
    assert!(albums.contains("夜航"), "{albums}");
    let tracks = first.get("/api/v1/tracks")?;
    assert!(first.get("/rest/ping?f=json&v=1.16.1&c=test")?.contains(r#""status":"ok""#));
    assert_eq!(first.end(Signal::INT)?, Some(0), "Ctrl-C is the way to end it");
    for part in ["nas-origin.toml", "public-edge.toml", "origin/catalog.db", "objects/manifest.json"] {
        assert!(folder.path().join("music-cloud-data").join(part).is_file(), "{part}");
    }

    let second = Started::new(folder.path(), &[])?;
    assert_eq!(second.get("/api/v1/tracks")?, tracks, "the same tracks under the same ids");
    assert_eq!(second.get("/api/v1/albums")?, albums);
    assert_eq!(second.end(Signal::TERM)?, Some(0));
    Ok(())
}

#[test]
fn a_folder_of_ones_own_is_served_as_it_is() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let music = folder.path().join("my music");
    quickstart::demo::make(&music)?;
    std::fs::remove_dir_all(music.join("周南"))?;
    let started = Started::new(folder.path(), &["--data-dir", "elsewhere", "my music"])?;
    let albums = started.get("/api/v1/albums")?;
    assert!(albums.contains("山间来信"), "{albums}");
    assert!(!albums.contains("夜航"), "what isn't in the folder isn't served: {albums}");
    assert_eq!(started.end(Signal::INT)?, Some(0));
    assert!(folder.path().join("elsewhere/nas-origin.toml").is_file());
    assert!(!folder.path().join("elsewhere/demo-music").exists(), "no demo beside one's own music");
    Ok(())
}

#[test]
fn a_music_folder_that_is_not_there_is_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("song.wav"), "")?;
    for name in ["no such folder", "song.wav"] {
        let said = refused(quickstart(folder.path(), free_ports()?, &[name]))?;
        assert!(said.contains(name), "{said}");
    }
    Ok(())
}

#[test]
fn a_port_in_use_is_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("music"))?;
    for plane in [0, 1] {
        let port = free_ports()?;
        let _taken = TcpListener::bind(("127.0.0.1", port + plane))?;
        let said = refused(quickstart(folder.path(), port, &["music"]))?;
        assert!(said.contains(&format!("can't listen on 127.0.0.1:{}", port + plane)), "{said}");
    }
    Ok(())
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("music"))?;
    std::fs::write(folder.path().join("taken"), "a file")?;
    let said = refused(quickstart(folder.path(), free_ports()?, &["music", "--data-dir", "taken"]))?;
    assert!(said.contains("taken"), "{said}");
    Ok(())
}

#[test]
fn an_edit_gone_wrong_is_named_with_its_file() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("music"))?;
    std::fs::create_dir(folder.path().join("music-cloud-data"))?;
    std::fs::write(folder.path().join("music-cloud-data/public-edge.toml"), "[snapshot]\nstroe = 'file:///x'\n")?;
    let said = refused(quickstart(folder.path(), free_ports()?, &["music"]))?;
    assert!(said.contains("snapshot.stroe") && said.contains("public-edge.toml"), "{said}");
    Ok(())
}
