//! Content codings: which one a client takes, and packing.

use std::io::{self, Write};

use axum::http::header::{self, HeaderMap};
use bytes::Bytes;

/// Larger bodies are packed off the async workers.
const INLINE_BYTES: usize = 32 * 1024;
const ZSTD_LEVEL: i32 = 3;
const BROTLI_QUALITY: u32 = 4;
/// log2 of the window in bytes.
const BROTLI_WINDOW: u32 = 20;
const BROTLI_BUFFER_BYTES: usize = 4096;

/// A content coding (RFC 9110 section 8.4.1, RFC 7932, RFC 8878), best first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Encoding {
    Zstd,
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// How many there are.
    pub(super) const COUNT: usize = 4;
    const PACKED: [Self; 3] = [Self::Zstd, Self::Brotli, Self::Gzip];

    /// The coding's registered name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// The coding that the client weighs highest, ours first on a tie; without a wish none.
    pub(super) fn choose(headers: &HeaderMap) -> Self {
        let Some(accepted) = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
            return Self::Identity;
        };
        let weighed = Self::PACKED.into_iter().map(|coding| (coding, weight(accepted, coding.name())));
        let best = weighed.rev().filter(|(_, weight)| *weight > 0).max_by_key(|(_, weight)| *weight);
        best.map_or(Self::Identity, |(coding, _)| coding)
    }

    /// Packs a body; `None` when the encoder fails.
    pub(super) async fn pack(self, bytes: Bytes) -> Option<Bytes> {
        let packed = if bytes.len() <= INLINE_BYTES {
            self.encode(&bytes)
        } else {
            tokio::task::spawn_blocking(move || self.encode(&bytes)).await.map_err(io::Error::other).flatten()
        };
        packed.inspect_err(|error| tracing::warn!(%error, coding = self.name(), "packing an answer failed")).ok()
    }

    fn encode(self, bytes: &[u8]) -> io::Result<Bytes> {
        match self {
            Self::Identity => Ok(Bytes::copy_from_slice(bytes)),
            Self::Zstd => zstd::encode_all(bytes, ZSTD_LEVEL).map(Bytes::from),
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(bytes)?;
                encoder.finish().map(Bytes::from)
            }
            Self::Brotli => {
                let mut packed = Vec::new();
                let mut encoder =
                    brotli::CompressorWriter::new(&mut packed, BROTLI_BUFFER_BYTES, BROTLI_QUALITY, BROTLI_WINDOW);
                encoder.write_all(bytes)?;
                drop(encoder);
                Ok(packed.into())
            }
        }
    }
}

/// The weight of a coding in thousandths; 0 when it is not accepted.
fn weight(accepted: &str, name: &str) -> u32 {
    let entries = || accepted.split(',').map(|entry| entry.split_once(';').unwrap_or((entry, "")));
    let named = |wanted: &str| entries().find(|(coding, _)| coding.trim().eq_ignore_ascii_case(wanted));
    named(name).or_else(|| named("*")).map_or(0, |(_, parameters)| thousandths(parameters))
}

fn thousandths(parameters: &str) -> u32 {
    let quality = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
    let Some(quality) = quality else { return 1000 };
    let quality: f32 = quality.trim().parse().unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
    let thousandths = (quality.clamp(0.0, 1.0) * 1000.0) as u32;
    thousandths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accepted: &str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accepted.parse().expect("a value"));
        Encoding::choose(&headers)
    }

    #[test]
    fn the_client_chooses() {
        assert_eq!(chosen("gzip, deflate, br, zstd"), Encoding::Zstd);
        assert_eq!(chosen("gzip, deflate, br"), Encoding::Brotli);
        assert_eq!(chosen("gzip;q=1.0, br;q=0.5"), Encoding::Gzip);
        assert_eq!(chosen("zstd;q=0, *"), Encoding::Brotli);
        assert_eq!(chosen("GZIP"), Encoding::Gzip);
        for none in ["", "identity", "*;q=0", "gzip;q=x", "deflate"] {
            assert_eq!(chosen(none), Encoding::Identity, "{none:?}");
        }
        assert_eq!(Encoding::choose(&HeaderMap::new()), Encoding::Identity);
    }

    #[tokio::test]
    async fn every_coding_is_undone_by_its_decoder() {
        use std::io::Read;
        let plain = Bytes::from("周杰伦 and friends ".repeat(5000));
        for coding in Encoding::PACKED {
            let packed = coding.pack(plain.clone()).await.expect("packed");
            assert!(packed.len() < plain.len() / 10, "{coding:?}");
            let mut unpacked = Vec::new();
            match coding {
                Encoding::Zstd => unpacked = zstd::decode_all(&packed[..]).expect("zstd"),
                Encoding::Brotli => {
                    brotli::Decompressor::new(&packed[..], 4096).read_to_end(&mut unpacked).map(|_| ()).expect("br");
                }
                Encoding::Gzip => {
                    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).map(|_| ()).expect("gzip");
                }
                Encoding::Identity => unreachable!(),
            }
            assert_eq!(unpacked, plain);
        }
    }
}
