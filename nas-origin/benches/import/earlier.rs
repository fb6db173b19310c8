//! Taking in the earlier system's database, and following it when nothing in it changed.

use std::path::Path;

use anyhow::Result;
use nas_origin::config::{ImportConfig, SourceConfig, SourceKind};
use nas_origin::library::Library;
use nas_origin::sources::import::{ImportJob, import_source};

use super::peak::Peak;
use super::{Unwatched, timed};

/// Imports the database twice, and prints time and memory of both.
pub(super) fn measure(database: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let library = Library::open(&folder.path().join("data"))?;
    let source = SourceConfig { kind: SourceKind::Catalogsync, ..SourceConfig::local(database.to_owned()) };
    let job = ImportJob::new("earlier", &source, &ImportConfig::default());
    for what in ["first import", "nothing changed"] {
        let peak = Peak::default();
        let took = peak.watch(|| timed(|| Ok(import_source(&library, &job, &Unwatched).map(drop)?)))?;
        println!("{what}: {:.1} s, {} MiB anonymous at most (to reach: 256 MB)", took.as_secs_f64(), peak.mib());
    }
    Ok(())
}
