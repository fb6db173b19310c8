//! The bytes of small music files, header by header; the sound is a pattern that the seed tells.

/// What a file is tagged with.
pub(crate) struct Song {
    pub(crate) title: String,
    pub(crate) artist: String,
    pub(crate) album: String,
    /// From 1.
    pub(crate) number: u32,
    pub(crate) genre: String,
    pub(crate) year: u32,
    /// Makes the content unlike that of other files.
    pub(crate) seed: u32,
}

/// Bytes of an MPEG 1 layer III frame of 32 kbit/s at 44.1 kHz.
const FRAME_BYTES: usize = 104;
const FRAMES: usize = 6;

/// An ID3v2.4 tag and some frames.
pub(crate) fn mp3(song: &Song) -> Vec<u8> {
    let frames: Vec<u8> = [
        (b"TIT2", song.title.clone()),
        (b"TPE1", song.artist.clone()),
        (b"TALB", song.album.clone()),
        (b"TRCK", format!("{}/10", song.number)),
        (b"TCON", song.genre.clone()),
        (b"TDRC", song.year.to_string()),
    ]
    .into_iter()
    .flat_map(|(id, text)| id3_frame(*id, &text))
    .collect();
    let mut file = b"ID3\x04\0\0".to_vec();
    file.extend(syncsafe(frames.len()));
    file.extend(frames);
    for frame in 0..FRAMES {
        file.extend([0xff, 0xfb, 0x10, 0xc4]);
        file.extend(sound(song.seed, frame).take(FRAME_BYTES - 4));
    }
    file
}

fn id3_frame(id: [u8; 4], text: &str) -> Vec<u8> {
    let mut frame = id.to_vec();
    frame.extend(syncsafe(text.len() + 1));
    frame.extend([0, 0, 3]);
    frame.extend(text.bytes());
    frame
}

/// Four times seven bits.
fn syncsafe(number: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (number >> shift & 0x7f).to_le_bytes()[0])
}

/// A header, a comment block, and bytes in the place of frames.
pub(crate) fn flac(song: &Song) -> Vec<u8> {
    let mut file = b"fLaC\0\0\0\x22".to_vec();
    // Blocks of 4096 samples, unknown frame sizes; 44.1 kHz, 2 channels, 16 bits, 10 s.
    file.extend([0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0]);
    let samples = 441_000_u64;
    file.extend((44_100_u64 << 44 | 1 << 41 | 15 << 36 | samples).to_be_bytes());
    file.extend([0; 16]);
    let comments = [
        format!("TITLE={}", song.title),
        format!("ARTIST={}", song.artist),
        format!("ALBUM={}", song.album),
        format!("TRACKNUMBER={}", song.number),
        format!("GENRE={}", song.genre),
        format!("DATE={}", song.year),
    ];
    let mut block = prefixed("example");
    block.extend(length(comments.len()));
    block.extend(comments.iter().flat_map(|comment| prefixed(comment)));
    file.push(0x84);
    // Its length in three bytes, the highest first.
    file.extend(length(block.len())[..3].iter().rev());
    file.extend(block);
    file.extend([0xff, 0xf8]);
    file.extend(sound(song.seed, 0).take(500));
    file
}

fn prefixed(text: &str) -> Vec<u8> {
    length(text.len()).into_iter().chain(text.bytes()).collect()
}

fn length(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// Bytes without the pattern that begins an MPEG frame.
fn sound(seed: u32, part: usize) -> impl Iterator<Item = u8> {
    let mut state = u64::from(seed) << 8 | part as u64 | 1 << 40;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 57).to_le_bytes()[0]
    })
}
