//! Samples of formats that no decoder here reads, from `ffmpeg` where that is installed: Monkey's Audio, `WavPack`, TTA and
//! TAK.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::thread;

use super::wave::Wave;

/// File name extensions, and its own names of the formats: left to guess, it would follow what claims to be a playlist to
/// other files.
const FORMATS: &[(&str, &str)] = &[("ape", "ape"), ("tak", "tak"), ("tta", "tta"), ("wv", "wv")];
/// Seconds of computing that it may take for one answer: those of the longest disc in the slowest format.
const TIME_LIMIT_SECS: &str = "600";
const SAMPLE_BYTES: usize = 4;
const READ_BYTES: usize = 64 * 1024;

static IS_INSTALLED: LazyLock<bool> = LazyLock::new(|| {
    let mut version = Command::new("ffmpeg");
    version.arg("-version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
});

/// Its name of the format of files with this extension; `None` for those that it is not asked for.
pub(super) fn format_of(ext: &str) -> Option<&'static str> {
    FORMATS.iter().find(|(known, _)| *known == ext).map(|(_, format)| *format)
}

/// Whether it was there when this was asked first.
pub(super) fn is_installed() -> bool {
    *IS_INSTALLED
}

/// A file that it decodes. Dropping this ends it.
pub(super) struct Piped {
    /// There until this is dropped.
    child: Option<Child>,
    output: ChildStdout,
    /// Bytes of samples of which the rest has not come yet.
    begun: Vec<u8>,
    frame_bytes: usize,
}

impl Piped {
    /// Has a file decoded from this sample on.
    pub(super) fn open(file: File, format: &str, wave: Wave, first: u64) -> io::Result<Self> {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-nostdin", "-timelimit", TIME_LIMIT_SECS, "-protocol_whitelist", "file"]);
        // Whatever lies at the file's path by now, this is the one that was opened.
        command.args(["-f", format, "-ss", &seconds(first, wave.rate_hz), "-i", "/dev/fd/0", "-map", "0:a:0"]);
        command.args(["-f", "s32le", "-ar", &wave.rate_hz.to_string(), "-ac", &wave.channels.to_string(), "-"]);
        command.stdin(file).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => io::Error::new(ErrorKind::Unsupported, "ffmpeg is not installed any more"),
            _ => error,
        })?;
        let output = child.stdout.take().ok_or(ErrorKind::BrokenPipe)?;
        Ok(Self {
            child: Some(child),
            output,
            begun: Vec::new(),
            frame_bytes: SAMPLE_BYTES * usize::from(wave.channels),
        })
    }

    /// Reads on; how many samples of each channel came, none at the end.
    pub(super) fn read(&mut self, samples: &mut Vec<i32>) -> io::Result<u64> {
        samples.clear();
        while self.begun.len() < self.frame_bytes {
            let begun = self.begun.len();
            self.begun.resize(begun + READ_BYTES, 0);
            let read = self.output.read(&mut self.begun[begun..]);
            self.begun.truncate(begun + read.as_ref().copied().unwrap_or_default());
            if read? == 0 {
                return Ok(0);
            }
        }
        let whole = self.begun.len() - self.begun.len() % self.frame_bytes;
        let (of_four, _) = self.begun[..whole].as_chunks::<SAMPLE_BYTES>();
        samples.extend(of_four.iter().map(|bytes| i32::from_le_bytes(*bytes)));
        self.begun.drain(..whole);
        Ok((whole / self.frame_bytes) as u64)
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if let Err(error) = child.kill() {
            tracing::debug!(%error, "ffmpeg was not ended");
        }
        // It ends when the disk lets it go, and who drops this may be serving others.
        thread::spawn(move || child.wait());
    }
}

/// The place of a sample in time, in microseconds: fine enough to tell any two samples apart.
fn seconds(sample: u64, rate_hz: u32) -> String {
    let rate = u64::from(rate_hz).max(1);
    let micros = (sample.saturating_mul(1_000_000) + rate / 2) / rate;
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_to_the_microsecond() {
        assert_eq!(seconds(0, 44_100), "0.000000");
        assert_eq!(seconds(66_150, 44_100), "1.500000");
        assert_eq!(seconds(44_101, 44_100), "1.000023");
        assert_eq!(seconds(192_000 * 4_000 - 1, 192_000), "3999.999995");
    }
}
