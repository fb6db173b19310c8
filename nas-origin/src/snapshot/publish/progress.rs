//! What a publish tells while it runs.

/// Hears how far a publish is; covers are told from several threads.
pub trait PublishProgress: Sync {
    /// A step of P0 to P9 began: all before it is done.
    fn step(&self, what: &'static str);
    /// This many covers have to be sent.
    fn covers_planned(&self, covers: usize);
    /// One of them was.
    fn cover_done(&self);
    /// Whether to stop before the next step. What is live stays so.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Says nothing.
pub struct Silent;

impl PublishProgress for Silent {
    fn step(&self, _what: &'static str) {}
    fn covers_planned(&self, _covers: usize) {}
    fn cover_done(&self) {}
}
