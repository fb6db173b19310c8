//! Any small library, imported, published and browsed, shows what a naive reading of its files says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use e2e_tests::edge::Edge;
use e2e_tests::music::{self, Song};
use e2e_tests::nas::Nas;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const ARTISTS: [&str; 4] = ["Ann Lee", "Björk", "周杰伦", "林忆莲"];
const ALBUMS: [&str; 3] = ["First", "夜航", "Zweite Sonne"];
/// Albums of untagged files, which their folders name.
const FOLDERS: [&str; 2] = ["Attic Tapes", "旧磁带"];
const GENRES: [&str; 3] = ["Jazz", "Rock", "华语"];
/// No two share a word: each is found alone.
const TITLES: [&str; 8] =
    ["Hyperballad", "晴天", "Jóga", "海屿你", "Running River", "ガラスの城", "Ünder Dög", "月亮代表"];
/// What finds them: a word as typed without its accents, or a part of what has no blanks.
const QUERIES: [&str; 8] = ["hyperb", "晴", "joga", "屿你", "river", "ラスの", "dog under", "代表"];

/// A file, at its place in [`TITLES`].
#[derive(Clone, Debug)]
struct File {
    artist: &'static str,
    album: &'static str,
    number: u32,
    tags: Option<Tags>,
}

#[derive(Clone, Debug)]
struct Tags {
    year: Option<u16>,
    genre: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct Shelf {
    files: Vec<File>,
    /// Places of files; some have none.
    playlists: Vec<Vec<usize>>,
}

fn any_file() -> impl Strategy<Value = File> {
    let tags = of((of(1970_u16..2020), of(select(&GENRES[..]))).prop_map(|(year, genre)| Tags { year, genre }));
    (select(&ARTISTS[..]), 0_usize..3, 1_u32..4, tags).prop_map(|(artist, album, number, tags)| {
        let album = if tags.is_some() { ALBUMS[album] } else { FOLDERS[album % 2] };
        File { artist, album, number, tags }
    })
}

fn any_shelf() -> impl Strategy<Value = Shelf> {
    let files = vec(any_file(), 1..=TITLES.len());
    let playlists = vec(vec(0..TITLES.len(), 1..6), 0..3);
    (files, playlists).prop_map(|(files, playlists)| Shelf { files, playlists })
}

impl Shelf {
    /// Untagged files lie where their path names them; tagged ones anywhere.
    fn path(&self, at: usize) -> String {
        let File { artist, album, number, tags } = &self.files[at];
        match tags {
            Some(_) => format!("{at}.wav"),
            None => format!("{artist}/{album}/{number:02} - {}.wav", TITLES[at]),
        }
    }

    fn write(&self, nas: &Nas) -> Result<()> {
        for (at, file) in self.files.iter().enumerate() {
            let (path, pitch) = (nas.music().join(self.path(at)), u16::try_from(at)?);
            match &file.tags {
                Some(Tags { year, genre }) => music::write(&path, pitch, &song(at, file, *year, *genre))?,
                None => music::write_untagged(&path, pitch)?,
            }
        }
        for (at, entries) in self.playlists.iter().enumerate() {
            let path =
                |entry: &usize| if *entry < self.files.len() { self.path(*entry) } else { "gone.wav".to_owned() };
            let lines: Vec<String> = entries.iter().map(path).collect();
            fs::write(nas.music().join(format!("List {at}.m3u8")), lines.join("\n"))?;
        }
        Ok(())
    }

    /// Titles of the tracks of each album, which its artist and name tell apart.
    fn albums(&self) -> BTreeMap<(&str, &str), Vec<usize>> {
        let mut albums: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, file) in self.files.iter().enumerate() {
            albums.entry((file.artist, file.album)).or_default().push(at);
        }
        for tracks in albums.values_mut() {
            tracks.sort_by_key(|at| (self.files[*at].number, self.path(*at)));
        }
        albums
    }

    fn expected_albums(&self) -> BTreeSet<String> {
        let albums = self.albums().into_iter().map(|((artist, name), tracks)| {
            let year = tracks.iter().find_map(|at| self.files[*at].tags.as_ref()?.year);
            let titles: Vec<&str> = tracks.iter().map(|at| TITLES[*at]).collect();
            json!([artist, name, year, titles]).to_string()
        });
        albums.collect()
    }

    fn expected_artists(&self) -> BTreeMap<String, (u64, u64)> {
        let mut artists: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for ((artist, _), tracks) in self.albums() {
            let counts = artists.entry(artist.to_owned()).or_default();
            *counts = (counts.0 + 1, counts.1 + tracks.len() as u64);
        }
        artists
    }

