//! The contract of readers, over a database as the origin builds it: what one plane writes the other one reads.

mod catalog;

use catalog_core::ports::CatalogReader;
use catalog_core::testing::{MemoryCatalog, reader_contract};
use nas_origin::library::Library;
use nas_origin::snapshot::build::CatalogFile;
use public_edge::queries::open_reader;

/// Fills a catalog, publishes its database and opens that as an edge does.
fn published(catalog: &MemoryCatalog) -> anyhow::Result<Box<dyn CatalogReader>> {
    let folder = tempfile::tempdir()?;
    drop(Library::open(folder.path())?);
    let path = folder.path().join("catalog.db");
    catalog::fill(&path, catalog)?;
    let target = folder.path().join("catalog_read.db");
    CatalogFile::open(&path)?.build(&target)?;
    // The open file outlives its name.
    Ok(open_reader(&target)?)
}

#[test]
fn a_built_database_keeps_the_contract() {
    reader_contract(&|catalog| published(catalog).expect("a published catalog"));
}
