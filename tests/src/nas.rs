//! A NAS without its daemon: a folder of music, its catalog and a store, driven step by step.

use std::fs;
use std::path::{Path, PathBuf};

use catalog_core::import::{ImportProgress, ImportReport};
use nas_origin::config::{ImportConfig, PublishConfig, SourceConfig};
use nas_origin::library::{Library, LibraryError, settings};
use nas_origin::snapshot::publish::{PublishJob, PublishReport, Silent, publish};
use nas_origin::sources::import::{ImportJob, import_source};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A catalog of a temporary folder of music.
pub struct Nas {
    folder: TempDir,
    library: Library,
    config: PublishConfig,
}

impl Nas {
    /// A NAS that publishes to a folder of its own.
    ///
    /// # Errors
    /// When folders or the catalog can't be made.
    pub fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = format!("file://{}", folder.path().join("objects").display());
        Self::over(folder, &store, &json!({}))
    }

    /// A NAS that publishes to a store at a URL.
    ///
    /// # Errors
    /// When folders or the catalog can't be made.
    pub fn publishing_to(store: &str, store_options: &Value) -> anyhow::Result<Self> {
        Self::over(tempfile::tempdir()?, store, store_options)
    }

    fn over(folder: TempDir, store: &str, store_options: &Value) -> anyhow::Result<Self> {
        for part in ["music", "objects"] {
            fs::create_dir(folder.path().join(part))?;
        }
        let config = serde_json::from_value(json!({ "store": store, "store_options": store_options }))?;
        let library = Library::open(&folder.path().join("data"))?;
        Ok(Self { folder, library, config })
    }

    /// Signs what is published from now on with the key in a file.
    ///
    /// # Errors
    /// When the file holds no key, or others may write it.
    pub fn sign_with(&mut self, key_file: &Path) -> anyhow::Result<()> {
        self.config = serde_json::from_value(json!({ "store": self.store(), "signing_key_file": key_file }))?;
        Ok(())
    }

    /// Publishes from now on as `[publish]` of a configuration says.
    ///
    /// # Errors
    /// When it isn't understood.
    pub fn configure(&mut self, publish: &Value) -> anyhow::Result<()> {
        self.config = serde_json::from_value(publish.clone())?;
        Ok(())
    }

    /// The folder of music.
    pub fn music(&self) -> PathBuf {
        self.folder.path().join("music")
    }

    /// The folder of the catalog.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The folder of the store in its own folder.
    pub fn objects(&self) -> PathBuf {
        self.folder.path().join("objects")
    }

    /// The folder that all of it lies in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The URL of the store in its own folder.
    pub fn store(&self) -> String {
        format!("file://{}", self.folder.path().join("objects").display())
    }

    /// Takes in what the folder of music holds.
    ///
    /// # Errors
    /// When the import as a whole fails.
    pub fn import(&self) -> anyhow::Result<ImportReport> {
        let source = SourceConfig::local(self.music());
        let job = ImportJob::new("local", &source, &ImportConfig::default());
        Ok(import_source(&self.library, &job, &Unwatched)?)
    }

    /// Changes the catalog by hand.
    ///
    /// # Errors
    /// When the statements fail.
    pub fn write(&self, sql: &str) -> anyhow::Result<()> {
        self.library.write(|tx| -> Result<(), LibraryError> {
            tx.execute_batch(sql)?;
            settings::bump_change_mark(tx)
        })?;
        Ok(())
    }

    /// Publishes the catalog.
    ///
    /// # Errors
    /// When publishing fails.
    pub fn publish(&self) -> anyhow::Result<PublishReport> {
        Ok(publish(&self.job())?)
    }

    /// The catalog and its store, for what else can be done with them.
    pub fn job(&self) -> PublishJob<'_> {
        let (library, config) = (&self.library, &self.config);
        PublishJob { library, config, force: false, takeover: false, access: None, progress: &Silent }
    }
}

struct Unwatched;

impl ImportProgress for Unwatched {
    fn planned(&self, _files: u64) {}

    fn done(&self, _files: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}
