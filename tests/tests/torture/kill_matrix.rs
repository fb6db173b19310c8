//! A publisher is killed at every step, before and after every write to its store, and at random.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use e2e_tests::rig::Rig;
use e2e_tests::s3::{Asked, Fault, S3Server};
use e2e_tests::seed::{Chance, rounds};
use e2e_tests::victim::Victim;

use crate::PLANE;

/// Every step of a publish that sends something and then sweeps, as it is told.
const STEPS: [&str; 15] = [
    "locking the catalog",
    "reading what is live",
    "looking whether anything changed",
    "building the database",
    "comparing with what is live",
    "sending covers",
    "packing the database",
    "sending the database",
    "making deltas",
    "sending deltas",
    "writing the history",
    "moving the pointer",
    "recording what is live",
    "keeping the database for deltas",
    "removing what no snapshot names",
];

#[test]
fn aborted_at_every_step_of_a_publish_to_a_folder() -> Result<()> {
    let rig = Rig::on_folder(PLANE)?;
    rig.converge(&rig.change()?)?;
    for name in STEPS {
        let titles = rig.change()?;
        rig.nas.write("UPDATE stores SET swept_at = NULL")?;
        let old = rig.live()?;
        let ended = rig.publish_until(name)?;
        let told: Vec<&str> = ended.stdout.lines().collect();
        ensure!(ended.is_killed() && told.last() == Some(&name), "not aborted at {name:?}: {ended:?}");
        let is_new = rig.is_new(old.as_ref(), &titles).with_context(|| format!("aborted at {name:?}"))?;
        // The pointer has moved when the publish goes on to record it, and not a moment earlier.
        ensure!(is_new == told.contains(&"recording what is live"), "aborted at {name:?}: new is {is_new}");
        rig.converge(&titles)?;
    }
    rig.sweep()
}

#[test]
fn aborted_while_an_unclear_commit_is_read_back() -> Result<()> {
    let server = S3Server::start()?;
    let rig = Rig::on_bucket(PLANE, &server)?;
    rig.converge(&rig.change()?)?;
    for is_applied in [false, true] {
        let titles = rig.change()?;
        let old = rig.live()?;
        server.misbehave(move |asked: &Asked| {
            // Whatever its client tries again: no answer to a commit ever comes back.
            let fault = if is_applied { Fault::LoseReply(Box::new(|| {})) } else { Fault::LoseRequest };
            asked.is_commit().then_some(fault)
        });
        let ended = rig.publish_until("reading the pointer back")?;
        server.behave();
        ensure!(ended.is_killed(), "not aborted: {ended:?}");
        let is_new = rig.is_new(old.as_ref(), &titles).with_context(|| format!("applied: {is_applied}"))?;
        ensure!(is_new == is_applied, "applied: {is_applied}, new: {is_new}");
        rig.converge(&titles)?;
    }
    rig.sweep()
}

#[test]
fn killed_before_and_after_every_write_to_a_bucket() -> Result<()> {
    let server = S3Server::start()?;
    let rig = Rig::on_bucket(PLANE, &server)?;
    let (mut write, mut killed) = (0, 0);
    loop {
        let mut hits = [false; 2];
        for (is_after, hit) in [false, true].into_iter().zip(&mut hits) {
            let titles = rig.change()?;
            let old = rig.live()?;
            *hit = kill_at_write(&server, &rig, write, is_after)?;
            killed += usize::from(*hit);
            rig.is_new(old.as_ref(), &titles).with_context(|| format!("write {write}, after it: {is_after}"))?;
            rig.converge(&titles)?;
        }
        if hits == [false; 2] {
            break;
        }
        write += 1;
    }
    eprintln!("killed {killed} times, around {write} writes");
    ensure!(write >= 4, "covers, a blob, history and the pointer are at least four writes, not {write}");
    rig.sweep()
}

/// Kills a publish at one of its writes, and says whether it came to that.
fn kill_at_write(server: &S3Server, rig: &Rig, write: usize, is_after: bool) -> Result<bool> {
    let victim: Arc<Mutex<Option<Victim>>> = Arc::default();
    let seen = AtomicUsize::new(0);
    let running = Arc::clone(&victim);
    server.misbehave(move |asked: &Asked| {
        if !asked.is_write() || seen.fetch_add(1, Ordering::Relaxed) != write {
            return None;
        }
        let running = Arc::clone(&running);
        let kill = move || running.lock().expect("a victim").iter().for_each(Victim::kill);
        if is_after {
            return Some(Fault::LoseReply(Box::new(kill)));
        }
        kill();
        Some(Fault::LoseRequest)
    });
    let ended = rig.publish(|started| *victim.lock().expect("a victim") = Some(started))?;
    server.behave();
    Ok(ended.is_killed())
}

#[test]
fn killed_at_random() -> Result<()> {
    let (rig, mut chance) = (Rig::on_folder(PLANE)?, Chance::seeded());
    rig.converge(&rig.change()?)?;
    let titles = rig.change()?;
    let began = Instant::now();
    rig.converge(&titles)?;
    // Kills fall anywhere in a run and a little behind it.
    let mut longest = u64::try_from(began.elapsed().as_micros())? * 5 / 4;
    let (rounds, mut killed, mut new) = (rounds(24), 0, 0);
    for round in 0..rounds {
        let titles = rig.change()?;
        let old = rig.live()?;
        let wait = Duration::from_micros(chance.below(longest));
        let ended = rig.publish(|victim| {
            thread::spawn(move || {
                thread::sleep(wait);
                victim.kill();
            });
        })?;
        killed += u32::from(ended.is_killed());
        // A busy machine is slower now and faster then: about five of six kills come in time.
        longest = if ended.is_killed() { longest * 51 / 50 } else { longest * 9 / 10 };
        new += u32::from(rig.is_new(old.as_ref(), &titles).with_context(|| format!("round {round}"))?);
        ensure!(ended.is_killed() || ended.status.success(), "{ended:?}");
        rig.converge(&titles)?;
        if round % 10 == 9 {
            rig.sweep()?;
        }
    }
    eprintln!("{killed} of {rounds} publishes were killed; {new} had moved the pointer");
    ensure!(killed > 0, "no kill came in time");
    rig.sweep()
}
