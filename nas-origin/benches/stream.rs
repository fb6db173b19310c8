//! Range streaming against nginx serving the same file to holders of its own signed links (`secure_link`): 64 KB ranges, whole files, memory.
//!
//! Both servers run as processes of their own, wrk asks each in turn, and the medians of the rounds are compared.
//! Needs `nginx`, `wrk` and `openssl`; without them it says so and measures nothing.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use nas_origin::library::{Library, LibraryError};
use rusqlite::params;
use snapshot_format::token::{Grant, StreamFormat, TokenKey};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const FILE_BYTES: usize = 50 * 1000 * 1000;
const ROUNDS: usize = 7;
const ROUND_SECS: u32 = 2;
const STREAMS: u32 = 32;

/// Random 64 KB ranges; each of wrk's threads has its own stream of numbers.
const RANGES: &str = r#"
function request()
  local first = math.random(0, 50 * 1000 * 1000 - 65536)
  return wrk.format(nil, nil, { ["Range"] = "bytes=" .. first .. "-" .. first + 65535 })
end
"#;

const REPORT: &str = r#"
function done(summary)
  local errors = summary.errors
  io.write(string.format("FIGURES %d %d %d %d\n", summary.duration, summary.requests, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status))
end
"#;

fn main() -> Result<()> {
    for program in ["nginx", "wrk", "openssl"] {
        if Command::new(program).arg("-v").output().is_err() {
            println!("SKIPPED: {program} is not installed; nothing was measured");
            return Ok(());
        }
    }
    let folder = tempfile::tempdir()?;
    // nginx's worker may run as another user.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    let music = folder.path().join("music");
    std::fs::create_dir(&music)?;
    let bytes: Vec<u8> = (0..FILE_BYTES).map(|at| (at % 251).to_le_bytes()[0]).collect();
    std::fs::write(music.join("song.flac"), bytes)?;
    let ours = start_ours(folder.path(), &music)?;
    let nginx = start_nginx(folder.path(), &music)?;
    compare(folder.path(), &ours, &nginx)
}

/// A server under test, ended when it is dropped.
struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked first: a killed nginx leaves its workers behind.
        let asked = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        if asked.is_err() || self.child.wait().is_err() {
            println!("process {} could not be ended", self.child.id());
        }
    }
}

fn start_ours(folder: &Path, music: &Path) -> Result<Server> {
    let location_id = add_row(folder, music)?;
    let address = free_address()?;
    let child = Command::new(env!("CARGO_BIN_EXE_nas-origin"))
        .current_dir(folder)
        .env("NAS_ORIGIN_LISTEN", address.to_string())
        .env("NAS_ORIGIN_DATA_DIR", folder.join("data"))
        .env("NAS_ORIGIN_PRIVATE_ORIGIN__KEYS", format!("[{{id=1,secret=\"{}\"}}]", str::from_utf8(SECRET)?))
        .arg("serve")
        .stderr(Stdio::null())
        .spawn()
        .context("starting nas-origin failed")?;
    let token = TokenKey::new(1, SECRET)?.sign(&Grant {
        format: StreamFormat::AsStored,
        as_attachment: false,
        expires_at: u32::try_from(Timestamp::now().as_second() + 3600)?,
        location_id,
        listener: 0,
        max_kbps: 0,
        start_secs: 0,
    });
    let server = Server { child, url: format!("http://{address}/api/private-origin/stream/{token}") };
    wait_for(address)?;
    Ok(server)
}

fn add_row(folder: &Path, music: &Path) -> Result<u64> {
    let metadata = std::fs::metadata(music.join("song.flac"))?;
    let mtime_ns = metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec();
    let root = music.to_str().context("the folder's name is not UTF-8")?;
    let rows = |tx: &rusqlite::Transaction<'_>| -> Result<i64, LibraryError> {
        tx.execute("INSERT INTO storage_backends VALUES (1, 'local', 'local', ?1, NULL)", params![root])?;
        tx.execute(
            "INSERT INTO tracks (source, source_id, metadata_status, title, added_at)
             VALUES ('local', 'song.flac', 'tagged', 'Song', 0)",
            [],
        )?;
        tx.execute(
            "INSERT INTO track_files (track_id, backend_id, locator, ext, size_bytes, mtime_ns, status, is_primary)
             VALUES (last_insert_rowid(), 1, 'song.flac', 'flac', ?1, ?2, 'active', 1)",
            params![metadata.size().cast_signed(), mtime_ns],
        )?;
        Ok(tx.last_insert_rowid())
    };
    Ok(Library::open(&folder.join("data"))?.write(rows)?.cast_unsigned())
}

