//! Two publishers of one catalog, as after a restore from a backup, publish to one bucket at the same time.
//!
//! Nothing but the store's conditional writes keeps them apart. No update is lost: every manifest that was written has a
//! sequence of its own, above the one before, and each publisher's word on what it published is true.

use std::sync::Barrier;
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use e2e_tests::reader;
use e2e_tests::s3::{BUCKET, S3Server};
use e2e_tests::seed::rounds;
use nas_origin::config::PublishConfig;
use nas_origin::library::{Library, LibraryError, settings};
use nas_origin::snapshot::publish::{PublishJob, Silent, publish};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How often a publisher that was overtaken tries again.
const MAX_TRIES: u32 = 100;

/// One of two publishers.
struct Publisher {
    _folder: TempDir,
    library: Library,
    config: PublishConfig,
    name: char,
}

/// What a publisher says it did.
#[derive(Debug)]
struct Said {
    sequence: u64,
    snapshot_id: String,
    overtaken: u32,
}

impl Publisher {
    fn open(server: &S3Server, folder: TempDir, name: char) -> Result<Self> {
        let settings = json!({ "store": format!("s3://{BUCKET}"), "store_options": server.store_options() });
        let library = Library::open(folder.path())?;
        Ok(Self { _folder: folder, library, config: serde_json::from_value(settings)?, name })
    }

    fn write(&self, sql: &str) -> Result<()> {
        self.library.write(|tx| -> Result<(), LibraryError> {
            tx.execute_batch(sql)?;
            settings::bump_change_mark(tx)
        })?;
        Ok(())
    }

    /// Publishes a title of its own, again and again until it is live.
    fn publish(&self, round: u32) -> Result<Said> {
        self.write(&format!("UPDATE tracks SET title = '{}{round}' WHERE track_id = 1", self.name))?;
        let (library, config) = (&self.library, &self.config);
        for overtaken in 0..MAX_TRIES {
            match publish(&PublishJob {
                library,
                config,
                force: false,
                takeover: false,
                access: None,
                progress: &Silent,
            }) {
                Ok(report) => {
                    ensure!(report.changed, "a title of its own is a change");
                    return Ok(Said { sequence: report.sequence, snapshot_id: report.snapshot_id, overtaken });
                }
                Err(error) if error.is_temporary() => {}
                Err(error) => return Err(error.into()),
            }
        }
        bail!("overtaken {MAX_TRIES} times")
    }
}

/// Two folders with the same catalog.
fn twins(server: &S3Server) -> Result<[Publisher; 2]> {
    let (first, second) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let copy = second.path().join("catalog.db");
    let first = Publisher::open(server, first, 'a')?;
    first.write(
        "INSERT INTO storage_backends (backend_id, name, backend_type, base_path) VALUES (1, 'local', 'local', '/m');
         INSERT INTO sources (source_id, name, kind, mode, backend_id) VALUES (1, 'local', 'local', 'in_place', 1);
         INSERT INTO tracks (track_id, source, source_id, metadata_status, title, added_at)
         VALUES (1, 'local', '1.flac', 'tagged', 'a', 1700000000), (2, 'local', '2.flac', 'tagged', 'b', 1700000000);",
    )?;
    first.library.read(|connection| -> Result<(), LibraryError> {
        connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
        Ok(())
    })?;
    Ok([first, Publisher::open(server, second, 'b')?])
}

#[test]
fn no_update_is_lost() -> Result<()> {
    let server = S3Server::start()?;
    let publishers = twins(&server)?;
    let rounds = rounds(20).min(200);
    let start = Barrier::new(publishers.len());
    let start = &start;
    let run = |publisher: &Publisher| {
        (0..rounds)
            .map(|round| {
                start.wait();
                publisher.publish(round)
            })
            .collect::<Vec<Result<Said>>>()
    };
    let run = &run;
    let said = thread::scope(|scope| {
        publishers
            .each_ref()
            .map(|publisher| scope.spawn(move || run(publisher)))
            .map(|run| run.join().expect("no panic"))
    });
    let mut said: Vec<Said> = said.into_iter().flatten().collect::<Result<_>>()?;
    said.sort_by_key(|said| said.sequence);

    let written: Vec<Value> =
        server.manifests().iter().map(|bytes| serde_json::from_slice(bytes)).collect::<Result<_, _>>()?;
    ensure!(written.len() == said.len(), "{} manifests were written, {} reported", written.len(), said.len());
    for (said, written) in said.iter().zip(&written) {
        let is_true = written["sequence"] == said.sequence && written["snapshot_id"] == *said.snapshot_id;
        ensure!(is_true, "{said:?} is not what was written: {written}");
    }
    let rises = said.windows(2).all(|pair| pair[0].sequence < pair[1].sequence);
    ensure!(rises, "a sequence was used twice: {said:?}");

    let live = reader::read_live(&server.bucket())?.context("nothing is live")?;
    let last = said.last().context("nothing was said")?;
    ensure!((live.sequence, &live.snapshot_id) == (last.sequence, &last.snapshot_id), "{live:?} is not {last:?}");
    ensure!(reader::read_history(&server.bucket())?.contains(&live), "the live snapshot is in the history");
    eprintln!("{} rounds, overtaken {} times", rounds, said.iter().map(|said| said.overtaken).sum::<u32>());
    Ok(())
}
