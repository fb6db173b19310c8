//! Takes a database's bytes as they come, unpacks them and writes them, never more than was announced (R3).

use std::fs::File;
use std::io::{self, Write};

use sha2::{Digest, Sha256};
use snapshot_format::Sha256Hex;
use snapshot_format::manifest::Encoding;
use zstd::stream::write::Decoder;

/// The largest window that a packed database may ask for: 2^27 bytes, 128 MiB, which is also zstd's own bound.
const MAX_WINDOW_LOG: u32 = 27;

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
    /// The disk is full, or broken.
    #[error("writing the database into the cache folder failed")]
    Disk(#[source] io::Error),
}

/// A database on its way into a file.
pub(super) struct Unpacker {
    sink: Sink,
}

enum Sink {
    Plain(CappedFile),
    Zstd(Decoder<'static, CappedFile>),
}

impl Unpacker {
    /// Begins with an empty file.
    pub(super) fn new(file: File, encoding: Option<Encoding>, size_bytes: u64) -> Result<Self, UnpackError> {
        let file = CappedFile { file, hasher: Sha256::new(), written: 0, size_bytes, failure: None };
        let sink = match encoding {
            None => Sink::Plain(file),
            Some(Encoding::Zstd) => {
                let mut decoder = Decoder::new(file).map_err(UnpackError::Corrupt)?;
                decoder.window_log_max(MAX_WINDOW_LOG).map_err(UnpackError::Corrupt)?;
                Sink::Zstd(decoder)
            }
        };
        Ok(Self { sink })
    }

    /// Takes the next bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), UnpackError> {
        let written = match &mut self.sink {
            Sink::Plain(file) => file.write_all(bytes),
            Sink::Zstd(decoder) => decoder.write_all(bytes),
        };
        written.map_err(|error| self.explain(error))
    }

    /// Ends it on the disk, and gives the digest of what was written.
    pub(super) fn finish(mut self) -> Result<Sha256Hex, UnpackError> {
        if let Sink::Zstd(decoder) = &mut self.sink {
            decoder.flush().map_err(|error| self.explain(error))?;
        }
        let file = match self.sink {
            Sink::Plain(file) => file,
            Sink::Zstd(decoder) => decoder.into_inner(),
        };
        if file.written < file.size_bytes {
            return Err(UnpackError::TooSmall { written: file.written, size_bytes: file.size_bytes });
        }
        file.file.sync_all().map_err(UnpackError::Disk)?;
        Ok(Sha256Hex::from_hasher(file.hasher))
    }

    /// An error of the file beneath is the file's; any other is the decoder's.
    fn explain(&mut self, error: io::Error) -> UnpackError {
        let file = match &mut self.sink {
            Sink::Plain(file) => file,
            Sink::Zstd(decoder) => decoder.get_mut(),
        };
        match file.failure.take() {
            Some(Failure::TooLarge) => UnpackError::TooLarge { size_bytes: file.size_bytes },
            Some(Failure::Disk) => UnpackError::Disk(error),
            None => UnpackError::Corrupt(error),
        }
    }
}

/// A file that counts, hashes and bounds what is written to it, and remembers why it refused.
struct CappedFile {
    file: File,
    hasher: Sha256,
    written: u64,
    size_bytes: u64,
    failure: Option<Failure>,
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
        self.hasher.update(&bytes[..length]);
        self.written += length as u64;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(packed: &[u8], encoding: Option<Encoding>, size_bytes: u64) -> Result<Sha256Hex, UnpackError> {
        let file = tempfile::tempfile().expect("a file");
        let mut unpacker = Unpacker::new(file, encoding, size_bytes)?;
        for part in packed.chunks(7) {
            unpacker.write(part)?;
        }
        unpacker.finish()
    }

    fn zstd(plain: &[u8]) -> Vec<u8> {
        zstd::encode_all(plain, 3).expect("packed")
    }

    #[test]
    fn plain_and_packed_bytes_arrive_whole() {
        let plain: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        let size = plain.len() as u64;
        assert_eq!(unpack(&plain, None, size).expect("plain"), Sha256Hex::of(&plain));
        assert_eq!(unpack(&zstd(&plain), Some(Encoding::Zstd), size).expect("packed"), Sha256Hex::of(&plain));
    }

    #[test]
    fn a_bomb_is_stopped_at_the_announced_size() {
        let bomb = zstd(&vec![0; 50_000_000]);
        assert!(bomb.len() < 10_000);
        assert!(matches!(unpack(&bomb, Some(Encoding::Zstd), 4096), Err(UnpackError::TooLarge { size_bytes: 4096 })));
    }

    #[test]
    fn what_ends_early_or_is_no_zstd_is_refused() {
        let packed = zstd(&vec![7; 100_000]);
        let half = unpack(&packed[..packed.len() / 2], Some(Encoding::Zstd), 100_000);
        assert!(matches!(half, Err(UnpackError::TooSmall { size_bytes: 100_000, .. })), "{half:?}");
        let garbage = unpack(b"not a frame at all", Some(Encoding::Zstd), 100_000);
        assert!(matches!(garbage, Err(UnpackError::Corrupt(_))), "{garbage:?}");
    }

    #[test]
    fn a_full_disk_is_told_apart_from_damage() {
        let full = File::options().write(true).open("/dev/full").expect("the device");
        let mut unpacker = Unpacker::new(full, Some(Encoding::Zstd), 1_000_000).expect("a decoder");
        let packed = zstd(&vec![7; 1_000_000]);
        let error = unpacker.write(&packed).and_then(|()| unpacker.finish().map(drop)).expect_err("no space");
        assert!(matches!(error, UnpackError::Disk(_)), "{error:?}");
    }
}
