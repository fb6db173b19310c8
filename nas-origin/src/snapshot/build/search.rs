//! The search index, made by a thread of its own while the rows are written: it takes as long as all of them.
//!
//! It is built in a file of its own, and its tables are copied into the read database at the end.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use catalog_core::search_text::{PREFIX_TERM_CHARS, TermWriter, mark_terms};
use rusqlite::Connection;
use snapshot_format::read_schema;
use snapshot_format::search_rowid::{self, Kind};
use tempfile::TempPath;

use super::BuildError;
use super::input::TrackRow;

/// Names in one message to the thread.
const BATCH: usize = 1024;

/// Messages that may wait: some six hundred thousand names, twenty megabytes.
const WAITING_BATCHES: usize = 640;

/// Names of artists whose terms are kept.
const KEPT_TERMS: usize = 50_000;

/// Parts a name from those that it is also found by. It stands in no name.
const BETWEEN_NAMES: char = '\u{1f}';

/// Names to be found by, with the row ids that they stand for.
#[derive(Default)]
struct Batch {
    texts: String,
    ends: Vec<(i64, usize)>,
}

/// Takes names and gives the finished index.
pub(super) struct SearchFeed {
    /// Taken when all names are there.
    sender: Option<SyncSender<Batch>>,
    /// Taken when it ends.
    thread: Option<JoinHandle<Result<(), BuildError>>>,
    batch: Batch,
    /// Popular tracks: they come before the others in the order of row ids, which the index is written in.
    held: Vec<(i64, Box<str>)>,
    path: TempPath,
}

impl SearchFeed {
    /// Starts the thread; its file lies beside `target`.
    pub(super) fn start(target: &Path) -> Result<Self, BuildError> {
        let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".search-").suffix(".db").tempfile_in(folder);
        let path = file.map_err(|source| BuildError::File { path: folder.to_owned(), source })?.into_temp_path();
        let (sender, receiver) = sync_channel(WAITING_BATCHES);
        let database = path.to_path_buf();
        let thread = thread::spawn(move || build(&database, &receiver).map_err(at_search));
        Ok(Self { sender: Some(sender), thread: Some(thread), batch: Batch::default(), held: Vec::new(), path })
    }

    /// Adds a track, by its name and its performers'. Tracks come in id order.
    pub(super) fn add_track(&mut self, track: &TrackRow<'_>) -> Result<(), BuildError> {
        let singers = track.singers.as_deref().unwrap_or_default();
        let rowid = search_rowid::encode(Kind::Track, track.play_count, track.id);
        if track.play_count > 0 {
            self.held.push((rowid, format!("{}{BETWEEN_NAMES}{singers}", track.name).into()));
            return Ok(());
        }
        self.add(rowid, &track.name, singers)
    }

    /// Adds a thing, by its name and, parted by ` / `, by others'. Row ids rise inside a kind.
    pub(super) fn add(&mut self, rowid: i64, name: &str, others: &str) -> Result<(), BuildError> {
        self.batch.texts.push_str(name);
        self.batch.texts.push(BETWEEN_NAMES);
        self.batch.texts.push_str(others);
        self.batch.ends.push((rowid, self.batch.texts.len()));
        if self.batch.ends.len() == BATCH { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), BuildError> {
        let batch = std::mem::take(&mut self.batch);
        // A thread that no longer listens has failed.
        let is_sent = self.sender.as_ref().is_some_and(|sender| sender.send(batch).is_ok());
        if is_sent { Ok(()) } else { Err(failure(self.thread.take())) }
    }

    /// Adds the popular tracks that were held back.
    pub(super) fn end_tracks(&mut self) -> Result<(), BuildError> {
        let mut held = std::mem::take(&mut self.held);
        held.sort_unstable();
        for (rowid, text) in held {
            let (name, singers) = text.split_once(BETWEEN_NAMES).unwrap_or((&text, ""));
            self.add(rowid, name, singers)?;
        }
        Ok(())
    }

    /// Says that all names are there, so that the index is put in order while others work.
    pub(super) fn end(&mut self) -> Result<(), BuildError> {
        self.send()?;
        self.sender = None;
        Ok(())
    }

    /// Waits for the index, once it was ended. Its file goes with the value that is returned.
    pub(super) fn finish(self) -> Result<SearchIndex, BuildError> {
        match self.thread.map(JoinHandle::join) {
            Some(Ok(Ok(()))) => Ok(SearchIndex { path: self.path }),
            Some(Ok(Err(error))) => Err(error),
            Some(Err(_)) | None => Err(ended_early()),
        }
    }
}

/// Why the thread ended.
fn failure(thread: Option<JoinHandle<Result<(), BuildError>>>) -> BuildError {
    match thread.map(JoinHandle::join) {
        Some(Ok(Err(error))) => error,
        _ => ended_early(),
    }
}

