//! A hash of values that is the same in every process of this program's version.

use std::hash::Hasher;

use catalog_core::import::TagsId;

use super::content;

/// Feeds what is hashed into BLAKE3. A newer program may give another value: then what is the same is once taken for
/// changed.
#[derive(Default)]
pub struct Fingerprint(blake3::Hasher);

impl Fingerprint {
    /// What identifies a track's record.
    pub fn tags_id(&self) -> TagsId {
        TagsId(content::first_half(&self.0.finalize()))
    }
}

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.finalize().as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
