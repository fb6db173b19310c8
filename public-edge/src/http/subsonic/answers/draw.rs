//! Drawing albums and tracks by lot. The seed comes in, so the same seed draws the same.

use catalog_core::model::{Album, Track, TrackId};
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

/// Up to `count` tracks that pass `is_wanted`, from pages drawn by lot: a few at least, and more until there are enough.
pub(super) fn tracks_like(
    total: u64,
    count: usize,
    looks: Looks,
    random: &mut StdRng,
    list: impl Fn(u64, usize) -> ReadResult<Vec<Track>>,
    is_wanted: impl Fn(&Track) -> bool,
) -> ReadResult<Vec<Track>> {
    let page_size = looks.page_size as u64;
    let mut wanted = Vec::new();
    for (looked_at, page) in places(total.div_ceil(page_size), looks.most, random).into_iter().enumerate() {
        if looked_at >= looks.least && wanted.len() >= count {
            break;
        }
        wanted.extend(list(page * page_size, looks.page_size)?.into_iter().filter(&is_wanted));
    }
    wanted.shuffle(random);
    wanted.truncate(count);
    Ok(wanted)
}

/// Up to `count` tracks that pass `is_wanted`, by lot from the tracks with these ids, which `find` finds.
pub(super) fn tracks_among(
    mut ids: Vec<TrackId>,
    count: usize,
    random: &mut StdRng,
    find: impl Fn(&[TrackId]) -> ReadResult<Vec<Track>>,
    is_wanted: impl Fn(&Track) -> bool,
) -> ReadResult<Vec<Track>> {
    ids.shuffle(random);
    let mut wanted = Vec::new();
    for some in ids.chunks(count.max(1)) {
        wanted.extend(find(some)?.into_iter().filter(&is_wanted));
        if wanted.len() >= count {
            break;
        }
    }
    wanted.truncate(count);
    Ok(wanted)
}

/// How much is looked through for what cannot be asked for.
#[derive(Clone, Copy)]
pub(super) struct Looks {
    /// Pages at least, where there are so many.
    pub(super) least: usize,
    /// Pages at most.
    pub(super) most: usize,
    /// Items on each.
    pub(super) page_size: usize,
}

impl Looks {
    /// Items at most.
    pub(super) const fn items(self) -> usize {
        self.most * self.page_size
    }
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
