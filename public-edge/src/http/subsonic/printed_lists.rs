//! The lists that are asked for most, newest and most played, printed whole: answers are then cut from them (ADR 0020).
//!
//! A list is printed once listeners have asked for as many of its albums as it has, so no edge prints more than twice what
//! it has to. It lies in a file without a name in the cache folder, and goes when another database is served.

mod list;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use catalog_core::ports::AlbumOrder;
use snapshot_format::Sha256Hex;

use self::list::PrintError;
pub(super) use self::list::PrintedList;
use crate::background;
use crate::snapshot::current::Generation;
use crate::snapshot::free_bytes;
use crate::state::Edge;

/// Answers from shorter lists, half a kilobyte an album, all fit the cache of answers.
const LEAST_ALBUMS: u64 = 10_000;

/// The lists of the database that is served.
pub struct PrintedLists {
    folder: PathBuf,
    /// The newest generation that was asked.
    generation: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The lists are of this one, under whichever manifest.
    database: Option<Sha256Hex>,
    newest: Progress,
    most_played: Progress,
}

enum Progress {
    /// Albums that were asked for so far.
    Asked(u64),
    /// It is being printed.
    Begun,
    /// It could not be printed.
    GivenUp,
    Printed(Arc<PrintedList>),
}

impl Default for Progress {
    fn default() -> Self {
        Self::Asked(0)
    }
}

impl PrintedLists {
    /// Lists whose files lie in this folder.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, generation: AtomicU64::new(0), kept: Mutex::default() }
    }

    /// Turns to the database of a newer generation; the lists of another one go.
    fn turn_to(&self, generation: &Generation) {
        if self.generation.fetch_max(generation.number, Ordering::AcqRel) >= generation.number {
            return;
        }
        let database = Some(&generation.manifest.database.sha256);
        let mut kept = self.lock();
        let is_newest = self.generation.load(Ordering::Acquire) == generation.number;
        if is_newest && kept.database.as_ref() != database {
            let void = std::mem::replace(&mut *kept, Kept { database: database.cloned(), ..Kept::default() });
            drop(kept);
            background::discard("void lists", void);
        }
    }

    /// Keeps what became of a list, unless another database is served by now.
    fn settle(&self, database: &Sha256Hex, order: AlbumOrder, outcome: Progress) {
        if let Some(progress) = self.lock().progress(database, order) {
            *progress = outcome;
        }
    }

    /// Whether a list of this database may still be printed: it is served, and another one would fit beside the list.
    fn check(&self, database: &Sha256Hex, database_bytes: u64) -> Result<(), PrintError> {
        let folder = self.folder.clone();
        if self.lock().database.as_ref() != Some(database) {
            return Err(PrintError::Superseded);
        }
        match free_bytes(&folder) {
            Ok(free) if free < database_bytes.saturating_mul(2) => Err(PrintError::NoRoom { folder, database_bytes }),
            Ok(_) => Ok(()),
            Err(source) => Err(PrintError::File { folder, source }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // What a panic leaves is at worst a list that is not printed.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What became of both lists, once neither is waited for.
    #[cfg(test)]
    pub(super) fn are_printed(&self) -> Option<bool> {
        let kept = self.lock();
        match (&kept.newest, &kept.most_played) {
            (Progress::Printed(_), Progress::Printed(_)) => Some(true),
            (Progress::GivenUp, Progress::GivenUp) => Some(false),
            _ => None,
        }
    }
}

impl Kept {
    /// What is known of a list; nothing of lists that are never printed, or of another database.
    fn progress(&mut self, database: &Sha256Hex, order: AlbumOrder) -> Option<&mut Progress> {
        match order {
            _ if self.database.as_ref() != Some(database) => None,
            AlbumOrder::Newest => Some(&mut self.newest),
            AlbumOrder::MostPlayed => Some(&mut self.most_played),
            AlbumOrder::ByName | AlbumOrder::ByArtist | AlbumOrder::ByYear => None,
        }
    }
}

/// The printed lists of one snapshot, as a call sees them.
pub(super) struct SnapshotLists<'a> {
    edge: &'a Edge,
    generation: &'a Arc<Generation>,
}

impl<'a> SnapshotLists<'a> {
    /// The lists of a generation; when it is the newest, those of the one before go.
    pub(super) fn of(edge: &'a Edge, generation: &'a Arc<Generation>) -> Self {
        edge.printed_lists.turn_to(generation);
        Self { edge, generation }
    }

    /// A list, if it is printed. Otherwise it is noted that a page of it is asked for.
    pub(super) fn find(&self, order: AlbumOrder, offset: u64, size: usize) -> Option<Arc<PrintedList>> {
        let manifest = &self.generation.manifest;
        if manifest.album_count < LEAST_ALBUMS {
            return None;
        }
        let mut kept = self.edge.printed_lists.lock();
        let progress = kept.progress(&manifest.database.sha256, order)?;
        match progress {
            Progress::Printed(list) => return Some(Arc::clone(list)),
            Progress::Begun | Progress::GivenUp => return None,
            Progress::Asked(asked) => {
                *asked += manifest.album_count.saturating_sub(offset).min(size as u64);
                if *asked < manifest.album_count {
                    return None;
                }
            }
        }
        *progress = Progress::Begun;
        drop(kept);
        self.begin(order);
        None
    }

    /// Prints a list out of the way of requests.
    fn begin(&self, order: AlbumOrder) {
        let (edge, generation) = (self.edge.clone(), Arc::clone(self.generation));
        let print = move || {
            let (lists, database) = (&edge.printed_lists, &generation.manifest.database);
            let may_go_on = || lists.check(&database.sha256, database.size_bytes);
            let reader = generation.readers.open().map_err(PrintError::from);
            let printed =
                reader.and_then(|reader| PrintedList::print(reader.as_ref(), order, &lists.folder, may_go_on));
            let outcome = match printed {
                Ok(list) => Progress::Printed(Arc::new(list)),
                Err(PrintError::Superseded) => return,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, ?order, "a list of albums is not printed whole; each answer is by itself");
                    Progress::GivenUp
                }
            };
            lists.settle(&database.sha256, order, outcome);
        };
        if let Err(error) = background::spawn("print", print) {
            tracing::warn!(%error, "no thread to print a list of albums");
        }
    }
}