fn ended_early() -> BuildError {
    BuildError::Unsound("the thread of the search index ended early".to_owned())
}

/// A finished index in a file of its own.
pub(super) struct SearchIndex {
    path: TempPath,
}

impl SearchIndex {
    /// Copies the index into the read database.
    pub(super) fn copy_into(&self, database: &Connection) -> rusqlite::Result<()> {
        let path: PathBuf = self.path.to_path_buf();
        database.execute("ATTACH ? AS built", [path.to_string_lossy()])?;
        database.execute_batch(
            "BEGIN;
             DELETE FROM main.catalog_search_data;
             DELETE FROM main.catalog_search_idx;
             DELETE FROM main.catalog_search_config;
             INSERT INTO main.catalog_search_data SELECT * FROM built.catalog_search_data;
             INSERT INTO main.catalog_search_idx SELECT * FROM built.catalog_search_idx;
             INSERT INTO main.catalog_search_config SELECT * FROM built.catalog_search_config;
             INSERT INTO main.catalog_search_words SELECT * FROM built.catalog_search_words;
             COMMIT;
             DETACH built;",
        )
    }
}

fn at_search(source: rusqlite::Error) -> BuildError {
    BuildError::Target { what: "the search index", source }
}

fn build(path: &Path, names: &Receiver<Batch>) -> rusqlite::Result<()> {
    let database = Connection::open(path)?;
    database.execute_batch(&format!(
        "PRAGMA page_size = {}; PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA locking_mode = exclusive;
         PRAGMA cache_size = -8192; BEGIN;",
        read_schema::PAGE_SIZE_BYTES
    ))?;
    database.execute_batch(read_schema::search_sql())?;
    // Pinned: they decide how the index is cut into pages. No merging on the way, one merge at the end; what is held
    // until it is written fits a core's cache, which takes less time than fewer, larger parts.
    database.execute_batch(
        "INSERT INTO catalog_search(catalog_search, rank) VALUES ('automerge', 0);
         INSERT INTO catalog_search(catalog_search, rank) VALUES ('crisismerge', 1999);
         INSERT INTO catalog_search(catalog_search, rank) VALUES ('hashsize', 1500000);",
    )?;
    let mut insert = database.prepare("INSERT INTO catalog_search (rowid, terms) VALUES (?, ?)")?;
    let mut writer = DocumentWriter::default();
    for batch in names {
        let mut start = 0;
        for (rowid, end) in batch.ends {
            insert.execute((rowid, writer.write(search_rowid::mark_of(rowid), &batch.texts[start..end])))?;
            start = end;
        }
    }
    drop(insert);
    database.execute_batch("INSERT INTO catalog_search(catalog_search) VALUES ('optimize')")?;
    database.execute_batch(&format!(
        "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'catalog_search', 'row');
         INSERT INTO catalog_search_words SELECT term FROM temp.vocabulary WHERE length(term) > 1 + {PREFIX_TERM_CHARS};
         DROP TABLE temp.vocabulary;
         COMMIT;"
    ))
}

/// Makes the terms of documents, and keeps those of performers, whose names come again and again.
#[derive(Default)]
struct DocumentWriter {
    writer: TermWriter,
    terms: String,
    marked: String,
    kept: HashMap<String, String>,
}

impl DocumentWriter {
    fn write(&mut self, mark: char, text: &str) -> &str {
        let (name, others) = text.split_once(BETWEEN_NAMES).unwrap_or((text, ""));
        self.terms.clear();
        self.writer.write(name, &mut self.terms);
        for other in others.split(" / ").filter(|other| !other.is_empty()) {
            if let Some(terms) = self.kept.get(other) {
                self.terms.push_str(terms);
                continue;
            }
            // In a text of its own: the writer leaves out beginnings that the term before has, and before these terms
            // stands something else in each document.
            let mut terms = String::new();
            self.writer.write(other, &mut terms);
            self.terms.push_str(&terms);
            if self.kept.len() == KEPT_TERMS {
                self.kept.clear();
            }
            self.kept.insert(other.to_owned(), terms);
        }
        self.marked.clear();
        mark_terms(&self.terms, mark, &mut self.marked);
        &self.marked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_performer_has_all_terms_behind_any_title() {
        let mut writer = DocumentWriter::default();
        for title in ["lena", "lecture", "x", ""] {
            let document = writer.write('3', &format!("{title}{BETWEEN_NAMES}leca")).to_owned();
            for term in ["3l", "3le", "3lec", "3leca"] {
                assert!(document.split(' ').any(|written| written == term), "{title}: {document}");
            }
        }
    }
}
