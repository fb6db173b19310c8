//! Uploads: files that come over HTTP into managed storage, one track each.

mod inbox;

use std::fs;
use std::io;
use std::path::Path;

use catalog_core::import::{
    Change, ContentId, FileFailure, FileStamp, KnownFile, ReadTrack, ScannedFile, Separators, SourceEntry,
};
use catalog_core::model::TrackId;
use catalog_core::ports::{LibraryStore, StoreError};

use super::import::{ImportFailure, lock_imports, now_secs};
use super::registry::open_managed;
use crate::config::UPLOADS;
use crate::library::import::ImportStore;
use crate::library::sources::{COPY, NewSource, Source};
use crate::library::{Library, LibraryError, ids, sources};
use crate::media::managed::ManagedFolder;
use crate::media::pictures::PictureStore;
use crate::media::reader::FileReader;
use crate::media::walk;

pub use inbox::{Inbox, Waiting};

/// So many files of one name are told apart.
const MAX_SAME_NAMES: u32 = 1_000;

/// Why an upload was not taken in. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// Its name is that of no music.
    #[error("{name:?} is not the name of a music file: one of mp3, flac, m4a, ogg, opus, wav and their like is needed")]
    Name {
        /// The name that was given.
        name: String,
    },
    /// It is larger than allowed.
    #[error("the file is larger than the {max_bytes} bytes of import.max_upload")]
    TooLarge {
        /// The most that is taken.
        max_bytes: u64,
    },
    /// It can't be read as music.
    #[error("{:?} is not taken in: {}", .0.path, .0.reason)]
    Unreadable(FileFailure),
    /// There are too many files of this name.
    #[error("there are {MAX_SAME_NAMES} files called {name:?} already; rename the file")]
    TooMany {
        /// The name.
        name: String,
    },
    /// It can't be stored.
    #[error("the file cannot be stored; check the free space of the data folder")]
    Store(#[source] io::Error),
    /// The catalog can't be written.
    #[error(transparent)]
    Catalog(#[from] StoreError),
    /// No import can run now.
    #[error(transparent)]
    Import(#[from] ImportFailure),
}

impl UploadError {
    /// Whether another import is under way: the file can be taken in when that is done.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Import(ImportFailure::Busy))
    }
}

impl From<LibraryError> for UploadError {
    fn from(error: LibraryError) -> Self {
        Self::Import(error.into())
    }
}

/// An upload's own name, and whether what was sent is music: read whole, before anybody is told that it is taken in.
/// Blocks.
///
/// # Errors
/// When it is no music.
pub fn check_upload(data_dir: &Path, name: &str, file: &Path, separators: &Separators) -> Result<String, UploadError> {
    let name = checked_name(name)?;
    read(data_dir, name, file, separators)?;
    Ok(name.to_owned())
}

/// Takes in one file, which stays where it is. The same file under the same name is the same track; another one gets a
/// number behind its name. Blocks.
///
/// # Errors
/// When it is no music or cannot be stored, and [`ImportFailure::Busy`] while an import runs.
pub fn take_upload(
    library: &Library,
    name: &str,
    file: &Path,
    separators: &Separators,
) -> Result<TrackId, UploadError> {
    let name = checked_name(name)?;
    let _lock = lock_imports(library.data_dir())?;
    if !library.read(ids::is_settled)? {
        return Err(ImportFailure::Restored.into());
    }
    let (managed, place) = open_managed(UPLOADS, library.data_dir())?;
    let new = NewSource { name: UPLOADS, kind: UPLOADS, mode: COPY, hides_untagged: false, place: place.clone() };
    let source = library.write(|tx| {
        let source = sources::find_or_create(tx, &new)?;
        sources::settle(tx, &source, &place)?;
        Ok::<_, LibraryError>(source)
    })?;
    let (track, stamp) = read(library.data_dir(), name, file, separators)?;
    take_in(library, source, &managed, separators, name, (file, track, stamp))
}

fn take_in(
    library: &Library,
    source: Source,
    managed: &ManagedFolder,
    separators: &Separators,
    name: &str,
    (file, mut track, stamp): (&Path, ReadTrack, FileStamp),
) -> Result<TrackId, UploadError> {
    let mut store = ImportStore::new(library, source).separating(separators);
    let path = match find_place(&store.known()?.files, name, track.content)? {
        Place::Known(id) => return Ok(id),
        Place::Free(path) => path,
    };
    let copy = managed.link(file, &path, stamp).map_err(UploadError::Store)?;
    track.copy = Some(copy.into_boxed_str());
    let file = ScannedFile { path: path.clone().into_boxed_str(), stamp };
    store.apply(&[Change::Add { file, track: Box::new(track) }], now_secs())?;
    store.settle_cuts(now_secs())?;
    Ok(store.find_track_at(&path)?.unwrap_or_default())
}

/// All that the catalog holds of the file, as of now.
fn read(
    data_dir: &Path,
    name: &str,
    file: &Path,
    separators: &Separators,
) -> Result<(ReadTrack, FileStamp), UploadError> {
    let size_bytes = fs::metadata(file).map_err(UploadError::Store)?.len();
    let stamp = FileStamp { size_bytes, mtime_ns: now_secs().saturating_mul(1_000_000_000) };
    let file = std::path::absolute(file).map_err(UploadError::Store)?;
    let pictures = PictureStore::new(data_dir);
    let mut reader = FileReader::new(Path::new("/"), &pictures, separators);
    let track = reader.read_as(&file.to_string_lossy(), name, stamp).map_err(UploadError::Unreadable)?;
    Ok((track, stamp))
}

/// Where an upload belongs.
enum Place {
    /// It is there already.
    Known(TrackId),
    /// Nothing is there.
    Free(String),
}

fn find_place(known: &[KnownFile], name: &str, content: ContentId) -> Result<Place, UploadError> {
    let (stem, ext) = name.rsplit_once('.').unwrap_or((name, ""));
    for number in 1..=MAX_SAME_NAMES {
        let path = if number == 1 { name.to_owned() } else { format!("{stem} ({number}).{ext}") };
        match known.iter().find(|known| *known.path == *path) {
            Some(known) if known.content == content => return Ok(Place::Known(known.track_id)),
            Some(_) => {}
            None => return Ok(Place::Free(path)),
        }
    }
    Err(UploadError::TooMany { name: name.to_owned() })
}

/// The file's own name, without the folders that some browsers send; it has to be one of music.
fn checked_name(name: &str) -> Result<&str, UploadError> {
    let own = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
    match walk::entry_of(own, FileStamp::default()) {
        Some(SourceEntry::Audio(_)) => Ok(own),
        _ => Err(UploadError::Name { name: name.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tenth of a second of a level.
    fn wav(level: u8) -> Vec<u8> {
        let mut file = b"RIFF".to_vec();
        file.extend((36 + 800_u32).to_le_bytes());
        file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
        file.extend(800_u32.to_le_bytes());
        file.extend([level; 800]);
        file
    }

    #[test]
    fn an_upload_is_a_track_once() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let sent = folder.path().join("sent");
        let take = |name: &str, level: u8| {
            fs::write(&sent, wav(level)).unwrap();
            take_upload(&library, name, &sent, &Separators::default())
        };
        let first = take("C:\\Music\\Someone - Song.wav", 1).unwrap();
        assert_eq!(take("Someone - Song.wav", 1).unwrap(), first, "again");
        let second = take("Someone - Song.wav", 2).unwrap();
        assert_ne!(second, first);
        let rows: Vec<(String, String, String)> = library
            .read(|read| {
                let sql = "SELECT t.source_id, t.title, f.locator FROM tracks t JOIN track_files f USING (track_id) ORDER BY 1";
                let mut statement = read.prepare(sql)?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                Ok::<_, LibraryError>(rows.collect::<rusqlite::Result<_>>()?)
            })
            .unwrap();
        let names: Vec<&str> = rows.iter().map(|(path, _, _)| path.as_str()).collect();
        assert_eq!(names, ["Someone - Song (2).wav", "Someone - Song.wav"]);
        assert_eq!(rows[1].1, "Song", "named by its path");
        assert_eq!(std::fs::read(folder.path().join("media/upload").join(&rows[0].2)).unwrap(), wav(2));
    }

    #[test]
    fn what_is_no_music_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let sent = folder.path().join("sent");
        let take = |name: &str, bytes: &[u8]| {
            fs::write(&sent, bytes).unwrap();
            let refused = check_upload(folder.path(), name, &sent, &Separators::default()).unwrap_err();
            assert!(take_upload(&library, name, &sent, &Separators::default()).is_err());
            refused
        };
        assert!(matches!(take("notes.txt", b"x"), UploadError::Name { .. }));
        assert!(matches!(take("../.hidden.mp3", b"x"), UploadError::Name { .. }));
        assert!(matches!(take("a.wav", b"no music"), UploadError::Unreadable(_)));
        let left = walkdir::WalkDir::new(folder.path().join("media")).into_iter().flatten();
        assert_eq!(left.filter(|entry| entry.file_type().is_file()).count(), 0);
    }
}
