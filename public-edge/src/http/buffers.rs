//! Memory for large answers, used again: fresh memory comes in pages that the system clears one by one, which for a list
//! of 500 albums takes as long as printing it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Smaller answers are left to the allocator, which has room for them at hand.
const LARGE_BYTES: usize = 64 * 1024;
/// Larger ones are rare, and given back to the system.
const LARGEST_BYTES: usize = 512 * 1024;
/// Buffers that are kept, for as many answers on their way.
const KEPT: usize = 32;

static FREE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// An empty buffer with room for so many bytes.
pub(super) fn take(bytes: usize) -> Vec<u8> {
    let kept = if bytes < LARGE_BYTES { None } else { free().pop() };
    let mut buffer = kept.unwrap_or_default();
    buffer.reserve(bytes);
    buffer
}

/// A body whose memory is used again when it was sent.
pub(super) fn lend(body: Vec<u8>) -> Bytes {
    if (LARGE_BYTES..=LARGEST_BYTES).contains(&body.capacity()) {
        Bytes::from_owner(Lent(body))
    } else {
        Bytes::from(body)
    }
}

struct Lent(Vec<u8>);

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut buffer = std::mem::take(&mut self.0);
        buffer.clear();
        let mut free = free();
        if free.len() < KEPT {
            free.push(buffer);
        }
    }
}

fn free() -> MutexGuard<'static, Vec<Vec<u8>>> {
    // A list of empty buffers cannot be left half done.
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lent_body_is_whole_and_its_memory_comes_back_empty() {
        let mut body = take(2 * LARGE_BYTES);
        body.extend_from_slice(b"an answer");
        let sent = lend(body);
        let copy = sent.clone();
        drop(sent);
        assert_eq!(&copy[..], b"an answer");
        drop(copy);
        let again = take(LARGE_BYTES);
        assert!(again.is_empty() && again.capacity() >= LARGE_BYTES);
        assert_eq!(&lend(b"small".to_vec())[..], b"small");
    }
}
