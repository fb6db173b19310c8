//! An import is killed at random moments while its library changes: the catalog stays sound, and the next import comes to
//! what a fresh one would, with the ids that were given.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use e2e_tests::s3::S3Server;
use e2e_tests::seed::{Chance, rounds};
use e2e_tests::victim::{self, Victim};

use crate::import_house::{House, Kind};

fn kill_after(wait: Duration) -> impl FnOnce(Victim) {
    move |victim| {
        thread::spawn(move || {
            thread::sleep(wait);
            victim.kill();
        });
    }
}

fn kill_at_random(house: &House, rounds: u32) -> Result<()> {
    let mut chance = Chance::seeded();
    let began = Instant::now();
    house.converge()?;
    let mut longest = u64::try_from(began.elapsed().as_micros())?;
    let mut before = house.tracks()?;
    let mut killed = 0;
    for round in 0..rounds {
        house.change(&mut chance)?;
        for _ in 0..3 {
            let wait = Duration::from_micros(chance.below(longest));
            let is_killed = victim::run(house.import(), kill_after(wait))?.is_killed();
            // Later imports have less to do: most kills are to come in time.
            longest = if is_killed { longest * 51 / 50 } else { longest * 4 / 5 };
            killed += u32::from(is_killed);
            house.tracks()?;
        }
        let report = house.converge()?;
        let after = house.tracks()?;
        for (content, (id, path)) in &after {
            let kept = before.get(content).is_none_or(|(known, _)| known == id);
            ensure!(kept, "round {round}: {path} has another id than before");
        }
        house.is_as_fresh().with_context(|| format!("round {round}"))?;
        let is_swept = ["added", "updated", "moved"].iter().any(|count| report[count] != 0);
        if is_swept && matches!(house.kind, Kind::Copied) {
            let astray = house.astray()?;
            ensure!(astray.is_empty(), "round {round}: copies without a track, or the other way round: {astray:?}");
        }
        let again = house.converge()?;
        let changed = ["added", "updated", "moved", "missing", "failed"].map(|count| again[count].as_u64());
        ensure!(changed == [Some(0); 5], "round {round}: {again}");
        before = after;
    }
    eprintln!("{killed} imports were killed");
    ensure!(killed > 0, "no import was killed");
    Ok(())
}

#[test]
fn killed_at_random_moments() -> Result<()> {
    kill_at_random(&House::new(Kind::InPlace, 300)?, rounds(10))
}

#[test]
fn killed_while_it_reads_a_bucket() -> Result<()> {
    kill_at_random(&House::new(Kind::Bucket(S3Server::start()?), 120)?, rounds(4))
}

#[test]
fn killed_while_it_copies() -> Result<()> {
    kill_at_random(&House::new(Kind::Copied, 60)?, rounds(4))
}
