use std::collections::HashSet;
use std::sync::Barrier;
use std::{fs, thread};

use super::*;

fn opened() -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    (folder, library)
}

#[test]
fn ids_of_the_catalog_are_made_once() {
    let (folder, library) = opened();
    let first: (String, String) = library
        .read(|read| Ok::<_, LibraryError>((settings::publisher_id(read)?, settings::change_mark(read)?)))
        .unwrap();
    drop(library);
    let again = Library::open(folder.path()).unwrap();
    let second: (String, String) = again
        .read(|read| Ok::<_, LibraryError>((settings::publisher_id(read)?, settings::change_mark(read)?)))
        .unwrap();
    assert_eq!((first.0.len(), first.1.len()), (32, 32));
    assert_eq!(first, second);
}

#[test]
fn a_new_catalog_is_made_once_however_many_open_it() {
    const PROCESSES: usize = 8;
    let folder = tempfile::tempdir().unwrap();
    let together = Barrier::new(PROCESSES);
    let open = || {
        together.wait();
        let library = Library::open(folder.path()).unwrap();
        library.read(settings::publisher_id).unwrap()
    };
    let seen: HashSet<String> = thread::scope(|scope| {
        let opening: Vec<_> = (0..PROCESSES).map(|_| scope.spawn(open)).collect();
        opening.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(seen.len(), 1, "they made catalogs of their own");
}

#[test]
fn the_change_mark_moves_with_its_transaction() {
    let (_folder, library) = opened();
    let mark = || library.read(settings::change_mark).unwrap();
    let before = mark();
    let refused: Result<(), LibraryError> = library.write(|tx| {
        settings::bump_change_mark(tx)?;
        Err(rusqlite::Error::QueryReturnedNoRows.into())
    });
    assert!(refused.is_err());
    assert_eq!(mark(), before);
    library.write(|tx| settings::bump_change_mark(tx)).unwrap();
    assert_ne!(mark(), before);
}

#[test]
fn readers_cannot_write() {
    let (_folder, library) = opened();
    let written: Result<usize, LibraryError> = library.read(|read| Ok(read.execute("DELETE FROM tracks", [])?));
    assert!(matches!(written, Err(LibraryError::Sql(_))));
}

#[test]
fn a_newer_catalog_is_refused_and_kept() {
    let (folder, library) = opened();
    library.write(|tx| Ok::<_, LibraryError>(tx.pragma_update(None, "user_version", 99)?)).unwrap();
    drop(library);
    let message = Library::open(folder.path()).err().unwrap().to_string();
    let known = format!("up to {}", schema_version());
    assert!(message.contains("version 99") && message.contains(&known), "{message}");
}

#[test]
fn a_file_that_is_no_database_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.db");
    fs::write(&path, "not a database, but long enough to be read as one: ".repeat(40)).unwrap();
    let message = Library::open(folder.path()).err().unwrap().to_string();
    assert!(message.contains("catalog.db"), "{message}");
    assert!(fs::read(&path).unwrap().starts_with(b"not a database"));
}

#[test]
fn a_data_folder_that_is_a_file_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taken");
    fs::write(&path, "").unwrap();
    assert!(matches!(Library::open(&path), Err(LibraryError::Folder { .. })));
}
