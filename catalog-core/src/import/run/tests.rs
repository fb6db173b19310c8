//! Imports of a folder in memory into a library in memory.

use super::*;
use crate::testing::{FakeContent, FakeFolder, FakeLibrary, LibraryUnderTest};

struct Unwatched;

impl ImportProgress for Unwatched {
    fn planned(&self, _files: u64) {}

    fn done(&self, _files: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}

fn imported(folder: &FakeFolder, library: &mut FakeLibrary) -> ImportReport {
    import(folder, library.store("music").as_mut(), &Unwatched, ImportOptions::default()).unwrap()
}

fn tune(title: &str) -> FakeContent {
    FakeContent::Tune(title.to_owned())
}

#[test]
fn a_file_that_was_refused_is_read_when_it_opens_although_it_is_the_same() {
    let (mut folder, mut library) = (FakeFolder::default(), FakeLibrary::default());
    folder.put("locked.mp3", FakeContent::Locked("One".to_owned()), 1);
    folder.put("damaged.mp3", FakeContent::Damaged, 1);
    assert_eq!(imported(&folder, &mut library).failures.len(), 2);
    folder.put("locked.mp3", tune("One"), 1);
    let report = imported(&folder, &mut library);
    assert_eq!((report.added, report.failures.len()), (1, 1));
    assert_eq!(report.failures[0].path, "damaged.mp3");
    assert_eq!(imported(&folder, &mut library).unchanged, 1);
}
