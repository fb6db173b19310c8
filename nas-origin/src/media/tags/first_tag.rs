//! A file with several tags of one kind, as programs leave it that put a new tag before the old one: the first counts, as
//! for other readers. The tag reader would lay the later ones over it, so it sees them as padding.

use std::io::{self, Read, Seek, SeekFrom};

/// A file has fewer chunks, blocks and tags than this before its sound, or isn't looked through to its end.
const MAX_PARTS: usize = 1024;
/// `ID3v2` (2.4, § 3.1): the size is in bytes 6 to 9, seven bits each.
const ID3_HEADER_BYTES: u64 = 10;
const ID3_HAS_FOOTER: u8 = 0x10;
/// FLAC's kinds of metadata blocks (RFC 9639, section 8.1).
const FLAC_PADDING: u8 = 1;
const FLAC_COMMENTS: u8 = 4;
const FLAC_LAST_BLOCK: u8 = 0x80;

/// A file that shows its first tag alone.
pub(super) struct FirstTagReader<R> {
    inner: R,
    position: u64,
    patches: Vec<Patch>,
}

/// Bytes that are seen at a place instead of those that are there.
struct Patch {
    at: u64,
    bytes: Vec<u8>,
}

impl<R: Read + Seek> FirstTagReader<R> {
    /// Looks where tags are, and goes back to the start.
    pub(super) fn new(mut inner: R) -> io::Result<Self> {
        let patches = find_later_tags(&mut inner).unwrap_or_default();
        inner.seek(SeekFrom::Start(0))?;
        Ok(Self { inner, position: 0, patches })
    }
}

impl<R: Read> Read for FirstTagReader<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(target)?;
        for patch in &self.patches {
            for (at, byte) in (patch.at..).zip(&patch.bytes) {
                let place = at.checked_sub(self.position).and_then(|place| usize::try_from(place).ok());
                if let Some(seen) = place.and_then(|place| target[..length].get_mut(place)) {
                    *seen = *byte;
                }
            }
        }
        self.position += length as u64;
        Ok(length)
    }
}

impl<R: Seek> Seek for FirstTagReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.inner.seek(to)?;
        Ok(self.position)
    }
}

/// `None` where the file is odd: the tag reader will say how.
fn find_later_tags(file: &mut (impl Read + Seek)) -> Option<Vec<Patch>> {
    let head: [u8; 12] = read_at(file, 0)?;
    match (&head[..4], &head[8..]) {
        ([b'I', b'D', b'3', _], _) => find_id3v2(file, &head),
        (b"fLaC", _) => find_comments(file),
        (b"RIFF", b"WAVE") => Some(find_chunks(file, u32::from_le_bytes)),
        (b"FORM", b"AIFF" | b"AIFC") => Some(find_chunks(file, u32::from_be_bytes)),
        _ => None,
    }
}

/// Tags that follow the first become its padding.
fn find_id3v2(file: &mut (impl Read + Seek), head: &[u8; 12]) -> Option<Vec<Patch>> {
    let first = id3v2_size(&head[..10]).filter(|_| head[5] & ID3_HAS_FOOTER == 0)?;
    let (mut patches, mut end) = (Vec::new(), ID3_HEADER_BYTES + u64::from(first));
    while let Some(next) = read_at::<10>(file, end).filter(|_| patches.len() < MAX_PARTS)
        && let Some(more) = id3v2_size(&next)
    {
        patches.push(Patch { at: end, bytes: vec![0; next.len()] });
        end += ID3_HEADER_BYTES + u64::from(more);
    }
    let size = u32::try_from(end - ID3_HEADER_BYTES).ok().filter(|size| *size < 1 << 28 && !patches.is_empty())?;
    let bytes = [21, 14, 7, 0].map(|shift| (size >> shift).to_le_bytes()[0] & 0x7f);
    patches.push(Patch { at: 6, bytes: bytes.to_vec() });
    Some(patches)
}

/// What a tag's header says of the size behind it, in bytes.
fn id3v2_size(header: &[u8]) -> Option<u32> {
    let (magic, size) = (header.get(..3)?, header.get(6..10)?);
    let is_one = magic == b"ID3" && size.iter().all(|byte| *byte < 0x80);
    is_one.then(|| size.iter().fold(0, |sum, byte| sum << 7 | u32::from(*byte)))
}

