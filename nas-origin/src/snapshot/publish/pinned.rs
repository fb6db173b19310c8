//! Keeping a store at the snapshot that it is pinned to: what a publish does instead of its own work, and how a rollback
//! is done. The pin is the owner's wish; whoever comes next makes it so, so that a run may be killed anywhere.

use catalog_core::publish::NextStep;
use snapshot_format::Manifest;
use snapshot_format::manifest::Delta;

use super::{Outcome, PublishError, Run};
use crate::library::stores::{self, Pin};
use crate::library::{publications, settings};
use crate::snapshot::build;
use crate::snapshot::history::{HistoryError, Names, find_database, named_as};
use crate::snapshot::store::Listed;

impl Run<'_> {
    /// What the store is pinned to, made so; `None` when it isn't pinned.
    pub(super) fn stay_pinned(&self) -> Result<Option<Outcome>, PublishError> {
        let pin = self.job.library.read(|connection| stores::find_pin(connection, self.store.name()))?;
        let Some(pin) = pin else { return Ok(None) };
        let failed = |source| PublishError::Pinned { snapshot_id: pin.snapshot_id.clone(), source: Box::new(source) };
        self.hold(&pin).map(Some).map_err(failed)
    }

    /// Makes the pinned snapshot the live one, if it isn't, and keeps its manifest fresh.
    pub(in crate::snapshot) fn hold(&self, pin: &Pin) -> Result<Outcome, HistoryError> {
        let publisher_id = self.job.library.read(settings::publisher_id)?;
        let live = self.base.find_whole(self.store)?;
        let outcome = match (self.next_step(live, &publisher_id, &pin.database), live) {
            (NextStep::LeaveAlone, Some(live)) => self.stay(live)?,
            (NextStep::RenewManifest, Some(live)) => {
                Outcome { is_changed: false, ..self.restore(live, &publisher_id)? }
            }
            _ => self.restore(&self.find_pinned(pin, &publisher_id)?, &publisher_id)?,
        };
        Ok(Outcome { is_pinned: true, ..outcome })
    }

    /// The pinned snapshot in the history: of this catalog, and whole.
    fn find_pinned(&self, pin: &Pin, publisher_id: &str) -> Result<Manifest, HistoryError> {
        let unknown = || HistoryError::Unknown { id: pin.snapshot_id.clone() };
        let old = find_database(self.store, &pin.database)?.ok_or_else(unknown)?;
        let snapshot_id = old.snapshot_id.clone();
        if old.publisher_id.as_deref() != Some(publisher_id) {
            return Err(HistoryError::AnotherCatalogs { snapshot_id });
        }
        if self.store.find_size(&old.database.key)? != Some(old.database.stored_bytes) {
            return Err(HistoryError::DatabaseGone { snapshot_id, key: old.database.key });
        }
        self.check_named(&old)?;
        Ok(old)
    }

    /// Whether all that an old snapshot's database names is there: no edge is sent to what is not.
    fn check_named(&self, old: &Manifest) -> Result<(), HistoryError> {
        let names = Names { store: self.store, library: self.job.library };
        let mut missing = names.of(old)?;
        if let Some(live) = &self.base.manifest {
            // What is named now is there: that spares the listing mostly.
            missing = &missing - &names.find_recorded(live)?.unwrap_or_default();
        }
        missing.retain(|key| key.starts_with("covers/") || key.starts_with("audio/"));
        for folder in ["covers", "audio"] {
            if missing.iter().any(|key| key.starts_with(folder)) {
                self.store.visit(folder, |listed: Listed| {
                    missing.remove(named_as(&listed.key));
                    Ok::<_, HistoryError>(())
                })?;
            }
        }
        let Some(example) = missing.pop_first() else { return Ok(()) };
        let snapshot_id = old.snapshot_id.clone();
        Err(HistoryError::ObjectsGone { snapshot_id, missing: missing.len() + 1, example })
    }

    /// P6 to P9 with an old snapshot's database: no count is compared, since the owner knows what was in it. Listeners'
    /// credentials are those of now: one that was taken back does not return with an old snapshot.
    fn restore(&self, old: &Manifest, publisher_id: &str) -> Result<Outcome, HistoryError> {
        let renewed = build::renewed(old, self.frame(publisher_id, old.database.clone()));
        let manifest = Manifest { deltas: self.deltas_left(&old.deltas)?, ..renewed };
        let named = Names { store: self.store, library: self.job.library }.of(old)?;
        let (store, database) = (self.store.name(), &old.database.sha256);
        let origin = self.job.library.read(|connection| publications::origin_of(connection, store, database))?;
        Ok(self.finish(manifest, &named, &origin, 0)?)
    }

    /// The deltas to an old database that are still there.
    fn deltas_left(&self, deltas: &[Delta]) -> Result<Vec<Delta>, HistoryError> {
        let mut left = Vec::new();
        for delta in deltas {
            if self.store.find_size(&delta.key)? == Some(delta.stored_bytes) {
                left.push(delta.clone());
            }
        }
        Ok(left)
    }
}
