//! Names the builder of read databases: a digest over the code and the dependencies that their bytes come from, so that
//! a publish may believe a database to be unchanged only as long as this very builder would make it again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What makes the bytes, from this folder: the builder, the search text, the schema, and every library's version.
const MAKERS: [&str; 4] = ["src/snapshot/build", "../catalog-core/src", "../snapshot-format/src", "../Cargo.lock"];

fn main() -> io::Result<()> {
    let mut hasher = DefaultHasher::new();
    for maker in MAKERS {
        println!("cargo::rerun-if-changed={maker}");
        hash(Path::new(maker), &mut hasher)?;
    }
    println!("cargo::rustc-env=SNAPSHOT_BUILDER={:016x}", hasher.finish());
    Ok(())
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    if !path.is_dir() {
        path.hash(hasher);
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| hash(entry, hasher))
}
