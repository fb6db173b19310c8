//! Drawing albums and tracks by lot. The seed comes in, so the same seed draws the same.

use catalog_core::model::{Album, Track};
use catalog_core::ports::{AlbumOrder, CatalogReader, ReadResult};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::{SliceRandom, index};

/// Albums drawn by lot, each at most once.
pub(super) fn albums(reader: &dyn CatalogReader, count: usize, seed: u64) -> ReadResult<Vec<Album>> {
    let places = places(reader.counts()?.albums, count, &mut StdRng::seed_from_u64(seed));
    collect(places, |place| reader.list_albums_at(AlbumOrder::ByName, place, 1))
}

/// Tracks drawn by lot from `total` that `list` pages, each at most once.
pub(super) fn tracks(
    total: u64,
    count: usize,
    random: &mut StdRng,
    list: impl Fn(u64, usize) -> ReadResult<Vec<Track>>,
) -> ReadResult<Vec<Track>> {
    collect(places(total, count, random), |place| list(place, 1))
}

/// Tracks that pass `is_wanted`, from `looks` pages of `page_size` drawn by lot.
pub(super) fn tracks_like(
    total: u64,
    Looks { pages, page_size }: Looks,
    random: &mut StdRng,
    list: impl Fn(u64, usize) -> ReadResult<Vec<Track>>,
    is_wanted: impl Fn(&Track) -> bool,
) -> ReadResult<Vec<Track>> {
    let page_count = total.div_ceil(page_size as u64);
    let found = collect(places(page_count, pages, random), |page| list(page * page_size as u64, page_size))?;
    let mut wanted: Vec<_> = found.into_iter().filter(is_wanted).collect();
    wanted.shuffle(random);
    Ok(wanted)
}

/// How much is looked through for what cannot be asked for.
#[derive(Clone, Copy)]
pub(super) struct Looks {
    /// Pages at most.
    pub(super) pages: usize,
    /// Items on each.
    pub(super) page_size: usize,
}

/// Distinct places below `total` in random order, `count` or as many as there are.
pub(super) fn places(total: u64, count: usize, random: &mut StdRng) -> Vec<u64> {
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    index::sample(random, total, count.min(total)).into_iter().map(|place| place as u64).collect()
}

fn collect<T>(places: Vec<u64>, list: impl Fn(u64) -> ReadResult<Vec<T>>) -> ReadResult<Vec<T>> {
    let mut found = Vec::with_capacity(places.len());
    for place in places {
        found.extend(list(place)?);
    }
    Ok(found)
}
