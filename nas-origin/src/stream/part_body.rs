//! A body of a part of a file's sound, decoded on blocking threads as fast as the client takes it.

use std::fs::File;
use std::io;
use std::ops::Range;

use axum::body::Body;
use futures::stream;
use tokio::task::spawn_blocking;

use super::slots::Slot;
use crate::media::wave_part::{Part, PartReader};

/// A body of these bytes of a part. It ends early, with an error, when the file can't be decoded on. Blocks.
///
/// # Errors
/// When the file can't be decoded.
pub(super) fn open(file: File, part: &Part, bytes: Range<u64>, slot: Slot) -> io::Result<Body> {
    let reader = PartReader::open(file, part, bytes)?;
    Ok(Body::from_stream(stream::try_unfold((reader, slot), |(mut reader, slot)| async {
        let read = spawn_blocking(move || reader.next_chunk().map(|chunk| (chunk, reader)));
        let (chunk, reader) = read.await.map_err(io::Error::other)??;
        Ok::<_, io::Error>(chunk.map(|chunk| (chunk, (reader, slot))))
    })))
}
