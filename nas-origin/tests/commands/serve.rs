//! `serve`: it says where it listens, tells what stands in its way, and ends when it is asked to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

pub(super) fn serve(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nas-origin"));
    command.current_dir(folder).env_clear().stderr(Stdio::piped());
    command.args(["--set", "listen=127.0.0.1:0"]).args(arguments).arg("serve").spawn().unwrap()
}

/// The address that it says it listens on, and what it says after that.
pub(super) fn listening(child: &mut Child) -> (String, BufReader<ChildStderr>) {
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while said.read_line(&mut line).unwrap() > 0 {
        if let Some(address) = line.trim_end().strip_prefix("listening on http://") {
            return (address.to_owned(), said);
        }
        line.clear();
    }
    panic!("it ended without listening");
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: nas\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn signal(child: &mut Child, name: &str) -> ExitStatus {
    assert!(Command::new("kill").arg(name).arg(child.id().to_string()).status().unwrap().success());
    child.wait().unwrap()
}

#[test]
fn it_listens_and_ends_on_a_signal() {
    for name in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = serve(folder.path(), &[]);
        let (address, _said) = listening(&mut child);
        assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200"));
        assert!(get(&address, "/readyz").ends_with(r#"{"reasons":[],"status":"ready"}"#));
        assert_eq!(signal(&mut child, name).code(), Some(0), "{name}");
    }
}

#[test]
fn a_port_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = serve(folder.path(), &["--set", &format!("listen={address}")]).wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains(&format!("can't listen on {address}")), "{said}");
}

#[test]
fn a_misspelt_key_is_named_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nas-origin.toml"), "[publish]\nstroe = \"file:///x\"\n").unwrap();
    let output = serve(folder.path(), &[]).wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("unknown key `publish.stroe` in nas-origin.toml; did you mean `publish.store`?"), "{said}");
}
