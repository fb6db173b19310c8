//! Takes a database's bytes as they come, unpacks them and writes them, never more than was announced (R3).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, Write};

use snapshot_format::Sha256Hex;
use snapshot_format::manifest::Encoding;
use snapshot_format::patch::{self, PatchError};
use zstd::stream::read::Decoder;

use super::digest::Digesting;
use crate::background;

/// The largest window that a packed database may ask for: 2^27 bytes, 128 MiB, which is also zstd's own bound.
const MAX_WINDOW_LOG: u32 = 27;
/// What is written at a time, in bytes.
const PIECE_BYTES: usize = 256 * 1024;

/// Why bytes don't become a database.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// More than the manifest says; a bomb perhaps.
    #[error("the database unpacks to more than the {size_bytes} bytes of the manifest")]
    TooLarge {
        /// The manifest's size.
        size_bytes: u64,
    },
    /// Less than the manifest says.
    #[error("the database unpacks to {written} of the {size_bytes} bytes of the manifest")]
    TooSmall {
        /// What came out.
        written: u64,
        /// The manifest's size.
        size_bytes: u64,
    },
    /// Not zstd's bytes.
    #[error("the database can't be unpacked")]
    Corrupt(#[source] io::Error),
    /// Not a patch of the database that is there, or a damaged one.
    #[error("the patch doesn't fit")]
    Misfit(#[source] PatchError),
    /// The disk is full, or broken.
    #[error("writing the database into the cache folder failed")]
    Disk(#[source] io::Error),
    /// No thread, or one that panicked.
    #[error("the thread that unpacks the database did not end its work")]
    Thread(#[source] io::Error),
}

/// Takes a database's bytes, packed or plain, and writes it into `file` from the beginning, to the disk. Gives the digest
/// of what was written.
pub(super) fn unpack(
    arriving: impl BufRead,
    encoding: Option<Encoding>,
    file: File,
    size_bytes: u64,
) -> Result<Sha256Hex, UnpackError> {
    let mut file = CappedFile::new(file, size_bytes)?;
    let unpacked = match encoding {
        None => copy(arriving, &mut file),
        Some(Encoding::Zstd) => {
            let mut decoder = Decoder::with_buffer(arriving).map_err(UnpackError::Corrupt)?;
            decoder.window_log_max(MAX_WINDOW_LOG).map_err(UnpackError::Corrupt)?;
            copy(BufReader::with_capacity(PIECE_BYTES, decoder), &mut file)
        }
    };
    match unpacked {
        // What breaks off is too small, which the file tells.
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(file.explain(error, UnpackError::Corrupt)),
        _ => file.finish(),
    }
}

fn copy(mut from: impl BufRead, to: &mut impl Write) -> io::Result<()> {
    loop {
        let piece = from.fill_buf()?;
        let length = piece.len();
        if length == 0 {
            return Ok(());
        }
        to.write_all(piece)?;
        from.consume(length);
    }
}

/// Takes a patch's bytes and writes the database that it makes of `base` into `file`, as [`unpack`] does.
pub(super) fn apply_patch(
    mut arriving: impl BufRead,
    mut base: File,
    file: File,
    size_bytes: u64,
) -> Result<Sha256Hex, UnpackError> {
    let base_bytes = base.metadata().map_err(UnpackError::Disk)?.len();
    let mut file = CappedFile::new(file, size_bytes)?;
    match patch::apply((&mut base, base_bytes), &mut arriving, &mut file) {
        Ok(()) => file.finish(),
        Err(PatchError::Apply(error)) => {
            Err(file.explain(error, |error| UnpackError::Misfit(PatchError::Apply(error))))
        }
        Err(misfit) => Err(UnpackError::Misfit(misfit)),
    }
}

/// A file that counts and bounds what is written to it, has its digest taken, and remembers why it refused.
struct CappedFile {
    file: File,
    digest: Digesting,
    written: u64,
    size_bytes: u64,
    failure: Option<Failure>,
}

impl CappedFile {
    /// Begins at the beginning, whatever an earlier try left.
    fn new(mut file: File, size_bytes: u64) -> Result<Self, UnpackError> {
        file.rewind().and_then(|()| truncate(&file)).map_err(UnpackError::Disk)?;
        let digest = file.try_clone().and_then(Digesting::begin).map_err(UnpackError::Disk)?;
        Ok(Self { file, digest, written: 0, size_bytes, failure: None })
    }

    /// Ends it on the disk, and gives the digest of what was written.
    fn finish(self) -> Result<Sha256Hex, UnpackError> {
        if self.written < self.size_bytes {
            return Err(UnpackError::TooSmall { written: self.written, size_bytes: self.size_bytes });
        }
        self.file.sync_all().map_err(UnpackError::Disk)?;
        self.digest.finish(self.written).map_err(UnpackError::Disk)
    }

    /// An error of the file is the file's; any other is that of what was written to it.
    fn explain(&self, error: io::Error, other: impl FnOnce(io::Error) -> UnpackError) -> UnpackError {
        match self.failure {
            Some(Failure::TooLarge) => UnpackError::TooLarge { size_bytes: self.size_bytes },
            Some(Failure::Disk) => UnpackError::Disk(error),
            None => other(error),
        }
    }
}

/// A device has no length.
fn truncate(file: &File) -> io::Result<()> {
    if file.metadata()?.is_file() { file.set_len(0) } else { Ok(()) }
}

enum Failure {
    TooLarge,
    Disk,
}

impl Write for CappedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.size_bytes - self.written {
            self.failure = Some(Failure::TooLarge);
            return Err(io::Error::other("more bytes than announced"));
        }
        let length = self.file.write(bytes).inspect_err(|_| self.failure = Some(Failure::Disk))?;
        self.written += length as u64;
        self.digest.go_on(self.written);
        background::give_way();
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(packed: &[u8], encoding: Option<Encoding>, size_bytes: u64) -> Result<Sha256Hex, UnpackError> {
        unpack(packed, encoding, tempfile::tempfile().expect("a file"), size_bytes)
    }

    fn zstd(plain: &[u8]) -> Vec<u8> {
        zstd::encode_all(plain, 3).expect("packed")
    }

    #[test]
    fn plain_and_packed_bytes_arrive_whole() {
        let plain: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        let size = plain.len() as u64;
        assert_eq!(unpacked(&plain, None, size).expect("plain"), Sha256Hex::of(&plain));
        assert_eq!(unpacked(&zstd(&plain), Some(Encoding::Zstd), size).expect("packed"), Sha256Hex::of(&plain));
    }

    #[test]
    fn a_file_that_was_begun_begins_anew() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&[9; 500]).expect("written");
        unpack(&[7; 100][..], None, file.try_clone().expect("the file"), 100).expect("unpacked");
        assert_eq!(file.metadata().expect("the file").len(), 100);
    }

    #[test]
    fn a_bomb_is_stopped_at_the_announced_size() {
        let bomb = zstd(&vec![0; 50_000_000]);
        assert!(bomb.len() < 10_000);
        assert!(matches!(unpacked(&bomb, Some(Encoding::Zstd), 4096), Err(UnpackError::TooLarge { size_bytes: 4096 })));
    }

    #[test]
    fn what_ends_early_or_is_no_zstd_is_refused() {
        let packed = zstd(&vec![7; 100_000]);
        let half = unpacked(&packed[..packed.len() / 2], Some(Encoding::Zstd), 100_000);
        assert!(matches!(half, Err(UnpackError::TooSmall { size_bytes: 100_000, .. })), "{half:?}");
        let garbage = unpacked(b"not a frame at all", Some(Encoding::Zstd), 100_000);
        assert!(matches!(garbage, Err(UnpackError::Corrupt(_))), "{garbage:?}");
    }

    #[test]
    fn a_full_disk_is_told_apart_from_damage() {
        let full = File::options().write(true).open("/dev/full").expect("the device");
        let packed = zstd(&vec![7; 1_000_000]);
        let error = unpack(&*packed, Some(Encoding::Zstd), full, 1_000_000).expect_err("no space");
        assert!(matches!(error, UnpackError::Disk(_)), "{error:?}");
    }
}
