//! Imports over real files: what the catalog holds after each, and that it keeps ids, order and calm.

mod beside;
pub(super) mod cuts;
mod formats;
mod holdings;
mod ids;
mod roots;

use std::fs;

use super::*;
use crate::config::SourceKind;
use crate::library::settings;
use lofty::config::WriteOptions;
use lofty::picture::{MimeType, Picture, PictureType};
use lofty::prelude::*;
use lofty::tag::{ItemKey, Tag, TagType};

pub(super) struct Unwatched;

impl ImportProgress for Unwatched {
    fn planned(&self, _files: u64) {}
    fn done(&self, _files: u64) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

pub(super) struct House {
    pub(super) folder: tempfile::TempDir,
    pub(super) library: Library,
    pub(super) job: ImportJob,
}

impl House {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("music");
        fs::create_dir(&root).unwrap();
        let library = Library::open(&folder.path().join("data")).unwrap();
        let import = ImportConfig { missing_retention: Duration::from_hours(1), ..ImportConfig::default() };
        let job = ImportJob::new("local", &SourceConfig::local(root), &import);
        Self { folder, library, job }
    }

    /// Another source, whose folder lies beside the first one's.
    pub(super) fn job_for(&self, name: &str) -> ImportJob {
        let source = SourceConfig::local(self.folder.path().join(name));
        ImportJob { name: name.to_owned(), source, ..self.job.clone() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        let path = self.job.source.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// A second of a tone that no other file has, with tags.
    pub(super) fn put(&self, name: &str, tags: &[(ItemKey, &str)]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, wav(name)).unwrap();
        tag(&path, tags, None);
        path
    }

    pub(super) fn import(&self) -> ImportReport {
        import_source(&self.library, &self.job, &Unwatched).unwrap()
    }

    pub(super) fn counts(&self) -> [u64; 6] {
        let report = self.import();
        let failed = report.failures.len() as u64;
        [report.added, report.updated, report.unchanged, report.moved, report.missing, failed]
    }

    pub(super) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.job.source.path.join(from), self.path(to)).unwrap();
    }

    pub(super) fn mark(&self) -> String {
        self.library.read(settings::change_mark).unwrap()
    }

    /// The rows of a statement, columns separated by `|`.
    pub(super) fn rows(&self, sql: &str) -> Vec<String> {
        rows_of(&self.library, sql)
    }
}

pub(super) fn rows_of(library: &Library, sql: &str) -> Vec<String> {
    let rows = library.read(|read| {
        let mut statement = read.prepare(sql).map_err(LibraryError::from)?;
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let shown = |index| {
                Ok::<_, rusqlite::Error>(match row.get_ref(index)? {
                    rusqlite::types::ValueRef::Null => String::new(),
                    rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                    rusqlite::types::ValueRef::Real(number) => number.to_string(),
                    rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                        String::from_utf8_lossy(bytes).into_owned()
                    }
                })
            };
            Ok((0..columns).map(shown).collect::<Result<Vec<_>, _>>()?.join("|"))
        })?;
        Ok::<_, LibraryError>(rows.collect::<Result<Vec<_>, _>>()?)
    });
    rows.unwrap()
}

pub(super) fn wav(seed: &str) -> Vec<u8> {
    let step = seed.bytes().fold(7_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let sound: Vec<u8> = (0..8000_u16).map(|index| (index.wrapping_mul(step) >> 8).to_le_bytes()[0]).collect();
    let length = u32::try_from(sound.len()).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
    file.extend(length.to_le_bytes());
    file.extend(sound);
    file
}

pub(super) fn tag(path: &Path, tags: &[(ItemKey, &str)], picture: Option<Vec<u8>>) {
    if tags.is_empty() && picture.is_none() {
        return;
    }
    let kind = lofty::read_from_path(path).unwrap().primary_tag_type();
    let mut tag = Tag::new(if kind == TagType::RiffInfo { TagType::Id3v2 } else { kind });
    for (key, value) in tags {
        tag.insert_text(*key, (*value).to_owned());
    }
    if let Some(bytes) = picture {
        tag.push_picture(Picture::unchecked(bytes).pic_type(PictureType::CoverFront).mime_type(MimeType::Png).build());
    }
    tag.save_to_path(path, WriteOptions::default()).unwrap();
}

pub(super) fn png(side: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(side, side).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

const SONG: &[(ItemKey, &str)] = &[
    (ItemKey::TrackTitle, "以父之名"),
    (ItemKey::TrackArtist, "周杰伦 / Lara"),
    (ItemKey::AlbumTitle, "叶惠美"),
    (ItemKey::AlbumArtist, "周杰伦"),
    (ItemKey::TrackNumber, "1"),
    (ItemKey::TrackTotal, "11"),
    (ItemKey::DiscNumber, "1"),
    (ItemKey::RecordingDate, "2003-07-31"),
    (ItemKey::Genre, "Mandopop"),
];
