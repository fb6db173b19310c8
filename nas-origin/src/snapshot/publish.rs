//! Publishing, step by step as SNAPSHOT.md section 4 numbers them. What to do next is decided by
//! `catalog_core::publish`; here it is done. A run may be killed anywhere: the store has the old snapshot or the new
//! one, whole, and the next run goes on.

mod access;
mod base;
mod built;
mod commit;
mod conditions;
mod covers;
mod database;
mod deltas;
mod error;
mod job;
mod lock;
mod pinned;
mod progress;
mod report;
mod shelf;
mod unchanged;

use std::collections::BTreeSet;
use std::time::Instant;

use catalog_core::publish::{Candidate, NextStep, list_shrunk, next_step};
use jiff::Timestamp;
use snapshot_format::manifest::Database;
use snapshot_format::{Manifest, Sha256Hex};

pub use error::PublishError;
pub use job::PublishJob;
pub use progress::{PublishProgress, Silent};
pub use report::PublishReport;

pub(super) use base::Base;
pub(super) use conditions::assure;
pub(super) use lock::{PublishLock, WorkFolder};

use self::base::counts_of;
use self::built::Build;
use super::build::{self, BuiltDatabase, ManifestFrame};
use super::gc::{self, Reuse};
use super::store::Store;
use crate::accounts::SealedAccess;
use crate::library::publications::{Origin, Publication};
use crate::library::{LibraryError, publications, settings};

/// How often a database is built anew without covers that turned out to be unreadable.
const MAX_BUILDS: u32 = 4;

/// Publishes the catalog. Blocks, so call it from a thread that may; it takes its own threads for the network.
///
/// # Errors
/// See [`PublishError`]; the old snapshot stays live, but for [`PublishError::Unclear`].
pub fn publish(job: &PublishJob<'_>) -> Result<PublishReport, PublishError> {
    let started = Instant::now();
    job.progress.step("locking the catalog");
    let _lock = PublishLock::acquire(job.library.data_dir())?; // P0
    let store = Store::open(job.config)?;
    assure(&store, job.library)?;
    let outcome = publish_to(&store, job, Timestamp::now())?;
    if outcome.is_changed {
        gc::sweep_if_due(&store, job); // P9
    }
    Ok(PublishReport::new(&outcome, started.elapsed()))
}

/// What a run came to.
pub(super) struct Outcome {
    pub(super) manifest: Manifest,
    pub(super) is_changed: bool,
    /// Whether edges were told of other listeners' credentials.
    pub(super) is_access_changed: bool,
    /// Whether the snapshot is live because the owner pinned it.
    pub(super) is_pinned: bool,
    uploaded_bytes: u64,
    delta_bytes: u64,
}

impl Outcome {
    fn unchanged(live: &Manifest) -> Self {
        Self {
            manifest: live.clone(),
            is_changed: false,
            is_access_changed: false,
            is_pinned: false,
            uploaded_bytes: 0,
            delta_bytes: 0,
        }
    }
}

pub(super) fn publish_to(store: &Store, job: &PublishJob<'_>, now: Timestamp) -> Result<Outcome, PublishError> {
    job.begin("reading what is live")?;
    let base = Base::read(store, job.takeover, job.config.signing_key())?; // P1
    base.check_owner(&job.library.read(settings::publisher_id)?, job.takeover)?;
    covers::welcome_back(job.library)?;
    let run = Run::new(store, job, base, now)?;
    if let Some(outcome) = run.stay_pinned()? {
        return Ok(outcome);
    }
    let reuse = Reuse::new(store, job, run.base.manifest.as_ref());
    job.begin("looking whether anything changed")?;
    if let Some(outcome) = run.skip_build()? {
        return Ok(outcome); // P1b
    }
    for _ in 0..MAX_BUILDS {
        job.begin("building the database")?;
        let work = WorkFolder::fresh(job.library.data_dir())?;
        let build = run.build(&work)?; // P2
        run.check_counts(&build.database)?;
        job.begin("comparing with what is live")?;
        let live = run.base.find_whole(store)?;
        match (run.next_step(live, &build.publisher_id, &build.database.sha256), live) {
            (NextStep::LeaveAlone, Some(live)) => return run.leave_alone(&build, live), // P3
            (NextStep::RenewManifest, Some(live)) => return run.renew(&build, live),
            _ => {}
        }
        let known = covers::known(store, job.library, live, &reuse)?;
        job.begin("sending covers")?;
        let sent = covers::send(store, job, &build.covers, &known, &reuse)?; // P5
        if sent.unreadable.is_empty() {
            return run.publish_database(&build, &work, &reuse, sent.uploaded_bytes); // P4 to P9
        }
        job.library.write(|tx| publications::mark_covers(tx, &sent.unreadable))?;
    }
    Err(PublishError::CoversKeepFailing)
}

