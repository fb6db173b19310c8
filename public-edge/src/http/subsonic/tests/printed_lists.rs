//! Lists that are printed whole say what those say that are printed album by album.

use std::time::Duration;

use catalog_core::model::Album;
use catalog_core::testing::{AlbumDraft, CatalogDraft, MemoryCatalog, sample_draft};

use snapshot_format::{Manifest, Sha256Hex};

use super::harness::Listener;
use crate::snapshot::current::Generation;
use crate::state::Edge;
use crate::testing::{NO_STORE, edge, generation};

/// Calls of 500 albums after which an edge begins to print.
const CALLS: usize = 20;
/// The shortest list that is printed whole.
const ALBUMS: u64 = 10_000;

/// More albums than are printed in two steps, in an order that isn't their ids'.
fn many_albums(more: &str) -> MemoryCatalog {
    let CatalogDraft { mut albums, tracks, playlists, toplists } = sample_draft();
    albums.extend((0..700_u32).map(|number| AlbumDraft {
        artists: vec!["周杰伦".to_owned()],
        cover: None,
        album: Album {
            name: format!("\"{number}\" & 范特西 {more}"),
            added_at: i64::from(number * 7919 % 701),
            play_count: u64::from(number * 4001 % 701),
            ..Album::default()
        },
    }));
    CatalogDraft { albums, tracks, playlists, toplists }.finish()
}

fn edge_over(catalog: &MemoryCatalog, folder: &str) -> Edge {
    let edge = edge(&format!("{NO_STORE}cache_dir = '{folder}'\n[cache]\nmax_bytes = 0\n"));
    edge.snapshots.replace(long(catalog, |_| ()));
    edge
}

/// A generation whose lists are as long as those that are printed whole, says its manifest.
fn long(catalog: &MemoryCatalog, change: impl FnOnce(&mut Manifest)) -> Generation {
    generation(catalog, |manifest| {
        manifest.album_count = ALBUMS;
        change(manifest);
    })
}

const CALLED: [&str; 9] = [
    "getAlbumList2?f=json&type=newest&size=500",
    "getAlbumList2?f=json&type=frequent&size=500&offset=249",
    "getAlbumList2?f=json&type=recent&size=3&offset=704",
    "getAlbumList2?f=json&type=highest&size=500&offset=18446744073709551615",
    "getAlbumList2?f=json&type=newest&size=0",
    "getAlbumList2?f=jsonp&callback=a&type=newest&size=500&offset=100",
    "getAlbumList2?f=json&type=newest&size=500&c=SubMusic",
    "getAlbumList2?f=xml&type=newest&size=500",
    "getAlbumList?f=json&type=newest&size=500",
];

async fn answers(listener: &Listener) -> Vec<String> {
    let mut answers = Vec::new();
    for call in CALLED {
        answers.push(listener.get(call).await.body);
    }
    answers
}

async fn page_through(listener: &Listener) {
    for _ in 0..CALLS {
        for order in ["newest", "frequent"] {
            listener.get(&format!("getAlbumList2?f=json&type={order}&size=500")).await;
        }
    }
}

/// What became of the lists.
async fn settled(edge: &Edge) -> bool {
    let settled = async {
        loop {
            match edge.printed_lists.are_printed() {
                Some(are_printed) => return are_printed,
                None => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), settled).await.expect("printed, or given up")
}

#[tokio::test]
async fn what_is_cut_from_a_printed_list_is_what_was_printed_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let edge = edge_over(&many_albums(""), &folder.path().to_string_lossy());
    let listener = Listener::at(&edge);
    let before = answers(&listener).await;
    page_through(&listener).await;
    assert!(settled(&edge).await);
    assert_eq!(answers(&listener).await, before);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "the files have no names");
}

#[tokio::test]
async fn printed_lists_stay_with_their_database_and_go_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let edge = edge_over(&many_albums(""), &folder.path().to_string_lossy());
    let listener = Listener::at(&edge);
    page_through(&listener).await;
    assert!(settled(&edge).await);

    edge.snapshots.replace(long(&many_albums(""), |manifest| manifest.sequence += 1));
    let before = answers(&listener).await;
    assert_eq!(edge.printed_lists.are_printed(), Some(true), "it is the same database");

    let anew = many_albums("anew");
    edge.snapshots.replace(long(&anew, |manifest| manifest.database.sha256 = Sha256Hex::of(b"another")));
    listener.get("getAlbumList?type=byYear&fromYear=1&toYear=2").await;
    assert_eq!(edge.printed_lists.are_printed(), None, "whatever is asked for first");
    let after = answers(&listener).await;
    assert_ne!(after, before);
    let fresh = edge_over(&anew, &folder.path().to_string_lossy());
    assert_eq!(after, answers(&Listener::at(&fresh)).await);
}

#[tokio::test]
async fn lists_that_cant_be_kept_are_printed_as_ever() {
    let folder = tempfile::tempdir().expect("a folder");
    let full = edge_over(&many_albums(""), &folder.path().to_string_lossy());
    full.snapshots.replace(long(&many_albums(""), |manifest| manifest.database.size_bytes = u64::MAX));
    for edge in [edge_over(&many_albums(""), "/nowhere"), full] {
        let listener = Listener::at(&edge);
        let before = answers(&listener).await;
        page_through(&listener).await;
        assert!(!settled(&edge).await);
        assert_eq!(answers(&listener).await, before);
    }
}

#[tokio::test]
async fn what_nobody_pages_through_and_what_is_short_is_not_printed() {
    let edge = edge_over(&many_albums(""), "/nowhere");
    let listener = Listener::at(&edge);
    for _ in 0..2 * CALLS {
        listener.get("getAlbumList2?f=json&type=newest&size=500&offset=100000").await;
        listener.get("getAlbumList2?f=json&type=alphabeticalByName&size=500").await;
    }
    assert_eq!(edge.printed_lists.are_printed(), None);
    edge.snapshots.replace(long(&many_albums(""), |manifest| manifest.album_count = ALBUMS - 1));
    page_through(&listener).await;
    assert_eq!(edge.printed_lists.are_printed(), None);
}
