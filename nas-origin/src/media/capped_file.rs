//! A file as a decoder reads it: without the tag before the sound, and no more of it than its share.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

const ID3_HEADER_BYTES: usize = 10;
const HAS_FOOTER: u8 = 0x10;

/// A file whose reader may read so many bytes, again and again what it has read counted each time.
pub(super) struct CappedFile {
    file: File,
    /// Where the sound's container begins.
    start: u64,
    end: u64,
    left: u64,
}

impl CappedFile {
    pub(super) fn open(mut file: File, max_bytes: u64) -> io::Result<Self> {
        let end = file.metadata()?.len();
        let start = after_id3(&mut file, end)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(Self { file, start, end, left: max_bytes })
    }
}

/// Tags before the sound (`ID3v2`) are jumped over: decoders would keep the pictures in them.
fn after_id3(file: &mut File, end: u64) -> io::Result<u64> {
    let mut start = 0;
    loop {
        let mut header = [0; ID3_HEADER_BYTES];
        file.seek(SeekFrom::Start(start))?;
        if start + ID3_HEADER_BYTES as u64 > end {
            return Ok(start);
        }
        file.read_exact(&mut header)?;
        let [b'I', b'D', b'3', _, _, flags, size @ ..] = header else { return Ok(start) };
        let body = size.iter().fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f));
        let footer = if flags & HAS_FOOTER == 0 { 0 } else { ID3_HEADER_BYTES as u64 };
        start += ID3_HEADER_BYTES as u64 + body + footer;
    }
}

impl Read for CappedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "enough of the file was read"));
        }
        let share = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let length = self.file.read(&mut buffer[..share])?;
        self.left -= length as u64;
        Ok(length)
    }
}

impl Seek for CappedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(place) => SeekFrom::Start(self.start.saturating_add(place)),
            relative => relative,
        };
        let place = self.file.seek(to)?;
        place.checked_sub(self.start).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
    }
}

impl MediaSource for CappedFile {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.end.saturating_sub(self.start))
    }
}

#[cfg(test)]
mod tests {
    use super::super::made_sound::file_of;
    use super::*;

    #[test]
    fn no_more_is_read_than_its_share() {
        let mut capped = CappedFile::open(file_of(&[7; 100]), 60).unwrap();
        let error = io::copy(&mut capped, &mut io::sink()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
