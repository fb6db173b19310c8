//! The form in which a part of a file is sent: a WAV file of plain samples. Its size follows from its length, so that a range
//! of it can be made without what lies before.

use catalog_core::import::AudioProperties;

/// What every sample of two bytes at most and of two channels at most is written behind.
const PLAIN_HEADER_BYTES: u64 = 44;
/// More bits and more channels want the longer form (Microsoft, "Multiple Channel Audio Data and WAVE Files").
const LONG_HEADER_BYTES: u64 = 68;
const PCM: u16 = 1;
const EXTENSIBLE: u16 = 0xfffe;
/// `KSDATAFORMAT_SUBTYPE_PCM` behind its first two bytes, which are [`PCM`].
const SUBTYPE_REST: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/// The samples of a WAV file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wave {
    /// Samples a second.
    pub rate_hz: u32,
    /// Channels.
    pub channels: u16,
    /// 2 or 3.
    pub sample_bytes: u16,
}

impl Wave {
    /// The form for what a decoder gives of such a stream. What has no bits a sample, as MP3, has 16.
    pub fn of(stream: &AudioProperties) -> Self {
        Self {
            rate_hz: stream.sample_rate_hz.unwrap_or_default(),
            channels: stream.channels.and_then(|channels| u16::try_from(channels).ok()).unwrap_or_default(),
            sample_bytes: if stream.bit_depth.unwrap_or_default() > 16 { 3 } else { 2 },
        }
    }

    /// What one sample of all channels takes.
    pub fn frame_bytes(self) -> u64 {
        u64::from(self.channels) * u64::from(self.sample_bytes)
    }

    /// What stands before the samples.
    pub fn header_bytes(self) -> u64 {
        if self.is_plain() { PLAIN_HEADER_BYTES } else { LONG_HEADER_BYTES }
    }

    /// The size of a file of so many samples.
    pub fn file_bytes(self, samples: u64) -> u64 {
        self.header_bytes() + samples * self.frame_bytes()
    }

    /// Rounded.
    pub fn bit_rate_kbps(self) -> u32 {
        u32::try_from((self.byte_rate() * 8 + 500) / 1000).unwrap_or(u32::MAX)
    }

    /// What stands before so many samples. Sizes that the form has no room for are the largest.
    pub fn header(self, samples: u64) -> Vec<u8> {
        let four = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
        let two = |value: u64| u16::try_from(value).unwrap_or(u16::MAX).to_le_bytes();
        let data = samples * self.frame_bytes();
        let bits = self.sample_bytes * 8;
        let mut header = [&b"RIFF"[..], &four(self.header_bytes() - 8 + data), b"WAVEfmt "].concat();
        header.extend(four(if self.is_plain() { 16 } else { 40 }));
        header.extend(if self.is_plain() { PCM } else { EXTENSIBLE }.to_le_bytes());
        header.extend(self.channels.to_le_bytes());
        header.extend(self.rate_hz.to_le_bytes());
        header.extend(four(self.byte_rate()));
        header.extend(two(self.frame_bytes()));
        header.extend(bits.to_le_bytes());
        if !self.is_plain() {
            header.extend(22_u16.to_le_bytes());
            header.extend(bits.to_le_bytes());
            // No place in the room is told for any channel: none is known.
            header.extend([0; 4]);
            header.extend(PCM.to_le_bytes());
            header.extend(SUBTYPE_REST);
        }
        header.extend(b"data");
        header.extend(four(data));
        header
    }

    fn is_plain(self) -> bool {
        self.sample_bytes <= 2 && self.channels <= 2
    }

    fn byte_rate(self) -> u64 {
        u64::from(self.rate_hz) * self.frame_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_from_the_length() {
        let disc = Wave { rate_hz: 44_100, channels: 2, sample_bytes: 2 };
        assert_eq!((disc.file_bytes(44_100), disc.header(1).len(), disc.bit_rate_kbps()), (176_444, 44, 1411));
        let studio = Wave { rate_hz: 96_000, channels: 6, sample_bytes: 3 };
        assert_eq!((studio.file_bytes(1), studio.header(1).len(), studio.bit_rate_kbps()), (86, 68, 13_824));
    }

    #[test]
    fn a_file_beyond_what_the_form_can_say_says_the_most() {
        let studio = Wave { rate_hz: 192_000, channels: 2, sample_bytes: 3 };
        let header = studio.header(1 << 40);
        assert_eq!((&header[4..8], &header[64..]), (&[0xff; 4][..], &[0xff; 4][..]));
    }
}