/// A publish under way: what all of its steps know.
pub(super) struct Run<'a> {
    pub(super) store: &'a Store,
    pub(super) job: &'a PublishJob<'a>,
    pub(super) base: Base,
    pub(super) now: Timestamp,
    /// The listeners' credentials of now.
    access: Option<SealedAccess>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        store: &'a Store,
        job: &'a PublishJob<'a>,
        base: Base,
        now: Timestamp,
    ) -> Result<Self, PublishError> {
        let access = job.access.map(|access| access.seal(job.library)).transpose()?;
        Ok(Self { store, job, base, now, access })
    }

    /// P1b: what is live, when it is on record as built from all that a build would read now. A manifest that isn't signed
    /// as it should be is no witness: what it says could be anybody's, and would be signed.
    fn skip_build(&self) -> Result<Option<Outcome>, PublishError> {
        let live = self.base.find_whole(self.store)?.filter(|_| !self.base.lacks_signature());
        let Some(live) = live else { return Ok(None) };
        let (store, library) = (self.store.name(), self.job.library);
        let (origin, publisher_id, named) = library.read(|connection| {
            let origin = unchanged::origin(connection)?;
            let named = publications::find_names(connection, store, live.sequence, &live.database.sha256, &origin)?;
            Ok::<_, LibraryError>((origin, settings::publisher_id(connection)?, named))
        })?;
        let Some(named) = named else { return Ok(None) };
        match self.next_step(Some(live), &publisher_id, &live.database.sha256) {
            NextStep::LeaveAlone => self.stay(live).map(Some),
            NextStep::RenewManifest => {
                let renewed = build::renewed(live, self.frame(&publisher_id, live.database.clone()));
                let outcome = self.finish(renewed, &named, &origin, 0)?;
                Ok(Some(Outcome { is_changed: false, ..outcome }))
            }
            NextStep::PublishAll => Ok(None),
        }
    }

    fn check_counts(&self, built: &BuiltDatabase) -> Result<(), PublishError> {
        let Some(live) = self.base.live.as_ref().filter(|_| !self.job.force) else { return Ok(()) };
        let shrunk = list_shrunk(live.counts, counts_of(built.counts));
        if shrunk.is_empty() { Ok(()) } else { Err(PublishError::shrunk(&shrunk)) }
    }

    /// P1b and P3: what a database asks for, given the live snapshot, if that is whole.
    fn next_step(&self, live: Option<&Manifest>, publisher_id: &str, database: &Sha256Hex) -> NextStep {
        let public_base_url = self.public_base_url();
        let candidate = Candidate {
            publisher_id,
            database_sha256: database.as_str(),
            public_base_url: public_base_url.as_deref(),
            access_sha256: self.access.as_ref().map(|sealed| sealed.access.sha256.as_str()),
            manifest_life_secs: self.job.config.manifest_life.as_secs(),
        };
        next_step(live.and(self.base.live.as_ref()), candidate, self.now.as_second())
    }

    /// P3: nothing to do in the store; the record may lack what a killed run did there, or tell an older origin.
    fn leave_alone(&self, build: &Build, live: &Manifest) -> Result<Outcome, PublishError> {
        self.record(live, &build.names(live), &build.origin)?;
        self.stay(live)
    }

    /// P3: the same database under a new manifest, so that edges stay fresh without fetching it.
    fn renew(&self, build: &Build, live: &Manifest) -> Result<Outcome, PublishError> {
        let object = Database { size_bytes: build.database.size_bytes, ..live.database.clone() };
        let manifest = build::manifest(&build.database, self.frame(&build.publisher_id, object));
        let manifest = Manifest { deltas: live.deltas.clone(), ..manifest };
        let outcome = self.finish(manifest, &build.names(live), &build.origin, 0)?;
        Ok(Outcome { is_changed: false, ..outcome })
    }

    /// P4 to P9: the covers are there.
    fn publish_database(
        &self,
        build: &Build,
        work: &WorkFolder,
        reuse: &Reuse<'_>,
        covers_bytes: u64,
    ) -> Result<Outcome, PublishError> {
        let database = &build.database;
        let blob = database::send(self.store, self.job.progress, database, work, reuse)?; // P4, P5
        self.job.begin("making deltas")?;
        let bases = deltas::list_bases(self, &database.sha256)?;
        let deltas = deltas::send(self, database, &blob.object, &bases, work, reuse)?; // P4, P6
        let manifest = build::manifest(database, self.frame(&build.publisher_id, blob.object));
        let manifest = Manifest { deltas: deltas.named, ..manifest };
        let sent_bytes = covers_bytes + blob.uploaded_bytes + deltas.uploaded_bytes;
        let named = build.names(&manifest);
        let outcome = self.finish(manifest, &named, &build.origin, sent_bytes)?; // P6 to P9
        self.job.progress.step("keeping the database for deltas");
        deltas::shelve(self, database, &bases);
        Ok(Outcome { delta_bytes: deltas.uploaded_bytes, ..outcome })
    }

    /// P6 to P9: everything that the manifest names is in the store.
    fn finish(
        &self,
        manifest: Manifest,
        named: &BTreeSet<String>,
        origin: &Origin,
        objects_bytes: u64,
    ) -> Result<Outcome, PublishError> {
        let (access, access_bytes) = self.send_access()?;
        let is_access_changed = access != self.base.manifest.as_ref().and_then(|live| live.access.clone());
        let manifest = Manifest { access, ..manifest };
        let committed = commit::commit(self.store, self.job, self.base.stored.as_ref(), manifest)?;
        if is_access_changed {
            tracing::info!("edges are told anew who may listen");
        }
        self.job.progress.step("recording what is live");
        self.record(&committed.manifest, named, origin)?;
        Ok(Outcome {
            manifest: committed.manifest,
            is_changed: true,
            is_access_changed,
            is_pinned: false,
            uploaded_bytes: objects_bytes + access_bytes + committed.uploaded_bytes,
            delta_bytes: 0,
        })
    }

    fn frame(&self, publisher_id: &str, database_object: Database) -> ManifestFrame {
        let generated_at = Timestamp::from_second(self.now.as_second()).unwrap_or(self.now);
        ManifestFrame {
            sequence: self.base.next_sequence,
            generated_at,
            publisher_id: Some(publisher_id.to_owned()),
            // A life beyond the calendar's end never ends.
            expires_at: generated_at.checked_add(self.job.config.manifest_life).ok(),
            public_base_url: self.public_base_url(),
            database_object,
        }
    }

    /// P9: the live snapshot and every key that it names. It is live already when this fails; the next run records it.
    fn record(&self, live: &Manifest, named: &BTreeSet<String>, origin: &Origin) -> Result<(), PublishError> {
        let publication = Publication {
            store: self.store.name(),
            sequence: live.sequence,
            snapshot_id: &live.snapshot_id,
            database_sha256: &live.database.sha256,
            origin,
            published_at: live.generated_at.as_second(),
        };
        Ok(self.job.library.write(|tx| publications::record(tx, &publication, named))?)
    }

    /// The configured base without a final slash: keys begin without one.
    fn public_base_url(&self) -> Option<String> {
        self.job.config.public_base_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned())
    }
}

#[cfg(test)]
pub(super) mod tests;