    fn expected_genres(&self) -> BTreeMap<String, (u64, u64)> {
        let mut genres: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for tracks in self.albums().values() {
            let of_album: Vec<&str> = tracks.iter().filter_map(|at| self.files[*at].tags.as_ref()?.genre).collect();
            for genre in &of_album {
                genres.entry((*genre).to_owned()).or_default().1 += 1;
            }
            for genre in of_album.into_iter().collect::<BTreeSet<_>>() {
                genres.entry(genre.to_owned()).or_default().0 += 1;
            }
        }
        genres
    }

    fn expected_playlists(&self) -> BTreeMap<String, Vec<&str>> {
        let titles =
            |entries: &[usize]| entries.iter().filter(|at| **at < self.files.len()).map(|at| TITLES[*at]).collect();
        self.playlists.iter().enumerate().map(|(at, entries)| (format!("List {at}"), titles(entries))).collect()
    }
}

fn song<'a>(at: usize, file: &File, year: Option<u16>, genre: Option<&'a str>) -> Song<'a> {
    let (artist, album, track) = (file.artist, file.album, Some(file.number));
    Song { title: TITLES[at], artist, album, track, year, genre, album_artist: None }
}

async fn shown_albums(edge: &Edge) -> Result<BTreeSet<String>> {
    let mut shown = BTreeSet::new();
    for album in edge.items("/api/v1/albums", 2).await? {
        let album = edge.json(&format!("/api/v1/albums/{}", album["id"].as_str().context("an id")?)).await?;
        let titles: Vec<&Value> =
            album["tracks"].as_array().context("tracks")?.iter().map(|track| &track["title"]).collect();
        shown.insert(json!([album["artist"], album["name"], album["year"], titles]).to_string());
    }
    Ok(shown)
}

async fn shown_counts(edge: &Edge, path: &str) -> Result<BTreeMap<String, (u64, u64)>> {
    let counts = |item: &Value| {
        let count = |name: &str| item[name].as_u64().context("a count");
        Ok((item["name"].as_str().context("a name")?.to_owned(), (count("album_count")?, count("track_count")?)))
    };
    edge.items(path, 2).await?.iter().map(counts).collect()
}

async fn shown_playlists(edge: &Edge) -> Result<BTreeMap<String, Vec<String>>> {
    let mut shown = BTreeMap::new();
    for playlist in edge.items("/api/v1/playlists", 1).await? {
        let id = playlist["id"].as_str().context("an id")?;
        let entries = edge.items(&format!("/api/v1/playlists/{id}/tracks"), 2).await?;
        let titles = entries.iter().filter_map(|entry| Some(entry["track"]["title"].as_str()?.to_owned())).collect();
        shown.insert(playlist["name"].as_str().context("a name")?.to_owned(), titles);
    }
    Ok(shown)
}

async fn browse_and_compare(shelf: &Shelf) -> Result<()> {
    let nas = Nas::new()?;
    shelf.write(&nas)?;
    tokio::task::block_in_place(|| nas.import().and_then(|_| nas.publish()))?;
    let edge = Edge::start(&nas.store(), &json!({})).await?;
    assert_eq!(shown_albums(&edge).await?, shelf.expected_albums(), "albums");
    assert_eq!(shown_counts(&edge, "/api/v1/artists").await?, shelf.expected_artists(), "artists");
    assert_eq!(shown_counts(&edge, "/api/v1/genres").await?, shelf.expected_genres(), "genres");
    let playlists = shelf.expected_playlists();
    let shown = shown_playlists(&edge).await?;
    assert_eq!(json!(shown), json!(playlists), "playlists");
    for (at, query) in QUERIES.iter().enumerate() {
        let found = edge.subsonic(&format!("search3?query={query}&artistCount=0&albumCount=0")).await?;
        let songs = found["searchResult3"]["song"].as_array().map_or(&[][..], Vec::as_slice);
        let titles: Vec<&Value> = songs.iter().map(|song| &song["title"]).collect();
        let expected: &[&str] = if at < shelf.files.len() { &TITLES[at..=at] } else { &[] };
        assert_eq!(titles, expected, "{query}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn import_publish_browse_is_what_the_files_say(shelf in any_shelf()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let compared = runtime.block_on(browse_and_compare(&shelf));
        compared.map_err(|error| TestCaseError::fail(format!("{error:#}")))?;
    }
}
