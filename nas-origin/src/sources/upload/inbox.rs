//! Where uploads wait, in `data_dir/inbox`: one file each, whole under its name, beside files that are still coming in.
//!
//! A job's subject names the file that it takes in. The file goes when the job has done with it, so that a job which was
//! killed finds it again.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempPath};

use crate::config::UPLOADS;

/// Begins the name of a file that is still coming in.
const UNFINISHED: &str = ".";

/// The folder.
#[derive(Clone, Debug)]
pub struct Inbox {
    folder: PathBuf,
}

/// An upload that waits for its job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// Its file's name in the folder.
    place: String,
    /// As whoever sent it called it.
    pub name: String,
}

impl Inbox {
    /// Of a data folder.
    pub fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("inbox") }
    }

    /// A file to write an upload to; it goes with the handle unless it is kept.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn receive(&self) -> io::Result<(File, TempPath)> {
        fs::create_dir_all(&self.folder)?;
        Ok(Builder::new().prefix(UNFINISHED).tempfile_in(&self.folder)?.into_parts())
    }

    /// Gives a whole file its name: from now on it outlives this process.
    ///
    /// # Errors
    /// When it can't be renamed.
    pub fn keep(&self, file: TempPath, name: &str) -> io::Result<Waiting> {
        let ext = name.rsplit_once('.').map_or("", |(_, ext)| ext).to_ascii_lowercase();
        let waiting = Waiting { place: format!("{:032x}.{ext}", rand::random::<u128>()), name: name.to_owned() };
        file.persist(self.path(&waiting)).map_err(|error| error.error)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(waiting)
    }

    /// Where an upload lies.
    pub fn path(&self, waiting: &Waiting) -> PathBuf {
        self.folder.join(&waiting.place)
    }

    /// Removes an upload that was taken in or refused.
    pub fn remove(&self, waiting: &Waiting) {
        if let Err(error) = fs::remove_file(self.path(waiting)) {
            tracing::warn!("an upload that is done with could not be removed: {error}");
        }
    }

    /// Removes what a killed daemon left: files that were coming in, and those that no job names any more. Nothing may
    /// be coming in now.
    ///
    /// # Errors
    /// When the folder can't be read or written.
    pub fn sweep(&self, subjects: &HashSet<String>) -> io::Result<()> {
        let named: HashSet<String> =
            subjects.iter().filter_map(|subject| Waiting::of_subject(subject)).map(|waiting| waiting.place).collect();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|name| named.contains(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Waiting {
    /// What the subject of its job is.
    pub fn subject(&self) -> String {
        format!("{UPLOADS}/{}/{}", self.place, self.name)
    }

    /// The upload that a job takes in; `None` for one that takes in no upload.
    pub fn of_subject(subject: &str) -> Option<Self> {
        let (place, name) = subject.strip_prefix(UPLOADS)?.strip_prefix('/')?.split_once('/')?;
        let is_plain = Path::new(place).file_name() == Some(OsStr::new(place));
        is_plain.then(|| Self { place: place.to_owned(), name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_job_names_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Inbox::new(folder.path());
        let keep = |name: &str| inbox.keep(inbox.receive().unwrap().1, name).unwrap();
        let (named, forgotten) = (keep("a/b.mp3"), keep("c.mp3"));
        let coming_in = inbox.receive().unwrap().1.keep().unwrap();
        assert_eq!(Waiting::of_subject(&named.subject()), Some(named.clone()));
        assert_eq!(Waiting::of_subject("upload/../x"), None);
        inbox.sweep(&HashSet::from([named.subject(), "local".to_owned()])).unwrap();
        assert!(inbox.path(&named).exists() && !inbox.path(&forgotten).exists() && !coming_in.exists());
    }
}
