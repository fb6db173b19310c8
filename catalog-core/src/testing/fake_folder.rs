//! A folder of music in memory: what a walk finds, and what is in each file.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::import::{
    AlbumTags, ArtistName, ContentId, FileFailure, FileStamp, ListedPlaylist, Picture, PictureFile, ReadTrack,
    ScannedFile, SourceEntry, TagsId, TextKind, TrackRecord, describe, parse_playlist,
};
use crate::ports::{MediaSource, SourceError};

/// A folder: files by their path below the root.
#[derive(Clone, Debug, Default)]
pub struct FakeFolder {
    /// The files.
    pub files: BTreeMap<String, FakeFile>,
}

/// A file and the time of its last change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FakeFile {
    /// What is in it.
    pub content: FakeContent,
    /// Nanoseconds since 1970.
    pub mtime_ns: i64,
}

/// What is in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FakeContent {
    /// A tune of this title, on an album of its own artist.
    Tune(String),
    /// A picture that is told by this letter.
    Picture(char),
    /// The text of a playlist.
    Playlist(String),
    /// A text that says more of the music beside it.
    Text(TextKind, String),
    /// Nothing that could be read.
    Damaged,
    /// A tune that may not be read now.
    Locked(String),
}

impl FakeFolder {
    /// Puts a file, in place of what was there.
    pub fn put(&mut self, path: &str, content: FakeContent, mtime_ns: i64) {
        self.files.insert(path.to_owned(), FakeFile { content, mtime_ns });
    }

    /// Renames a file; its time stays.
    ///
    /// # Panics
    /// When it isn't there.
    pub fn rename(&mut self, from: &str, to: &str) {
        let file = self.files.remove(from);
        assert!(file.is_some(), "{from} is not there");
        self.files.extend(file.map(|file| (to.to_owned(), file)));
    }

    fn content(&self, path: &str) -> Result<&FakeContent, FileFailure> {
        let file = self.files.get(path).ok_or_else(|| failure(path, "not there"))?;
        Ok(&file.content)
    }
}

impl FakeFile {
    /// In this folder the size tells the kind and the length of the title.
    fn stamp(&self) -> FileStamp {
        let size_bytes = match &self.content {
            FakeContent::Tune(text)
            | FakeContent::Locked(text)
            | FakeContent::Playlist(text)
            | FakeContent::Text(_, text) => text.len() as u64,
            FakeContent::Picture(_) | FakeContent::Damaged => 1,
        };
        FileStamp { size_bytes, mtime_ns: self.mtime_ns }
    }

    fn entry(&self, path: &str) -> SourceEntry {
        let file = ScannedFile { path: path.into(), stamp: self.stamp() };
        match self.content {
            FakeContent::Tune(_) | FakeContent::Damaged | FakeContent::Locked(_) => SourceEntry::Audio(file),
            FakeContent::Picture(_) => SourceEntry::Picture(file),
            FakeContent::Playlist(_) => SourceEntry::Playlist(file),
            FakeContent::Text(kind, _) => SourceEntry::Text(kind, file),
        }
    }
}

impl MediaSource for FakeFolder {
    fn walk(&self, seen: &mut dyn FnMut(SourceEntry) -> ControlFlow<()>) -> Result<(), SourceError> {
        for (path, file) in &self.files {
            if seen(file.entry(path)).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn content_id(&self, path: &str, _stamp: FileStamp) -> Option<ContentId> {
        match self.content(path).ok()? {
            FakeContent::Tune(title) => Some(content_of(title)),
            _ => None,
        }
    }

    fn read_tracks(
        &self,
        files: &[(&str, FileStamp)],
        outcome: &mut dyn FnMut(usize, Result<ReadTrack, FileFailure>) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        for (index, (path, _)) in files.iter().enumerate() {
            let read = self.content(path).and_then(|content| match content {
                FakeContent::Tune(title) => Ok(fake_track(path, title)),
                FakeContent::Locked(_) => Err(FileFailure { may_pass: true, ..failure(path, "locked") }),
                _ => Err(failure(path, "damaged")),
            });
            if outcome(index, read).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn read_picture(&self, path: &str, _stamp: FileStamp) -> Result<PictureFile, FileFailure> {
        match self.content(path)? {
            FakeContent::Picture(letter) => Ok(PictureFile { picture: fake_picture(*letter) }),
            _ => Err(failure(path, "no picture")),
        }
    }

    fn read_text(&self, kind: TextKind, path: &str, _stamp: FileStamp) -> Result<String, FileFailure> {
        match self.content(path)? {
            FakeContent::Text(found, text) if *found == kind => Ok(text.clone()),
            _ => Err(failure(path, "no such text")),
        }
    }

    fn read_playlist(&self, path: &str) -> Result<ListedPlaylist, FileFailure> {
        match self.content(path)? {
            FakeContent::Playlist(text) => Ok(parse_playlist(path, text, &[])),
            _ => Err(failure(path, "no playlist")),
        }
    }
}

/// A file's content and tags, both told by the title alone.
pub fn fake_track(path: &str, title: &str) -> ReadTrack {
    let artist = vec![ArtistName::from("Someone")];
    let record = TrackRecord {
        title: title.to_owned(),
        artist: Some("Someone".to_owned()),
        artists: artist,
        album: AlbumTags { name: Some("Something".to_owned()), ..AlbumTags::default() },
        ..TrackRecord::default()
    };
    let content = content_of(title);
    ReadTrack { record: describe(path, record), tags: TagsId(content.0), content, copy: None, places: Vec::new() }
}

/// A picture that is told by a letter.
pub fn fake_picture(letter: char) -> Picture {
    Picture { sha256: letter.to_string().repeat(64), ext: "jpg".to_owned(), width: 300, height: 300 }
}

/// The first bytes of the title.
fn content_of(title: &str) -> ContentId {
    let mut bytes = title.bytes();
    ContentId(std::array::from_fn(|_| bytes.next().unwrap_or_default()))
}

fn failure(path: &str, reason: &str) -> FileFailure {
    FileFailure { path: path.to_owned(), reason: reason.to_owned(), may_pass: false }
}
