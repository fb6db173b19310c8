//! One list of albums, printed whole into a file.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use catalog_core::ports::{AlbumOrder, AlbumsOf, CatalogReader, ReadError};

use crate::background;
use crate::http::buffers::Buffer;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// Albums that are printed before requests may go first: a tenth of a millisecond.
const STEP: usize = 250;

/// A list of albums as `getAlbumList2` has it in JSON.
pub(in crate::http::subsonic) struct PrintedList {
    /// It has no name, so it goes with this value.
    file: File,
    /// Where each album ends.
    ends: Vec<u32>,
}

/// Why a list was not printed.
#[derive(Debug, thiserror::Error)]
pub(super) enum PrintError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("a file in the cache folder {} can't be written", folder.display())]
    File {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the disk of the cache folder {} has less than twice the database's {database_bytes} bytes free", folder.display())]
    NoRoom { folder: PathBuf, database_bytes: u64 },
    #[error("it is longer than 4 GiB")]
    TooLong,
    #[error("another snapshot is being served")]
    Superseded,
}

impl PrintedList {
    /// Prints a list into a file of this folder, a step at a time, each if `may_go_on`.
    pub(super) fn print(
        reader: &dyn CatalogReader,
        order: AlbumOrder,
        folder: &Path,
        may_go_on: impl Fn() -> Result<(), PrintError>,
    ) -> Result<Self, PrintError> {
        let at_file = |source| PrintError::File { folder: folder.to_owned(), source };
        let mut list = Self { file: tempfile::tempfile_in(folder).map_err(at_file)?, ends: Vec::new() };
        loop {
            may_go_on()?;
            let first = list.ends.len();
            let step = list.next_step(reader, order)?;
            list.file.write_all(step.written()).map_err(at_file)?;
            if list.ends.len() < first + STEP {
                list.ends.shrink_to_fit();
                return Ok(list);
            }
            background::give_way();
        }
    }

    /// Prints the next albums and notes where each will end.
    fn next_step(&mut self, reader: &dyn CatalogReader, order: AlbumOrder) -> Result<Buffer, PrintError> {
        let (first, start) = (self.ends.len() as u64, self.ends.last().copied().unwrap_or(0));
        let mut fits = true;
        let (step, read) = Printer::loose_items(|albums| {
            reader.each_album(AlbumsOf::Order(order), first, STEP, &mut |album| {
                albums.item(|object| views::album(object, album));
                let end = u32::try_from(albums.length()).ok().and_then(|length| start.checked_add(length));
                fits &= end.is_some();
                self.ends.extend(end);
            })
        });
        read?;
        if fits { Ok(step) } else { Err(PrintError::TooLong) }
    }

    /// Where `size` albums from the `offset`th on stand; as many as there are.
    pub(in crate::http::subsonic) fn place(&self, offset: u64, size: usize) -> Range<u32> {
        let first = usize::try_from(offset).unwrap_or(usize::MAX).min(self.ends.len());
        let end = first.saturating_add(size).min(self.ends.len());
        let start_of = |album: usize| album.checked_sub(1).map_or(0, |before| self.ends[before]);
        start_of(first)..start_of(end)
    }

    /// Copies what stands from `start` on.
    pub(in crate::http::subsonic) fn read(&self, start: u32, bytes: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(bytes, start.into())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use catalog_core::testing::{CatalogDraft, sample_draft};

    use super::*;
    use crate::testing::reader_of;

    #[test]
    fn what_is_superseded_breaks_off_between_two_steps() {
        let CatalogDraft { mut albums, tracks, .. } = sample_draft();
        albums = albums.iter().cycle().take(3 * STEP).cloned().collect();
        let reader = reader_of(&CatalogDraft { albums, tracks, ..CatalogDraft::default() }.finish());
        let folder = tempfile::tempdir().expect("a folder");
        let steps = Cell::new(0);
        let two_steps = || {
            steps.set(steps.get() + 1);
            if steps.get() > 2 { Err(PrintError::Superseded) } else { Ok(()) }
        };
        let print = |may_go_on: &dyn Fn() -> Result<(), PrintError>| {
            PrintedList::print(reader.as_ref(), AlbumOrder::ByName, folder.path(), may_go_on)
        };
        assert!(matches!(print(&two_steps), Err(PrintError::Superseded)));
        let whole = print(&|| Ok(())).expect("a list");
        assert_eq!(whole.ends.len(), 3 * STEP);
        let end = whole.file.metadata().expect("a size").len();
        assert_eq!(u64::from(whole.place(0, usize::MAX).end), end);
        assert!(whole.place(3 * STEP as u64, 1).is_empty() && whole.place(u64::MAX, 1).is_empty());
    }
}
