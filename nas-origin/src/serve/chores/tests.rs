//! The queue beside another process's import.

use super::*;
use crate::config::{Config, Layers};
use crate::library::jobs::{JobState, NewJob};
use crate::sources::import::lock_imports;
use crate::sources::upload::Inbox;

/// A tenth of a second of silence.
fn wav() -> Vec<u8> {
    let mut file = b"RIFF\x44\x03\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data".to_vec();
    file.extend(800_u32.to_le_bytes());
    file.extend([128; 800]);
    file
}

#[test]
fn an_upload_waits_for_an_import_however_long_it_takes_and_is_taken_in_when_that_ends() {
    let folder = tempfile::tempdir().unwrap();
    let flags = vec![format!("data_dir={}", folder.path().display())];
    let config = Config::from_layers(&Layers { flags, ..Layers::default() }).unwrap();
    let origin = Origin::open(config, CancellationToken::new()).unwrap();
    let (wake, _wakes) = tokio::sync::mpsc::unbounded_channel();
    let chores = Chores {
        origin: origin.clone(),
        watches: Watches::new(wake),
        cancel: CancellationToken::new(),
        published_mark: Mutex::default(),
        known_access: Mutex::default(),
    };
    let inbox = Inbox::new(folder.path());
    let (_, path) = inbox.receive().unwrap();
    std::fs::write(&path, wav()).unwrap();
    let waiting = inbox.keep(path, "song.wav").unwrap();
    let subject = waiting.subject();
    let job =
        NewJob { kind: JobKind::Import, subject: &subject, asked_by: AskedBy::Api, is_full: false, is_forced: false };
    origin.library.write(|tx| jobs::enqueue(tx, job, 0)).unwrap();

    let import = lock_imports(folder.path()).unwrap();
    let soon = Duration::from_secs(BUSY_WAIT_SECS.unsigned_abs());
    for _ in 0..9 {
        assert_eq!(chores.run_queued().unwrap(), Turn::Empty { next_due: Some(soon) });
    }
    let listed = || origin.library.read(|read| jobs::list(read, i64::MAX, 9, 0)).unwrap();
    assert_eq!(
        (listed()[0].state, listed()[0].attempts, listed()[0].outcome.as_deref()),
        (JobState::Queued, 0, Some(HELD_UP))
    );
    drop(import);
    assert!(matches!(chores.run_queued().unwrap(), Turn::Ran(Ran::Imported { .. })));
    assert_eq!(listed()[0].state, JobState::Done);
    assert!(!inbox.path(&waiting).exists(), "it is in managed storage now");
}
