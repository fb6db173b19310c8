//! Asks open databases of music what tags leave blank: MusicBrainz about tracks, AcoustID which recordings they are by their
//! sound, the Cover Art Archive for the pictures of albums. Off unless the owner names a contact, and AcoustID unless there
//! is a key. Nobody waits for it: imports and publishes go on without.
//!
//! A run goes through what was not asked yet, one question a second and host, and can end at any point: each answer is one
//! transaction, and the next run does what is left. An answer's failure is its track's own; a server that can't be reached
//! ends its part of the run.

mod acoustid;
mod cover_art;
mod fetch;
mod musicbrainz;
mod patience;
mod public_address;
mod releases;
mod report;
mod sounds;
mod tracks;

use std::io;
use std::time::{Duration, Instant};

use catalog_core::import::ImportProgress;
use url::Url;

pub use patience::Clock;
pub use report::{Ended, EnrichReport};

use crate::config::EnrichmentConfig;
use crate::library::enrichment::{Topic, count_unasked, list_unasked};
use crate::library::{Library, LibraryError};
use crate::lock_file::LockFile;
use crate::media::pictures::PictureStore;
use fetch::{FetchError, Fetcher, Posted};
use patience::Pace;

/// Tracks or albums that are looked up at once.
const PAGE: u32 = 100;
/// What was not found is asked again after this, in seconds: databases grow.
const ASK_AGAIN_SECS: i64 = 30 * 24 * 3600;
/// What failed is asked again after this, in seconds.
const TRY_AGAIN_SECS: i64 = 24 * 3600;
/// An answer is good for this, in seconds.
const ANSWER_LIFE_SECS: i64 = 180 * 24 * 3600;

/// What to enrich, and how.
#[derive(Clone, Copy)]
pub struct EnrichJob<'a> {
    /// The catalog.
    pub library: &'a Library,
    /// Whom to ask.
    pub config: &'a EnrichmentConfig,
    /// How time passes.
    pub clock: &'a dyn Clock,
    /// It pauses after this time; goes on to the end when `None`.
    pub slice: Option<Duration>,
    /// Unix seconds.
    pub now: i64,
}

/// Why nothing was asked, or no more.
#[derive(Debug, thiserror::Error)]
pub enum EnrichFailure {
    /// The owner wants none.
    #[error(
        "enrichment is off: set enrichment.contact to a mail address or a page of yours, which the databases ask for"
    )]
    Off,
    /// One at a time, so that the pace is kept.
    #[error("another enrichment is under way; try again when it is done")]
    Busy,
    /// The lock cannot be taken.
    #[error("the lock file {} cannot be used", .path.display())]
    Lock {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// No connection can be made at all.
    #[error("the HTTP client cannot be made")]
    Client(#[source] reqwest::Error),
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// Why a question has no answer.
enum Halt {
    /// This one alone has none that can be used.
    Unanswered(String),
    /// It is over: somebody wants it to stop, or its time is up.
    Over(Ended),
    /// The server is not there.
    Absent(FetchError),
    /// The catalog.
    Library(LibraryError),
}

impl From<LibraryError> for Halt {
    fn from(error: LibraryError) -> Self {
        Self::Library(error)
    }
}

impl From<FetchError> for Halt {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Stopped(_) => Self::Over(Ended::Cancelled),
            error if error.is_of_question() => Self::Unanswered(error.to_string()),
            error => Self::Absent(error),
        }
    }
}

/// Time as it passes.
pub struct WallClock(Instant);

impl WallClock {
    /// From now on.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for WallClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// What would be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Questions {
    /// About tracks, by their names and ids.
    pub tracks: u64,
    /// About tracks, by their sound.
    pub sounds: u64,
    /// About the releases that albums are.
    pub releases: u64,
    /// For the pictures of albums.
    pub covers: u64,
}

impl Questions {
    /// All of them.
    pub fn count(&self) -> u64 {
        self.tracks + self.sounds + self.releases + self.covers
    }
}

/// How much would be asked. Of tracks that are asked about by name the sound is asked about only when no name led anywhere.
///
/// # Errors
/// When the catalog cannot be read.
pub fn count_questions(library: &Library, config: &EnrichmentConfig, now: i64) -> Result<Questions, LibraryError> {
    let mut questions = Questions::default();
    if !config.is_on() {
        return Ok(questions);
    }
    library.read(|read| {
        if config.musicbrainz {
            questions.tracks = count_unasked(read, Topic::Tracks, now)?;
            questions.releases = count_unasked(read, Topic::Releases, now)?;
        }
        if config.acoustid_key().is_some() {
            questions.sounds = count_unasked(read, Topic::Sounds, now)?;
        }
        if config.cover_art {
            questions.covers = count_unasked(read, Topic::Covers, now)?;
        }
        Ok(questions)
    })
}

