//! Whether what a snapshot names beside its database is in the store: covers in every size, audio.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::problem::{self, Problem};
use crate::snapshot::build::{NamedCover, list_audio, list_covers};
use crate::snapshot::history::HistoryError;
use crate::snapshot::publish::PublishError;
use crate::snapshot::store::{Store, StoreError};

/// Looks for every cover and audio file that a database names, and says how many objects these are.
pub(super) fn check(store: &Store, plain: &Path, problems: &mut Vec<Problem>) -> Result<u64, HistoryError> {
    let covers = list_covers(plain).map_err(PublishError::from)?;
    let audio: BTreeSet<String> = list_audio(plain).map_err(PublishError::from)?.into_iter().collect();
    let renditions: usize = covers.iter().map(|cover| cover.sizes().len()).sum();
    let checked = (renditions + audio.len()) as u64;
    let missing = missing_covers(store, &covers)?.into_iter().chain(missing_audio(store, audio)?);
    problems.extend(missing.map(|key| problem::new(key, "isn't in the store")));
    Ok(checked)
}

/// One listing answers for all. Of a picture only the sizes that were not seen yet are kept, a bit each: a store may
/// have a million renditions.
fn missing_covers(store: &Store, covers: &[NamedCover]) -> Result<Vec<String>, StoreError> {
    let all = |cover: &NamedCover| (1_u8 << cover.sizes().len()) - 1;
    let mut unseen: BTreeMap<&str, (&NamedCover, u8)> =
        covers.iter().map(|cover| (cover.picture.as_str(), (cover, all(cover)))).collect();
    if !unseen.is_empty() {
        store.visit("covers", |object| {
            let picture = object.key.split('/').nth(2).unwrap_or_default();
            if let Some((cover, sizes)) = unseen.get_mut(picture) {
                let seen = cover.sizes().iter().position(|size| cover.key(*size) == object.key);
                *sizes &= !seen.map_or(0, |index| 1 << index);
            }
            Ok::<_, StoreError>(())
        })?;
    }
    let missing = unseen.into_values().flat_map(|(cover, sizes)| {
        let left = cover.sizes().iter().enumerate().filter(move |(index, _)| sizes & (1 << index) != 0);
        left.map(|(_, size)| cover.key(*size))
    });
    Ok(missing.collect())
}

fn missing_audio(store: &Store, mut audio: BTreeSet<String>) -> Result<BTreeSet<String>, StoreError> {
    if !audio.is_empty() {
        store.visit("audio", |object| {
            audio.remove(&object.key);
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(audio)
}
