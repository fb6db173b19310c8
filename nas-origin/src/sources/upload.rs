//! Uploads: files that come over HTTP into managed storage, one track each.

use std::io::{self, Read, Write};
use std::path::Path;

use catalog_core::import::{
    Change, ContentId, FileFailure, FileStamp, KnownFile, ScannedFile, Separators, SourceEntry,
};
use catalog_core::model::TrackId;
use catalog_core::ports::{LibraryStore, StoreError};
use tempfile::NamedTempFile;

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
    #[error("the file is larger than {max_bytes} bytes")]
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

impl From<LibraryError> for UploadError {
    fn from(error: LibraryError) -> Self {
        Self::Import(error.into())
    }
}

/// What is taken, and how it is read.
#[derive(Clone, Copy, Debug)]
pub struct UploadRules<'a> {
    /// The most that one file may have.
    pub max_bytes: u64,
    /// What separates several values in one text.
    pub separators: &'a Separators,
}

/// Takes in one file. The same file under the same name is the same track; another one gets a
/// number behind its name. Blocks.
///
/// # Errors
/// When it is no music, too large or cannot be stored, and [`ImportFailure::Busy`] while an import runs.
pub fn take_upload(
    library: &Library,
    name: &str,
    bytes: impl Read,
    rules: UploadRules<'_>,
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
    take_in(library, source, &managed, name, bytes, rules)
}

fn take_in(
    library: &Library,
    source: Source,
    managed: &ManagedFolder,
    name: &str,
    bytes: impl Read,
    rules: UploadRules<'_>,
) -> Result<TrackId, UploadError> {
    let (file, size_bytes) = receive(managed, name, bytes, rules.max_bytes)?;
    let stamp = FileStamp { size_bytes, mtime_ns: now_secs().saturating_mul(1_000_000_000) };
    let pictures = PictureStore::new(library.data_dir());
    let lies_at = file.path().to_string_lossy();
    let mut reader = FileReader::new(Path::new("/"), &pictures, rules.separators);
    let mut track = reader.read_as(&lies_at, name, stamp).map_err(UploadError::Unreadable)?;
    let mut store = ImportStore::new(library, source);
    let path = match find_place(&store.known()?.files, name, track.content)? {
        Place::Known(id) => return Ok(id),
        Place::Free(path) => path,
    };
    let copy = managed.keep(file.path(), &path, stamp.mtime_ns).map_err(UploadError::Store)?;
    track.copy = Some(copy.into_boxed_str());
    let file = ScannedFile { path: path.clone().into_boxed_str(), stamp };
    store.apply(&[Change::Add { file, track: Box::new(track) }], now_secs())?;
    Ok(store.find_track_at(&path)?.unwrap_or_default())
}

/// The upload as a file that goes with its handle, and its size.
fn receive(
    managed: &ManagedFolder,
    name: &str,
    bytes: impl Read,
    max_bytes: u64,
) -> Result<(NamedTempFile, u64), UploadError> {
    let ext = name.rsplit_once('.').map_or("", |(_, ext)| ext);
    let mut file = managed.receive(ext).map_err(UploadError::Store)?;
    let size_bytes = io::copy(&mut bytes.take(max_bytes.saturating_add(1)), &mut file).map_err(UploadError::Store)?;
    if size_bytes > max_bytes {
        return Err(UploadError::TooLarge { max_bytes });
    }
    file.flush().map_err(UploadError::Store)?;
    Ok((file, size_bytes))
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
        let rules = UploadRules { max_bytes: 10_000, separators: &Separators::default() };
        let take = |name: &str, level: u8| take_upload(&library, name, wav(level).as_slice(), rules);
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
    fn what_is_no_music_or_too_large_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let rules = UploadRules { max_bytes: 900, separators: &Separators::default() };
        let take = |name: &str, bytes: &[u8]| take_upload(&library, name, bytes, rules).unwrap_err();
        assert!(matches!(take("notes.txt", b"x"), UploadError::Name { .. }));
        assert!(matches!(take("../.hidden.mp3", b"x"), UploadError::Name { .. }));
        assert!(matches!(take("a.wav", &[0; 901]), UploadError::TooLarge { .. }));
        assert!(matches!(take("a.wav", b"no music"), UploadError::Unreadable(_)));
        let left = walkdir::WalkDir::new(folder.path().join("media")).into_iter().flatten();
        assert_eq!(left.filter(|entry| entry.file_type().is_file()).count(), 0);
    }
}
