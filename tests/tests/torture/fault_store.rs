//! A bucket that misbehaves: errors before and after a request is done, lost requests and replies, 409 and 412, short
//! bodies, wrong bytes, listings of yesterday, late answers.
//!
//! What is live is whole after each run, whoever says that it published has, and the next run without faults converges.
//! A fault depends on the seed, the kind of request and its number among those, so that a seed makes the same faults
//! whatever the order in which requests under way at once arrive.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e_tests::rig::Rig;
use e2e_tests::s3::{Asked, Fault, S3Server};
use e2e_tests::seed::{Chance, rounds};
use e2e_tests::victim;
use hyper::StatusCode;
use serde_json::Value;

use crate::PLANE;

/// How requests go wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Error,
    Unavailable,
    LostRequest,
    ErrorAfter,
    LostReply,
    Conflict,
    ConditionFailed,
    Short,
    WrongBytes,
    OldListing,
    Late,
}

const WRITES: [Kind; 8] = [
    Kind::Error,
    Kind::Unavailable,
    Kind::LostRequest,
    Kind::ErrorAfter,
    Kind::LostReply,
    Kind::Conflict,
    Kind::ConditionFailed,
    Kind::Late,
];
const READS: [Kind; 6] = [Kind::Error, Kind::Unavailable, Kind::LostRequest, Kind::Short, Kind::WrongBytes, Kind::Late];
const LISTINGS: [Kind; 4] = [Kind::Error, Kind::Short, Kind::OldListing, Kind::Late];

impl Kind {
    fn fault(self) -> Fault {
        match self {
            Self::Error => Fault::Refuse(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Unavailable => Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE),
            Self::LostRequest => Fault::LoseRequest,
            Self::ErrorAfter => Fault::RefuseAfter(StatusCode::INTERNAL_SERVER_ERROR),
            Self::LostReply => Fault::LoseReply(Box::new(|| {})),
            Self::Conflict => Fault::Refuse(StatusCode::CONFLICT),
            Self::ConditionFailed => Fault::Refuse(StatusCode::PRECONDITION_FAILED),
            Self::Short => Fault::Cut(50, Box::new(|| {})),
            Self::WrongBytes => Fault::Garble,
            Self::OldListing => Fault::ListAsBefore,
            Self::Late => Fault::Wait(Duration::from_millis(20)),
        }
    }
}

/// Method and folder: blobs and covers have names that no seed knows.
fn kind_of(asked: &Asked) -> String {
    let folder = asked.path.split('/').nth(2).unwrap_or_default();
    format!("{} {folder} {}", asked.method, asked.is_listing())
}

/// Faults drawn by lot: one request of so many goes wrong.
fn by_lot(seed: u64, one_in: u64) -> impl Fn(&Asked) -> Option<Fault> + Send + Sync {
    let counts: Mutex<HashMap<String, u64>> = Mutex::default();
    move |asked| {
        let kind = kind_of(asked);
        let number = {
            let mut counts = counts.lock().expect("counts");
            let number = counts.entry(kind.clone()).or_default();
            *number += 1;
            *number
        };
        let mut chance = Chance::of(seed, &format!("{kind} {number}"));
        if chance.below(one_in) != 0 {
            return None;
        }
        let kinds: &[Kind] = match (asked.is_listing(), asked.is_write()) {
            (true, _) => &LISTINGS,
            (_, true) => &WRITES,
            _ => &READS,
        };
        Some(chance.pick(kinds).fault())
    }
}

#[test]
fn what_is_live_stays_whole_whatever_a_bucket_does() -> Result<()> {
    let server = S3Server::start()?;
    let (rig, mut chance) = (Rig::on_bucket(PLANE, &server)?, Chance::seeded());
    rig.converge(&rig.change()?)?;
    let (mut failed, mut moved) = (0, 0);
    let rounds = rounds(8);
    for round in 0..rounds {
        let (titles, old) = (rig.change()?, rig.live()?);
        // The client tries again by itself: only where much goes wrong does a publish see it.
        server.misbehave(by_lot(chance.draw(), 2 + chance.below(3)));
        let ended = rig.publish(drop)?;
        if round % 4 == 3 {
            // Whatever it says: it removes nothing that is named.
            victim::run(rig.command(&["snapshots", "gc"]), drop)?;
        }
        server.behave();
        let is_new = rig.is_new(old.as_ref(), &titles).with_context(|| format!("round {round}: {ended:?}"))?;
        ensure!(is_new || !ended.status.success(), "round {round}: nothing was published, and it says it was");
        ensure!(ended.status.success() || ended.stderr.contains("nas-origin: "), "no reason is given: {ended:?}");
        if ended.status.success() {
            let said: Value = serde_json::from_str(&ended.stdout)?;
            let live = rig.live()?.context("nothing is live")?;
            ensure!(said["snapshot_id"] == *live.snapshot_id, "{said} is not {live:?}");
        }
        failed += u32::from(!ended.status.success());
        moved += u32::from(is_new);
        rig.converge(&titles).with_context(|| format!("round {round}"))?;
    }
    eprintln!("{failed} of {rounds} publishes failed; {moved} moved the pointer");
    rig.sweep()
}

/// What goes wrong for ever, and with which requests.
type Stubborn = (Kind, fn(&Asked) -> bool);

const STUBBORN: [Stubborn; 5] = [
    (Kind::ConditionFailed, Asked::is_commit),
    (Kind::Conflict, Asked::is_commit),
    (Kind::LostRequest, |asked| asked.is_write() && asked.path.contains("/blobs/")),
    (Kind::Conflict, |asked| asked.is_write() && asked.path.contains("/history/")),
    (Kind::Short, |asked| !asked.is_write() && asked.path.ends_with("/manifest.json")),
];

#[test]
fn what_goes_wrong_for_ever_ends_and_leaves_the_old_snapshot() -> Result<()> {
    let server = S3Server::start()?;
    let rig = Rig::on_bucket(PLANE, &server)?;
    rig.converge(&rig.change()?)?;
    for (kind, is_hit) in STUBBORN {
        let (titles, old) = (rig.change()?, rig.live()?);
        server.misbehave(move |asked| is_hit(asked).then(|| kind.fault()));
        let ended = rig.publish(drop)?;
        server.behave();
        ensure!(!ended.status.success(), "{kind:?}: {ended:?}");
        ensure!(ended.stderr.contains("nas-origin: "), "{kind:?}: no reason is given: {ended:?}");
        ensure!(!rig.is_new(old.as_ref(), &titles)?, "{kind:?}: the old snapshot stays");
        rig.converge(&titles).with_context(|| format!("after {kind:?}"))?;
    }
    rig.sweep()
}
