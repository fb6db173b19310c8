use std::sync::atomic::{AtomicBool, Ordering};

use super::record::{On, run};
use super::*;
use crate::library::jobs::{Cancelled, Enqueued, Job, LONGEST_SILENCE_SECS};

const JOB: NewJob<'_> = NewJob {
    kind: JobKind::Publish,
    subject: "file:///o",
    asked_by: AskedBy::Command,
    is_full: false,
    is_forced: false,
};
const ASKED: NewJob<'_> = NewJob { asked_by: AskedBy::Api, ..JOB };

fn library() -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path()).expect("a library");
    (folder, library)
}

fn listed(library: &Library, now: i64) -> Vec<Job> {
    library.read(|connection| jobs::list(connection, i64::MAX, 10, now)).expect("jobs")
}

fn told(verdict: Verdict, words: &str) -> Told {
    Told { verdict, counts: None, outcome: words.to_owned(), failures: vec![("a.mp3".into(), "no tag".into())] }
}

/// Runs it with a verdict.
fn ran(library: &Library, on: On<'_>, verdict: Verdict, words: &str) {
    let done: Result<(), ()> = run(library, on, |_| Ok(()), |_| told(verdict, words));
    done.expect("run");
}

fn lease(library: &Library, now: i64) -> Option<Leased> {
    library.write(|tx| jobs::lease(tx, None, now)).expect("asked")
}

#[test]
fn what_came_of_a_job_is_on_record() {
    let (_folder, library) = library();
    ran(&library, On::New(JOB), Verdict::Done, "number 7");
    ran(&library, On::New(JOB), Verdict::Failed { may_pass: true }, "no disk");
    let jobs = listed(&library, now());
    let seen: Vec<_> = jobs.iter().map(|job| (job.state, job.outcome.as_deref())).collect();
    assert_eq!(seen, [(JobState::Failed, Some("no disk")), (JobState::Done, Some("number 7"))]);
    assert!(jobs.iter().all(|job| job.finished_at.is_some()));
    let failures = library.read(|connection| jobs::list_failures(connection, jobs[0].job_id)).expect("failures");
    assert_eq!(failures, [("a.mp3".to_owned(), "no tag".to_owned())]);
}

#[test]
fn a_job_that_was_killed_is_told_by_its_silence() {
    let (_folder, library) = library();
    library.write(|tx| jobs::begin(tx, JOB, 1000)).expect("begun");
    assert_eq!(listed(&library, 1000 + LONGEST_SILENCE_SECS)[0].state, JobState::Running);
    let killed = &listed(&library, 1001 + LONGEST_SILENCE_SECS)[0];
    assert_eq!((killed.state, killed.finished_at), (JobState::Interrupted, Some(1000)));
}

#[test]
fn the_same_job_waits_once_and_is_leased_once() {
    let (_folder, library) = library();
    let ask = || library.write(|tx| jobs::enqueue(tx, ASKED, 1000)).expect("asked");
    let Enqueued::Waits(job_id) = ask() else { unreachable!("it is the first") };
    assert_eq!(ask(), Enqueued::IsOpen(job_id));
    assert_eq!(lease(&library, 999), None, "not before its time");
    let leased = lease(&library, 1000).expect("due");
    assert_eq!((leased.job_id, leased.attempts), (job_id, 1));
    assert_eq!(lease(&library, 1000), None);
    assert_eq!(ask(), Enqueued::IsOpen(job_id), "it runs");
}

#[test]
fn what_fails_for_now_waits_and_is_begun_again() {
    let (_folder, library) = library();
    library.write(|tx| jobs::enqueue(tx, ASKED, now())).expect("asked");
    let leased = lease(&library, now()).expect("due");
    ran(&library, On::Leased(&leased), Verdict::Failed { may_pass: true }, "the store is busy");
    let waiting = &listed(&library, now())[0];
    assert_eq!((waiting.state, waiting.outcome.as_deref()), (JobState::Queued, Some("the store is busy")));
    assert!(waiting.due_at > now() && lease(&library, now()).is_none());
    let again = lease(&library, waiting.due_at).expect("due");
    assert_eq!(again.attempts, 2);
    ran(&library, On::Leased(&again), Verdict::Done, "published");
    assert_eq!(listed(&library, now())[0].state, JobState::Done);
}

#[test]
fn what_waits_for_another_process_has_not_been_tried() {
    let (_folder, library) = library();
    library.write(|tx| jobs::enqueue(tx, ASKED, now())).expect("asked");
    for _ in 0..9 {
        let due_at = listed(&library, now())[0].due_at;
        let leased = lease(&library, due_at).expect("due");
        assert_eq!(leased.attempts, 1);
        ran(&library, On::Leased(&leased), Verdict::Busy, "another one is under way");
    }
    assert_eq!(listed(&library, now())[0].state, JobState::Queued);
}

#[test]
fn what_a_killed_daemon_was_at_is_begun_again_and_what_a_command_was_at_is_not() {
    let (_folder, library) = library();
    for asked_by in [AskedBy::Daemon, AskedBy::Command] {
        library.write(|tx| jobs::begin(tx, NewJob { asked_by, ..JOB }, 1000)).expect("begun");
    }
    let resume = |is_only_daemon, now| library.write(|tx| jobs::resume(tx, is_only_daemon, now)).expect("resumed");
    assert_eq!(resume(false, 1000), 0, "another daemon may be at it");
    assert_eq!(resume(true, 1000), 1);
    let states: Vec<_> = listed(&library, 1000).iter().map(|job| job.state).collect();
    assert_eq!(states, [JobState::Running, JobState::Queued]);
    assert_eq!(lease(&library, 1000).expect("due").job_id, 1);
}

#[test]
fn a_waiting_job_is_cancelled_at_once_and_a_running_one_hears_of_it() {
    let (_folder, library) = library();
    let cancel = |job_id| library.write(|tx| jobs::cancel(tx, job_id, now())).expect("asked");
    library.write(|tx| jobs::enqueue(tx, ASKED, now())).expect("asked");
    assert_eq!(cancel(1), Cancelled::AtOnce);
    assert_eq!([cancel(1), cancel(99)], [Cancelled::TooLate, Cancelled::Unknown]);

    library.write(|tx| jobs::enqueue(tx, ASKED, now())).expect("asked");
    let leased = lease(&library, now()).expect("due");
    let heard = AtomicBool::new(false);
    let work = |watched: &watched::Watched| {
        assert_eq!(cancel(leased.job_id), Cancelled::Asked);
        while !watched.is_cancelled() {
            std::thread::yield_now();
        }
        heard.store(true, Ordering::Relaxed);
        Ok::<_, ()>(())
    };
    run(&library, On::Leased(&leased), work, |_| told(Verdict::Stopped, "stopped early")).expect("run");
    assert!(heard.load(Ordering::Relaxed));
    assert_eq!(listed(&library, now())[0].state, JobState::Cancelled);
}
