//! What an import did.

use super::entry::FileFailure;

/// What an import did. Every count is of files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportReport {
    /// New tracks.
    pub added: u64,
    /// Tracks whose file changed or came back.
    pub updated: u64,
    /// Tracks that are as they were.
    pub unchanged: u64,
    /// Files that changed too short a while ago to be read: a later import takes them.
    pub waiting: u64,
    /// Tracks whose file lies elsewhere now.
    pub moved: u64,
    /// Tracks whose file is gone since the last import.
    pub missing: u64,
    /// Files that could not be taken in.
    pub failures: Vec<FileFailure>,
    /// Playlists that are new or changed.
    pub playlists: u64,
    /// Entries of these playlists that are not in the library.
    pub skipped_entries: u64,
    /// Whether it was stopped before its end; what was done stays.
    pub is_cancelled: bool,
}
