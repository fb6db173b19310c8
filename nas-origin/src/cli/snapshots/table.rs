//! The history as a table for a person.

use std::fmt::Write;

use bytesize::ByteSize;

use crate::snapshot::history::{SnapshotList, SnapshotRow};

const HEADINGS: [&str; 9] =
    ["SEQUENCE", "PUBLISHED (UTC)", "TRACKS", "ALBUMS", "LISTS", "SIZE", "DELTAS", "SNAPSHOT", ""];

/// Columns whose values end at the same place: numbers.
const RIGHT: [bool; 9] = [true, false, true, true, true, true, true, false, false];

/// The whole table, with a line on what isn't in it.
pub(super) fn show(list: &SnapshotList) -> String {
    let rows: Vec<[String; 9]> = list.snapshots.iter().map(cells).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].len());
        cells.chain([HEADINGS[column].len()]).max().unwrap_or_default()
    };
    let widths: [usize; 9] = std::array::from_fn(width);
    let mut text = if rows.is_empty() {
        "nothing was published yet\n".to_owned()
    } else {
        let headings = HEADINGS.map(str::to_owned);
        [&headings].into_iter().chain(&rows).map(|cells| line(cells, &widths)).collect()
    };
    if list.has_more {
        text.push_str("… and older ones: see --limit\n");
    }
    if let Some(pinned) = list.pinned.as_ref().filter(|_| !list.snapshots.iter().any(|row| row.pinned)) {
        let _ = writeln!(text, "pinned to {pinned}, which the next publish makes live");
    }
    text
}

fn line(cells: &[String; 9], widths: &[usize; 9]) -> String {
    let padded =
        cells.iter().zip(widths).zip(RIGHT).map(|((cell, width), is_right)| {
            if is_right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
    let line = padded.collect::<Vec<_>>().join("  ");
    format!("{}\n", line.trim_end())
}

fn cells(row: &SnapshotRow) -> [String; 9] {
    let said = |show: fn(&crate::snapshot::history::SnapshotFacts) -> String| {
        row.said.as_ref().map_or_else(|| "?".to_owned(), show)
    };
    [
        row.sequence.to_string(),
        said(|said| said.generated_at.strftime("%Y-%m-%d %H:%M:%S").to_string()),
        said(|said| said.track_count.to_string()),
        said(|said| said.album_count.to_string()),
        said(|said| said.playlist_count.to_string()),
        said(|said| ByteSize(said.stored_bytes).to_string()),
        said(|said| if said.delta_bytes == 0 { "-".to_owned() } else { ByteSize(said.delta_bytes).to_string() }),
        row.snapshot_id.clone(),
        remarks(row).join(", "),
    ]
}

fn remarks(row: &SnapshotRow) -> Vec<&str> {
    let mut remarks = Vec::new();
    if row.current {
        remarks.push("current");
    }
    if row.pinned {
        remarks.push("pinned");
    }
    if row.said.as_ref().is_some_and(|said| said.access_sha256.is_some()) {
        remarks.push("for listeners");
    }
    if let Some(problem) = &row.problem {
        remarks.push(problem);
    } else if !row.available {
        remarks.push("its database is gone");
    }
    remarks
}
