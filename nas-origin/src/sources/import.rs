//! One import of one source: the same for the command, the daemon and anyone else.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use catalog_core::import::{ImportError, ImportOptions, ImportProgress, ImportReport, Separators, import};

use super::catalogsync::replace_lists;
use super::registry::{self, OpenSource};
use crate::config::{ImportConfig, SourceConfig, SourceMode, Untagged};
use crate::library::import::ImportStore;
use crate::library::sources::{NewSource, Source};
use crate::library::{Library, LibraryError, ids, sources};
use crate::lock_file::LockFile;
use crate::media::managed::ManagedFolder;
use crate::snapshot::store::StoreError;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct ImportJob {
    /// The source's name: part of its tracks' identity.
    pub name: String,
    /// The source as configured.
    pub source: SourceConfig,
    /// What separates several values in one text.
    pub separators: Separators,
    /// How long the rows of vanished files are kept.
    pub missing_retention: Duration,
    /// Files that changed in so short a while before the import wait for the next one; zero: none wait.
    pub settle_time: Duration,
    /// Reads every file again.
    pub is_full: bool,
    /// Believes a root that lost all its music, or more than half of it, at once.
    pub accepts_loss: bool,
}

impl ImportJob {
    /// An import of what changed, with all files as they are.
    pub fn new(name: &str, source: &SourceConfig, import: &ImportConfig) -> Self {
        Self {
            name: name.to_owned(),
            source: source.clone(),
            separators: import.separators(),
            missing_retention: import.missing_retention,
            settle_time: Duration::ZERO,
            is_full: false,
            accepts_loss: false,
        }
    }
}

/// Why an import did not happen or did not end.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailure {
    /// Another import is under way.
    #[error("another import is under way; try again when it is done")]
    Busy,
    /// The lock cannot be taken.
    #[error("the lock file {} cannot be used", .path.display())]
    Lock {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The catalog names folders by text, and could not find this one again.
    #[error("the music folder {path:?} cannot be imported: its name is not UTF-8; rename it and try again")]
    FolderName {
        /// The folder, without symbolic links.
        path: PathBuf,
    },
    /// New ids might be ones that were given before.
    #[error(
        "the catalog was restored, and the store was not asked yet which ids it has seen: run `nas-origin import`, which \
         asks it, with publish.store set"
    )]
    Restored,
    /// The folder of copies can't be used.
    #[error("the folder of copies {} cannot be used", .folder.display())]
    Managed {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The bucket's settings are not usable.
    #[error("the bucket of the source {name} cannot be opened; correct sources.{name}.store and its store_options")]
    Bucket {
        /// The source.
        name: String,
        /// What is wrong with them.
        #[source]
        source: StoreError,
    },
    /// The library cannot be used.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The import failed as a whole.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// Imports a source. It blocks: call it from a blocking thread.
///
/// # Errors
/// When another import runs, the source cannot be read or lost most of its music, or the library fails.
pub fn import_source(
    library: &Library,
    job: &ImportJob,
    progress: &dyn ImportProgress,
) -> Result<ImportReport, ImportFailure> {
    let _lock = lock_imports(library.data_dir())?;
    if !library.read(ids::is_settled)? {
        return Err(ImportFailure::Restored);
    }
    let OpenSource { media, place, managed, earlier } =
        registry::open(&job.name, &job.source, &job.separators, library.data_dir())?;
    let new = NewSource {
        name: &job.name,
        kind: job.source.kind.word(),
        mode: job.source.mode.word(),
        hides_untagged: job.source.untagged == Untagged::Hide,
        place: place.clone(),
    };
    let source = library.write(|tx| sources::find_or_create(tx, &new))?;
    let mut store = ImportStore::new(library, source.clone()).separating(&job.separators);
    let mut report = import(media.as_ref(), &mut store, progress, options(job))?;
    if let Some(earlier) = earlier.filter(|_| !report.is_cancelled) {
        report.playlists += replace_lists(library, &source, &earlier, &report, now_secs())?;
    }
    library.write(|tx| sources::settle(tx, &source, &place))?;
    if let Some(managed) = managed.filter(|_| report.added + report.updated + report.moved > 0) {
        sweep(library, &source, &managed);
    }
    Ok(report)
}

/// Removes copies that no track has any more. What can't be removed now is when something changes again.
fn sweep(library: &Library, source: &Source, managed: &ManagedFolder) {
    let named = library.read(|read| sources::list_locators(read, source));
    let swept = named.map_err(io::Error::other).and_then(|named| managed.sweep(&named));
    match swept {
        Ok(0) => {}
        Ok(copies) => tracing::info!(source = source.name, copies, "copies that no track has any more were removed"),
        Err(error) => tracing::warn!(source = source.name, "old copies could not be removed: {error}"),
    }
}

fn options(job: &ImportJob) -> ImportOptions {
    ImportOptions {
        is_full: job.is_full,
        accepts_loss: job.accepts_loss,
        keeps_vanished: job.source.mode == SourceMode::Copy,
        settle_secs: job.settle_time.as_secs().cast_signed(),
        missing_retention_secs: job.missing_retention.as_secs().cast_signed(),
        now: now_secs(),
    }
}

/// Unix seconds.
pub(super) fn now_secs() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs().cast_signed()
}

/// Whether an import is under way, in this process or another one.
pub fn is_under_way(data_dir: &Path) -> bool {
    matches!(lock_imports(data_dir), Err(ImportFailure::Busy))
}

/// One import at a time for a catalog.
pub(crate) fn lock_imports(data_dir: &Path) -> Result<LockFile, ImportFailure> {
    let path = data_dir.join("import.lock");
    LockFile::try_alone(&path).map_err(|source| ImportFailure::Lock { path, source })?.ok_or(ImportFailure::Busy)
}

#[cfg(test)]
mod any_history;
#[cfg(test)]
mod tests;
