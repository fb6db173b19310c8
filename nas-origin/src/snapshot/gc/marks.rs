//! A set of keys, by their marks: snapshots name a million pictures, whose keys would take hundreds of megabytes.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

/// Bytes of a key's digest that stand for it. No two keys have the same: it would take as many as there are stars.
const MARK_BYTES: usize = 16;

#[derive(Clone, Default)]
pub(super) struct Marks(HashSet<[u8; MARK_BYTES]>);

impl Marks {
    pub(super) fn insert(&mut self, key: &str) {
        self.0.insert(mark(key));
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.0.remove(&mark(key));
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.0.contains(&mark(key))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

fn mark(key: &str) -> [u8; MARK_BYTES] {
    let mut mark = [0; MARK_BYTES];
    mark.copy_from_slice(&Sha256::digest(key)[..MARK_BYTES]);
    mark
}
