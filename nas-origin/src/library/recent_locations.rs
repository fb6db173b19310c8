//! Files that were streamed lately, so that a player's next range asks no table of the catalog.
//!
//! What is remembered is used only while SQLite's data version says that no connection, of this process or another,
//! committed anything since. Asking waits for no disk, but takes file locks, so it is asked once for all requests of a
//! few milliseconds: a request that a commit overtakes by so little might as well have come before it.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use rusqlite::Connection;

use super::stream_locations::StreamLocation;
use super::{Library, LibraryError};

const VERSION: &str = "PRAGMA data_version";

/// How many files are remembered: some hundred bytes each.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

/// How long what the catalog's version said is taken to hold.
const LOOK: Duration = Duration::from_millis(5);

/// What was found lately, and the connection that tells whether it still holds.
pub struct RecentLocations(Mutex<Recent>);

/// The state of the catalog at a moment. Only [`RecentLocations`] can compare two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CatalogVersion(i64);

struct Recent {
    /// Always the same one: a data version means nothing to another connection.
    catalog: Connection,
    /// The version under which `found` was read.
    version: Option<CatalogVersion>,
    /// When the version was last asked for.
    asked_at: Option<Instant>,
    found: LruCache<u64, Arc<StreamLocation>>,
}

impl RecentLocations {
    /// Remembers nothing yet.
    ///
    /// # Errors
    /// The catalog can't be opened. Blocks.
    pub fn open(library: &Library) -> Result<Self, LibraryError> {
        let catalog = library.connect_reader()?;
        catalog.busy_timeout(Duration::ZERO)?;
        Ok(Self(Mutex::new(Recent { catalog, version: None, asked_at: None, found: LruCache::new(CAPACITY) })))
    }

    /// The file with this id, when it was found lately and nothing was committed since, but for the last
    /// five milliseconds before `now`. Waits for no disk.
    pub fn find(&self, location_id: u64, now: Instant) -> Option<Arc<StreamLocation>> {
        let mut recent = self.lock();
        if recent.asked_at.is_none_or(|asked_at| now.saturating_duration_since(asked_at) >= LOOK) {
            recent.refresh()?;
            recent.asked_at = Some(now);
        }
        recent.found.get(&location_id).cloned()
    }

    /// The catalog's version, to be asked for before a row is read that is to be remembered. `None` when it can't be
    /// told now.
    pub fn version(&self) -> Option<CatalogVersion> {
        self.lock().refresh()
    }

    /// Remembers a row that was read after `version` was asked for, unless a later version was seen meanwhile.
    pub fn remember(&self, location_id: u64, location: Arc<StreamLocation>, version: CatalogVersion) {
        let mut recent = self.lock();
        if recent.version == Some(version) {
            recent.found.put(location_id, location);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Recent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recent {
    /// Forgets everything when the version is another one or can't be told.
    fn refresh(&mut self) -> Option<CatalogVersion> {
        let version = read_version(&self.catalog).ok();
        if version.is_none() || version != self.version {
            self.found.clear();
            self.version = version;
        }
        version
    }
}

fn read_version(catalog: &Connection) -> rusqlite::Result<CatalogVersion> {
    catalog.prepare_cached(VERSION)?.query_row([], |row| row.get(0).map(CatalogVersion))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const ID: u64 = 7;

    fn location() -> Arc<StreamLocation> {
        Arc::new(StreamLocation {
            location_id: 7,
            root: "/music".into(),
            locator: "song.mp3".into(),
            ext: "mp3".into(),
            size_bytes: 1,
            mtime_ns: 1,
            title: "Song".into(),
            artist: None,
            part: None,
        })
    }

    fn opened() -> (tempfile::TempDir, Library, RecentLocations) {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let recent = RecentLocations::open(&library).unwrap();
        (folder, library, recent)
    }

    /// A moment at which the version is asked for again.
    fn later() -> Instant {
        static LOOKS: AtomicU32 = AtomicU32::new(1);
        Instant::now() + LOOK * LOOKS.fetch_add(1, Ordering::Relaxed)
    }

    fn commit(library: &Library) {
        let change = |tx: &rusqlite::Transaction<'_>| tx.execute("UPDATE catalog_settings SET value = 'x'", []);
        library.write(|tx| change(tx).map_err(LibraryError::from)).unwrap();
    }

    #[test]
    fn what_was_found_is_found_again() {
        let (_folder, _library, recent) = opened();
        assert_eq!(recent.find(ID, later()), None);
        recent.remember(ID, location(), recent.version().unwrap());
        assert_eq!(recent.find(ID, later()), Some(location()));
        assert_eq!(recent.find(ID, later()), Some(location()));
    }

    #[test]
    fn requests_of_the_same_moment_share_one_look() {
        let (_folder, library, recent) = opened();
        let now = Instant::now();
        assert_eq!(recent.find(ID, now), None);
        recent.remember(ID, location(), recent.version().unwrap());
        commit(&library);
        assert_eq!(recent.find(ID, now + LOOK / 2), Some(location()));
        assert_eq!(recent.find(ID, now + LOOK), None);
    }

    #[test]
    fn any_commit_makes_it_forget() {
        let (_folder, library, recent) = opened();
        recent.remember(ID, location(), recent.version().unwrap());
        commit(&library);
        assert_eq!(recent.find(ID, later()), None);
        assert_eq!(recent.find(ID, later()), None);
    }

    #[test]
    fn a_commit_of_another_program_makes_it_forget() {
        let (folder, _library, recent) = opened();
        recent.remember(ID, location(), recent.version().unwrap());
        commit(&Library::open(folder.path()).unwrap());
        assert_eq!(recent.find(ID, later()), None);
    }

    #[test]
    fn a_row_that_was_read_before_a_commit_is_not_remembered() {
        let (_folder, library, recent) = opened();
        let version = recent.version().unwrap();
        commit(&library);
        assert_eq!(recent.find(ID, later()), None);
        recent.remember(ID, location(), version);
        assert_eq!(recent.find(ID, later()), None);
    }

    #[test]
    fn a_row_under_a_version_that_nobody_saw_pass_is_forgotten_at_the_next_look() {
        let (_folder, library, recent) = opened();
        let version = recent.version().unwrap();
        commit(&library);
        recent.remember(ID, location(), version);
        assert_eq!(recent.find(ID, later()), None);
    }
}