fn find_comments(file: &mut (impl Read + Seek)) -> Option<Vec<Patch>> {
    let (mut patches, mut at, mut is_later) = (Vec::new(), 4, false);
    for _ in 0..MAX_PARTS {
        let [kind, size @ ..]: [u8; 4] = read_at(file, at)?;
        let is_last = kind & FLAC_LAST_BLOCK;
        if kind ^ is_last == FLAC_COMMENTS {
            if is_later {
                patches.push(Patch { at, bytes: vec![is_last | FLAC_PADDING] });
            }
            is_later = true;
        }
        if is_last != 0 {
            break;
        }
        at += 4 + u64::from(u32::from_be_bytes([0, size[0], size[1], size[2]]));
    }
    Some(patches)
}

fn find_chunks(file: &mut (impl Read + Seek), number: fn([u8; 4]) -> u32) -> Vec<Patch> {
    let (mut patches, mut at, mut is_later) = (Vec::new(), 12, false);
    for _ in 0..MAX_PARTS {
        let Some([id @ .., a, b, c, d]) = read_at::<8>(file, at) else { break };
        if id.eq_ignore_ascii_case(b"ID3 ") {
            if is_later {
                patches.push(Patch { at, bytes: b"JUNK".to_vec() });
            }
            is_later = true;
        }
        // Chunks begin at even places.
        at += 8 + u64::from(number([a, b, c, d])).next_multiple_of(2);
    }
    patches
}

fn read_at<const LENGTH: usize>(file: &mut (impl Read + Seek), at: u64) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    file.seek(SeekFrom::Start(at)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// What is read of a file, in pieces of a few bytes.
    fn seen(file: &[u8]) -> Vec<u8> {
        let mut reader = FirstTagReader::new(Cursor::new(file)).unwrap();
        let (mut seen, mut piece) = (Vec::new(), [0; 3]);
        while let length @ 1.. = reader.read(&mut piece).unwrap() {
            seen.extend(&piece[..length]);
        }
        seen
    }

    #[test]
    fn a_second_id3v2_tag_is_padding_of_the_first() {
        let first = b"ID3\x03\0\0\0\0\0\x05first".as_slice();
        let second = b"ID3\x04\0\0\0\0\x01\x00".as_slice();
        let file = [first, second, &[b'x'; 128], b"sound"].concat();
        let padded = [b"ID3\x03\0\0\0\0\x01\x0f".as_slice(), b"first", &[0; 10], &[b'x'; 128], b"sound"].concat();
        assert_eq!(seen(&file), padded);
        for alone in [first, second, &[first, b"sound and so on"].concat(), b"ID3", b""] {
            assert_eq!(seen(alone), alone);
        }
    }

    #[test]
    fn later_comments_of_a_flac_file_are_padding() {
        let file = b"fLaC\x04\0\0\x01a\x01\0\0\0\x04\0\0\x02bc\x84\0\0\0sound";
        assert_eq!(seen(file), b"fLaC\x04\0\0\x01a\x01\0\0\0\x01\0\0\x02bc\x81\0\0\0sound");
    }

    #[test]
    fn later_tags_of_wav_and_aiff_are_junk() {
        let file = b"RIFF\0\0\0\0WAVEid3 \x01\0\0\0a\0id3 \x02\0\0\0bcdata\0\0\0\0ID3 \0\0\0\0";
        assert_eq!(seen(file), b"RIFF\0\0\0\0WAVEid3 \x01\0\0\0a\0JUNK\x02\0\0\0bcdata\0\0\0\0JUNK\0\0\0\0");
        let file = b"FORM\0\0\0\0AIFFID3 \0\0\0\x01a\0ID3 \0\0\0\0ID3 \xff\xff\xff\xff";
        assert_eq!(seen(file), b"FORM\0\0\0\0AIFFID3 \0\0\0\x01a\0JUNK\0\0\0\0JUNK\xff\xff\xff\xff");
    }
}
