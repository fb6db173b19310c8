//! The listeners' credentials on their way to edges (P5): a small object of its own, so that one which is taken back is
//! void at the next refresh, whatever becomes of the database.

use snapshot_format::Manifest;
use snapshot_format::manifest::Access;

use super::{Outcome, PublishError, Run};
use crate::snapshot::store::NewObject;

const BINARY: &str = "application/octet-stream";

impl Run<'_> {
    /// Creates the object of the credentials of now; what a manifest says of it, and what was sent. One that is there may
    /// be old and named by no kept snapshot, so that a sweep could take it: it is written again.
    pub(super) fn send_access(&self) -> Result<(Option<Access>, u64), PublishError> {
        let Some(sealed) = &self.access else { return Ok((None, 0)) };
        let (key, bytes) = (sealed.access.key.clone(), sealed.bytes.clone().into());
        let object = NewObject { key, content_type: BINARY, bytes };
        let created = self.store.create(object.clone())?;
        let is_named = self.base.manifest.as_ref().is_some_and(|live| live.access.as_ref() == Some(&sealed.access));
        let is_safe = created.is_new() || is_named;
        let sent_bytes = if is_safe { created.uploaded_bytes() } else { self.send_again(object)? };
        Ok((Some(sealed.access.clone()), sent_bytes))
    }

    fn send_again(&self, object: NewObject) -> Result<u64, PublishError> {
        Ok(self.store.write_again(vec![object])?.iter().map(|written| written.stored_bytes).sum())
    }

    /// Nothing to publish: but the object that the live manifest names has to be there.
    pub(super) fn stay(&self, live: &Manifest) -> Result<Outcome, PublishError> {
        let is_there = match &live.access {
            Some(access) => self.store.find_size(&access.key)?.is_some(),
            None => true,
        };
        let uploaded_bytes = if is_there { 0 } else { self.send_access()?.1 };
        Ok(Outcome { uploaded_bytes, ..Outcome::unchanged(live) })
    }
}
