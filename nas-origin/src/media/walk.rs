//! Walking a music folder: what is of interest in it, by name, and nothing that leads out of it.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::UNIX_EPOCH;

use catalog_core::import::{FileFailure, FileStamp, ScannedFile, SourceEntry, TextKind};
use walkdir::{DirEntry, WalkDir};

use super::ignored::Ignored;

/// What the tag reader reads, and some that it doesn't: a file that is not taken in is told of, not passed over.
const AUDIO: &[&str] = &[
    "aac", "ac3", "afc", "aif", "aifc", "aiff", "ape", "dff", "dsf", "flac", "m4a", "m4b", "m4p", "m4r", "mka", "mp+",
    "mp1", "mp2", "mp3", "mp4", "mpc", "mpp", "oga", "ogg", "opus", "spx", "tak", "tta", "wav", "wave", "wma", "wv",
];
const PICTURES: &[&str] = &["bmp", "gif", "jpeg", "jpg", "png", "webp"];
const PICTURE_NAMES: &[&str] = &["artist", "cover", "folder", "front"];
const PLAYLISTS: &[&str] = &["m3u", "m3u8"];
const LYRICS: &[&str] = &["lrc"];
const SHEETS: &[&str] = &["cue"];
/// Folders in which network storage keeps thumbnails, deleted files and old states.
const SYSTEM_FOLDERS: &[&str] = &[
    "@eaDir",
    "@Recycle",
    "@Recently-Snapshot",
    "#recycle",
    "#snapshot",
    "$RECYCLE.BIN",
    "lost+found",
    "System Volume Information",
];

/// Hands over what lies below `root`. Symbolic links are not followed; hidden and system folders are passed over, and
/// what `patterns`, `.nomedia` and `.ndignore` say.
///
/// # Errors
/// When the root itself cannot be read.
pub fn walk(
    root: &Path,
    patterns: &[String],
    seen: &mut dyn FnMut(SourceEntry) -> ControlFlow<()>,
) -> Result<(), walkdir::Error> {
    let mut ignored = Ignored::at(root, patterns);
    let walk = WalkDir::new(root).follow_links(false).follow_root_links(true).min_depth(1).into_iter();
    let is_wanted = |entry: &DirEntry| {
        let is_folder = entry.file_type().is_dir();
        !is_passed_over(entry.file_name()) && !ignored.covers(entry.path(), entry.depth(), is_folder)
    };
    for entry in walk.filter_entry(is_wanted) {
        let found = match entry {
            Ok(entry) if entry.file_type().is_dir() || entry.file_type().is_symlink() => None,
            Ok(entry) => kind_of(entry.file_name()).map(|kind| look_at(root, &entry, kind)),
            Err(error) if error.depth() == 0 => return Err(error),
            Err(error) => Some(SourceEntry::UnreadableFolder(failure_of(root, &error))),
        };
        if found.is_some_and(|entry| seen(entry).is_break()) {
            break;
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Kind {
    Audio,
    Picture,
    Playlist,
    Text(TextKind),
}

/// What an object of a bucket is, by its name; `None` for what is not of interest or hidden. A sheet is not: only files on
/// the NAS's own disks are cut.
pub fn entry_of(path: &str, stamp: FileStamp) -> Option<SourceEntry> {
    let kind = kind_of(OsStr::new(path.rsplit_once('/').map_or(path, |(_, name)| name)))?;
    let is_sheet = matches!(kind, Kind::Text(TextKind::Sheet));
    if is_sheet || path.split('/').any(|part| is_passed_over(OsStr::new(part))) {
        return None;
    }
    let file = ScannedFile { path: path.into(), stamp };
    Some(if path.chars().any(char::is_control) {
        let reason = "the name holds control characters; rename the object".to_owned();
        SourceEntry::Broken(FileFailure { path: path.to_owned(), reason, may_pass: true })
    } else {
        kind.entry(file)
    })
}

impl Kind {
    fn entry(self, file: ScannedFile) -> SourceEntry {
        match self {
            Self::Audio => SourceEntry::Audio(file),
            Self::Picture => SourceEntry::Picture(file),
            Self::Playlist => SourceEntry::Playlist(file),
            Self::Text(kind) => SourceEntry::Text(kind, file),
        }
    }
}

fn kind_of(name: &OsStr) -> Option<Kind> {
    let (stem, extension) =
        name.to_string_lossy().rsplit_once('.').map(|(stem, ext)| (stem.to_owned(), ext.to_owned()))?;
    let is_one_of = |words: &[&str], word: &str| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is_one_of(AUDIO, &extension) {
        Some(Kind::Audio)
    } else if is_one_of(PICTURES, &extension) && is_one_of(PICTURE_NAMES, &stem) {
        Some(Kind::Picture)
    } else if is_one_of(PLAYLISTS, &extension) {
        Some(Kind::Playlist)
    } else if is_one_of(LYRICS, &extension) {
        Some(Kind::Text(TextKind::Lyrics))
    } else {
        is_one_of(SHEETS, &extension).then_some(Kind::Text(TextKind::Sheet))
    }
}

fn is_passed_over(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || SYSTEM_FOLDERS.iter().any(|folder| name.eq_ignore_ascii_case(folder))
}

fn look_at(root: &Path, entry: &DirEntry, kind: Kind) -> SourceEntry {
    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let broken = |reason: String| SourceEntry::Broken(FileFailure { path: shown(below), reason, may_pass: true });
    let Some(path) = below.to_str() else {
        return broken("the name is not UTF-8; rename the file".to_owned());
    };
    if path.chars().any(char::is_control) {
        return broken("the name holds control characters; rename the file".to_owned());
    }
    match entry.metadata() {
        Ok(metadata) if !metadata.is_file() => broken("not a regular file".to_owned()),
        Ok(metadata) => kind.entry(ScannedFile { path: path.into(), stamp: stamp_of(&metadata) }),
        Err(error) => broken(format!("cannot be looked at: {error}")),
    }
}

fn stamp_of(metadata: &Metadata) -> FileStamp {
    let since_1970 = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let mtime_ns = i64::try_from(since_1970.as_nanos()).unwrap_or(i64::MAX);
    FileStamp { size_bytes: metadata.len(), mtime_ns }
}

/// A name for people: bytes that are not UTF-8 as `\xe9`, so that no two names look the same.
fn shown(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        shown.push_str(chunk.valid());
        shown.extend(chunk.invalid().escape_ascii().map(char::from));
    }
    shown
}

fn failure_of(root: &Path, error: &walkdir::Error) -> FileFailure {
    let path = error.path().map_or(Path::new(""), |path| path.strip_prefix(root).unwrap_or(path));
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    let reason = format!("the folder cannot be read: {reason}");
    FileFailure { path: shown(path), reason, may_pass: true }
}
