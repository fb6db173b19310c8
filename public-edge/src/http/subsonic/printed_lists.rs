//! The lists that are asked for most, newest and most played, printed whole: answers are then cut from them (ADR 0020).
//!
//! A list is printed once listeners have asked for as many of its albums as it has, so no edge prints more than twice what
//! it has to. It lies in a file without a name in the cache folder, which goes with its snapshot.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use catalog_core::ports::{AlbumOrder, AlbumsOf, CatalogReader, ReadError};

use super::printer::Printer;
use super::views;
use crate::background;
use crate::snapshot::current::Generation;
use crate::state::Edge;

/// Albums that are printed before requests may go first: a tenth of a millisecond.
const STEP: usize = 250;
/// Shorter lists are not worth a file.
const LEAST_ALBUMS: u64 = 10_000;

/// A list of albums as `getAlbumList2` has it in JSON.
pub(super) struct PrintedList {
    file: File,
    /// Where each album ends.
    ends: Vec<u32>,
}

/// Why a list was not printed.
#[derive(Debug, thiserror::Error)]
enum PrintError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("a file in the cache folder {} can't be written", folder.display())]
    File {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("it is longer than 4 GiB")]
    TooLong,
}

impl PrintedList {
    fn print(reader: &dyn CatalogReader, order: AlbumOrder, folder: &Path) -> Result<Self, PrintError> {
        let at_file = |source| PrintError::File { folder: folder.to_owned(), source };
        let mut file = tempfile::tempfile_in(folder).map_err(at_file)?;
        let (mut ends, mut written) = (Vec::new(), 0);
        loop {
            let first = ends.len();
            let (step, read) = Printer::loose_items(|albums| {
                reader.each_album(AlbumsOf::Order(order), first as u64, STEP, &mut |album| {
                    albums.item(|object| views::album(object, album));
                    ends.push(written + albums.length());
                })
            });
            read?;
            file.write_all(step.written()).map_err(at_file)?;
            written += step.written().len();
            if ends.len() < first + STEP {
                break;
            }
            background::give_way();
        }
        let ends: Result<_, _> = ends.into_iter().map(u32::try_from).collect();
        Ok(Self { file, ends: ends.or(Err(PrintError::TooLong))? })
    }

    /// Where `size` albums from the `offset`th on stand; as many as there are.
    pub(super) fn place(&self, offset: u64, size: usize) -> Range<u32> {
        let first = usize::try_from(offset).unwrap_or(usize::MAX).min(self.ends.len());
        let end = first.saturating_add(size).min(self.ends.len());
        let start_of = |album: usize| album.checked_sub(1).map_or(0, |before| self.ends[before]);
        start_of(first)..start_of(end)
    }

    /// Copies what stands from `start` on.
    pub(super) fn read(&self, start: u32, bytes: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(bytes, start.into())
    }
}

/// The lists of the snapshot that was asked last.
pub struct PrintedLists {
    folder: PathBuf,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The generation's number.
    generation: u64,
    newest: Progress,
    most_played: Progress,
}

enum Progress {
    /// Albums that were asked for so far.
    Asked(u64),
    /// It is being printed, or can't be.
    Begun,
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
        Self { folder, kept: Mutex::default() }
    }

    /// Whether a list is printed.
    #[cfg(test)]
    pub(super) fn has(&self, order: AlbumOrder) -> bool {
        let mut kept = self.lock();
        let generation = kept.generation;
        kept.progress(generation, order).is_some_and(|progress| matches!(progress, Progress::Printed(_)))
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // What a panic leaves is at worst a list that is not printed.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// What is known of a list of a generation; nothing of lists that are not printed, or of a generation that is no longer
    /// served.
    fn progress(&mut self, generation: u64, order: AlbumOrder) -> Option<&mut Progress> {
        if generation > self.generation {
            let void = std::mem::replace(self, Self { generation, ..Self::default() });
            background::discard("void lists", void);
        }
        match order {
            _ if generation < self.generation => None,
            AlbumOrder::Newest => Some(&mut self.newest),
            AlbumOrder::MostPlayed => Some(&mut self.most_played),
            AlbumOrder::ByName | AlbumOrder::ByArtist | AlbumOrder::ByYear => None,
        }
    }
}

/// The printed lists of one snapshot, as a call sees them.
pub(super) struct SnapshotLists<'a> {
    pub(super) edge: &'a Edge,
    pub(super) generation: &'a Arc<Generation>,
}

impl SnapshotLists<'_> {
    /// A list, if it is printed. Otherwise it is noted that `albums` of it are printed for this call.
    pub(super) fn find(&self, order: AlbumOrder, albums: usize) -> Option<Arc<PrintedList>> {
        let mut kept = self.edge.printed_lists.lock();
        let progress = kept.progress(self.generation.number, order)?;
        match progress {
            Progress::Printed(list) => return Some(Arc::clone(list)),
            Progress::Begun => {}
            Progress::Asked(asked) => {
                *asked += albums as u64;
                if *asked >= self.generation.manifest.album_count.max(LEAST_ALBUMS) {
                    *progress = Progress::Begun;
                    self.begin(order);
                }
            }
        }
        None
    }

    /// Prints a list out of the way of requests.
    fn begin(&self, order: AlbumOrder) {
        let (edge, generation) = (self.edge.clone(), Arc::clone(self.generation));
        let print = move || {
            let lists = &edge.printed_lists;
            let reader = generation.readers.open().map_err(PrintError::from);
            match reader.and_then(|reader| PrintedList::print(reader.as_ref(), order, &lists.folder)) {
                Ok(list) => {
                    if let Some(progress) = lists.lock().progress(generation.number, order) {
                        *progress = Progress::Printed(Arc::new(list));
                    }
                }
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(
                        error,
                        ?order,
                        "a list of albums was not printed whole; each answer is printed by itself"
                    );
                }
            }
        };
        if let Err(error) = background::spawn("print", print) {
            tracing::warn!(%error, "no thread to print a list of albums");
        }
    }
}
