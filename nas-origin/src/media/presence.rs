//! Whether a file that is known has left its music folder.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Whether there is nothing at `path` below a folder that is there and has something in it: an empty one may be the
/// place of a disk that isn't mounted.
pub fn is_gone(root: &Path, path: &str) -> bool {
    let is_mounted = fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some());
    let found = fs::symlink_metadata(root.join(path));
    is_mounted && found.is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_gone_from_a_folder_that_may_not_be_mounted() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("music");
        assert!(!is_gone(&root, "a.mp3"), "no folder");
        fs::create_dir(&root).unwrap();
        assert!(!is_gone(&root, "a.mp3"), "an empty folder");
        fs::write(root.join("b.mp3"), "x").unwrap();
        assert!(is_gone(&root, "a.mp3") && is_gone(&root, "b.mp3/a.mp3") && !is_gone(&root, "b.mp3"));
    }
}