fn start_nginx(folder: &Path, music: &Path) -> Result<Server> {
    let address = free_address()?;
    let (folder_name, music_name) = (folder.display(), music.display());
    let config = format!(
        "worker_processes auto; daemon off; pid {folder_name}/nginx.pid; error_log /dev/null;
         events {{ worker_connections 1024; }}
         http {{ access_log off; sendfile on; tcp_nopush off; tcp_nodelay on; keepalive_requests 1000000000;
           client_body_temp_path {folder_name}/b; proxy_temp_path {folder_name}/p; fastcgi_temp_path {folder_name}/f;
           uwsgi_temp_path {folder_name}/u; scgi_temp_path {folder_name}/s;
           server {{ listen {address}; root {music_name};
             location / {{ secure_link $arg_md5,$arg_expires; secure_link_md5 \"$secure_link_expires$uri secret\";
               if ($secure_link = \"\") {{ return 403; }} if ($secure_link = \"0\") {{ return 410; }} }} }} }}"
    );
    let path = folder.join("nginx.conf");
    std::fs::write(&path, config)?;
    let child = Command::new("nginx").arg("-c").arg(&path).stderr(Stdio::null()).spawn()?;
    let server = Server { child, url: format!("http://{address}/song.flac?{}", secure_link("/song.flac")?) };
    wait_for(address)?;
    Ok(server)
}

/// The query that nginx asks for: MD5 over the end, the path and a secret.
fn secure_link(path: &str) -> Result<String> {
    let expires = Timestamp::now().as_second() + 3600;
    let mut openssl = Command::new("openssl")
        .args(["md5", "-binary"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting openssl failed")?;
    write!(openssl.stdin.take().context("no input")?, "{expires}{path} secret")?;
    let digest = openssl.wait_with_output()?.stdout;
    Ok(format!("md5={}&expires={expires}", URL_SAFE_NO_PAD.encode(digest)))
}

/// A port that was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn wait_for(address: SocketAddr) -> Result<()> {
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        if begun.elapsed() > Duration::from_secs(20) {
            bail!("nothing listens on {address}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn compare(folder: &Path, ours: &Server, nginx: &Server) -> Result<()> {
    let ranges = folder.join("ranges.lua");
    let whole = folder.join("whole.lua");
    std::fs::write(&ranges, format!("{RANGES}{REPORT}"))?;
    std::fs::write(&whole, REPORT)?;
    println!("medians of {ROUNDS} rounds of {ROUND_SECS} s, in turn; {STREAMS} connections");
    let rounds = (0..ROUNDS).map(|_| Ok((ask(ours, &ranges)?, ask(nginx, &ranges)?))).collect::<Result<Vec<_>>>()?;
    print(
        "64 KB ranges of a 50 MB file, requests/s",
        rounds.iter().map(|(a, b)| (a.requests_per_sec, b.requests_per_sec)),
        75.0,
    );
    let rounds = (0..ROUNDS).map(|_| Ok((ask(ours, &whole)?, ask(nginx, &whole)?))).collect::<Result<Vec<_>>>()?;
    print("whole 50 MB files, MB/s", rounds.iter().map(|(a, b)| (a.mbytes_per_sec, b.mbytes_per_sec)), 100.0);
    let peak_mib = peak_memory_kib(ours.child.id())? / 1024;
    println!("memory at {STREAMS} streams, highest ever: {peak_mib} MiB (at most 64)");
    Ok(())
}

/// What one round of wrk saw.
struct Figures {
    requests_per_sec: f64,
    mbytes_per_sec: f64,
}

fn ask(server: &Server, script: &Path) -> Result<Figures> {
    let output = Command::new("wrk")
        .args(["-t1", &format!("-c{STREAMS}"), &format!("-d{ROUND_SECS}s"), "-s"])
        .arg(script)
        .arg(&server.url)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("FIGURES ")).with_context(|| text.clone())?;
    let figures = line.split(' ').map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    let [microseconds, requests, bytes, errors] = figures[..] else { bail!("wrk printed {line}") };
    if errors > 0.0 {
        bail!("{errors} requests to {} failed", server.url);
    }
    let secs = microseconds / 1e6;
    Ok(Figures { requests_per_sec: requests / secs, mbytes_per_sec: bytes / secs / 1e6 })
}

fn print(what: &str, rounds: impl Iterator<Item = (f64, f64)>, reach_percent: f64) {
    let (mut ours, mut theirs): (Vec<f64>, Vec<f64>) = rounds.unzip();
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    let percent = ours / theirs * 100.0;
    println!("{what}: ours {ours:.0}, nginx {theirs:.0}, {percent:.0} % (at least {reach_percent:.0} %)");
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn peak_memory_kib(process: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
