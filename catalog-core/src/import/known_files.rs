//! The known files of a source while a walk goes by: found by path, and in the end those that it did not pass. A million
//! of them have to fit beside all else, so a path is kept once.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use super::entry::KnownFile;

/// Files by path.
#[derive(Debug)]
pub(super) struct KnownFiles {
    files: Vec<KnownFile>,
    is_seen: Vec<bool>,
    /// Places in `files`.
    by_path: HashTable<u32>,
    hasher: RandomState,
}

impl KnownFiles {
    /// Files of which no two have the same path; what is more than `u32` counts is left out.
    pub(super) fn new(files: Vec<KnownFile>) -> Self {
        let hasher = RandomState::new();
        let mut by_path = HashTable::with_capacity(files.len());
        for (place, file) in (0..u32::MAX).zip(&files) {
            let hash_of = |place: &u32| hasher.hash_one(&*files[*place as usize].path);
            by_path.insert_unique(hasher.hash_one(&*file.path), place, hash_of);
        }
        Self { is_seen: vec![false; files.len()], files, by_path, hasher }
    }

    /// The file at a path, which is there.
    pub(super) fn see(&mut self, path: &str) -> Option<&KnownFile> {
        let is_it = |place: &u32| &*self.files[*place as usize].path == path;
        let place = *self.by_path.find(self.hasher.hash_one(path), is_it)? as usize;
        self.is_seen[place] = true;
        self.files.get(place)
    }

    /// The files that were not seen.
    pub(super) fn into_unseen(self) -> impl Iterator<Item = KnownFile> {
        self.files.into_iter().zip(self.is_seen).filter(|(_, is_seen)| !is_seen).map(|(file, _)| file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::entry::{ContentId, FileStamp, TagsId};
    use crate::model::TrackId;

    fn known(path: &str) -> KnownFile {
        KnownFile {
            track_id: TrackId::default(),
            path: path.into(),
            stamp: FileStamp::default(),
            content: ContentId::default(),
            tags: TagsId::default(),
            is_missing: false,
            is_elsewhere: false,
        }
    }

    #[test]
    fn what_was_not_seen_is_left() {
        let mut files = KnownFiles::new(["a", "b", "c"].map(known).to_vec());
        assert_eq!(files.see("b").map(|file| &*file.path), Some("b"));
        assert!(files.see("d").is_none());
        let left: Vec<_> = files.into_unseen().map(|file| file.path).collect();
        assert_eq!(left, ["a".into(), "c".into()]);
    }
}
