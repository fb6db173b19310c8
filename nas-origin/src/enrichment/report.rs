//! What an enrichment came to.

use serde::Serialize;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Ended {
    /// Everything was asked.
    #[default]
    Done,
    /// Somebody wanted it to stop.
    Cancelled,
    /// Its time was up; more is left.
    Paused,
}

/// What an enrichment came to.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct EnrichReport {
    /// Tracks of which something was found.
    pub enriched: u64,
    /// Tracks that nobody knows.
    pub unknown: u64,
    /// Tracks that lack nothing, or have too few names to ask about.
    pub passed_over: u64,
    /// Tracks whose sound told which recording they are.
    pub recognised: u64,
    /// Albums that got a picture.
    pub covers: u64,
    /// Requests that were sent for all that, redirects and repetitions aside.
    pub questions: u64,
    /// Tracks and albums whose answer could not be used, and why.
    #[serde(skip)]
    pub failures: Vec<(String, String)>,
    /// Servers that were not there, and why.
    pub absent: Vec<String>,
    /// How it ended.
    #[serde(skip)]
    pub ended: Ended,
}

impl EnrichReport {
    /// In words.
    pub fn outcome(&self) -> String {
        let Self { enriched, unknown, passed_over, recognised, covers, .. } = self;
        let failed = self.failures.len();
        let prefix = match self.ended {
            Ended::Done => "",
            Ended::Cancelled => "stopped early: ",
            Ended::Paused => "goes on: ",
        };
        let absent = if self.absent.is_empty() {
            String::new()
        } else {
            format!("; {}, the rest is asked later", self.absent.join(", "))
        };
        format!(
            "{prefix}{enriched} enriched, {unknown} unknown, {passed_over} passed over, {recognised} recognised by sound, {covers} covers, {failed} failed{absent}"
        )
    }
}
