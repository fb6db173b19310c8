//! What is published, where to, and how far a publish may go.

use super::{PublishError, PublishProgress};
use crate::accounts::EdgeAccess;
use crate::config::PublishConfig;
use crate::library::Library;

/// One publish: what, where to, and how far it may go.
#[derive(Clone, Copy)]
pub struct PublishJob<'a> {
    /// The catalog that is published.
    pub library: &'a Library,
    /// Where to, and how long a manifest lives.
    pub config: &'a PublishConfig,
    /// Publish even when a count fell by more than a fifth.
    pub force: bool,
    /// Publish even when another catalog's snapshot, or none that can be read, is live.
    pub takeover: bool,
    /// Seals the listeners' credentials for edges; without it anybody may listen.
    pub access: Option<&'a EdgeAccess>,
    /// Who hears how far it is.
    pub progress: &'a dyn PublishProgress,
}

impl PublishJob<'_> {
    /// A step begins, unless somebody asked the publish to stop.
    pub(super) fn begin(&self, step: &'static str) -> Result<(), PublishError> {
        if self.progress.is_cancelled() {
            return Err(PublishError::Cancelled);
        }
        self.progress.step(step);
        Ok(())
    }
}