/// Asks what was not asked yet. It blocks: call it from a blocking thread.
///
/// # Errors
/// When it is off, when another one is under way, and when the catalog cannot be used. That a server is not there is in the
/// report.
pub fn enrich(job: &EnrichJob<'_>, progress: &dyn ImportProgress) -> Result<EnrichReport, EnrichFailure> {
    let contact = job.config.contact.as_deref().filter(|_| job.config.is_on()).ok_or(EnrichFailure::Off)?;
    let _lock = lock(job.library)?;
    let questions = count_questions(job.library, job.config, job.now)?;
    progress.planned(questions.count());
    let homes = [&job.config.musicbrainz_url, &job.config.acoustid_url, &job.config.cover_art_url];
    let homes = homes.into_iter().flatten().cloned().collect();
    let fetcher = Fetcher::new(contact, homes, Pace::new(job.clock, progress)).map_err(EnrichFailure::Client)?;
    let pictures = PictureStore::new(job.library.data_dir());
    let mut run = Run { job, progress, fetcher, pictures, began: job.clock.now(), report: EnrichReport::default() };
    if questions.tracks > 0 {
        let asked = run.ask_all(Topic::Tracks, Run::ask_about);
        run.settle(asked)?;
    }
    // What no name led to is known only when the names could be asked about.
    let is_next = run.report.ended == Ended::Done && run.report.absent.is_empty();
    if let Some(key) = job.config.acoustid_key().filter(|_| is_next) {
        let asked = run.ask_all(Topic::Sounds, |run, id| run.listen_to(id, key));
        run.settle(asked)?;
    }
    if job.config.musicbrainz && run.report.ended == Ended::Done && run.report.absent.is_empty() {
        let asked = run.ask_all(Topic::Releases, Run::ask_about_release);
        run.settle(asked)?;
    }
    if job.config.cover_art && run.report.ended == Ended::Done {
        let asked = run.ask_all(Topic::Covers, Run::ask_for_cover);
        run.settle(asked)?;
    }
    Ok(run.report)
}

/// A run under way.
struct Run<'a> {
    job: &'a EnrichJob<'a>,
    progress: &'a dyn ImportProgress,
    fetcher: Fetcher<'a>,
    pictures: PictureStore,
    began: Duration,
    report: EnrichReport,
}

impl Run<'_> {
    /// A part of the run is over.
    fn settle(&mut self, part: Result<(), Halt>) -> Result<(), EnrichFailure> {
        match part {
            Ok(()) => {}
            Err(Halt::Over(ended)) => self.report.ended = ended,
            Err(Halt::Unanswered(reason)) => self.report.failures.push(("-".to_owned(), reason)),
            Err(Halt::Absent(error)) => self.report.absent.push(error.to_string()),
            Err(Halt::Library(error)) => return Err(error.into()),
        }
        Ok(())
    }

    /// Asks about all tracks or albums that nobody was asked about.
    fn ask_all(&mut self, topic: Topic, ask: impl Fn(&mut Self, i64) -> Result<(), Halt>) -> Result<(), Halt> {
        let mut after = 0;
        loop {
            let ids = self.job.library.read(|read| list_unasked(read, topic, after, self.job.now, PAGE))?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = *last;
            for id in ids {
                self.go_on()?;
                ask(self, id)?;
                self.progress.done(1);
            }
        }
    }

    /// Before each question.
    fn go_on(&self) -> Result<(), Halt> {
        let is_over = self.job.slice.is_some_and(|slice| self.job.clock.now().saturating_sub(self.began) >= slice);
        match (self.progress.is_cancelled(), is_over) {
            (true, _) => Err(Halt::Over(Ended::Cancelled)),
            (false, true) => Err(Halt::Over(Ended::Paused)),
            (false, false) => Ok(()),
        }
    }

    /// What lies there; `None` where there is nothing.
    fn fetch(&mut self, url: &Url, accept: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, Halt> {
        self.report.questions += 1;
        self.fetcher.get(url, accept, max_bytes).map_err(Halt::from)
    }

    /// What is said to a form.
    fn post(&mut self, url: &Url, form: &str, max_bytes: u64) -> Result<Posted, Halt> {
        self.report.questions += 1;
        self.fetcher.post(url, form, max_bytes).map_err(Halt::from)
    }
}

fn base(mirror: Option<&Url>, home: &str) -> Option<Url> {
    mirror.cloned().or_else(|| Url::parse(home).ok())
}

fn lock(library: &Library) -> Result<LockFile, EnrichFailure> {
    let path = library.data_dir().join("enrich.lock");
    LockFile::try_alone(&path).map_err(|source| EnrichFailure::Lock { path, source })?.ok_or(EnrichFailure::Busy)
}

#[cfg(test)]
mod tests;
