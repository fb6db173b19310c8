//! Ids in bodies, and what bodies leave out.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// `["tr-1", "tr-2"]`.
pub(super) fn ids<'d, T, D>(body: D) -> Result<Vec<T>, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'d>,
{
    let texts = Vec::<String>::deserialize(body)?;
    texts.iter().map(|text| text.parse().map_err(Error::custom)).collect()
}

/// The same, where nothing may be said.
pub(super) fn some_ids<'d, T, D>(body: D) -> Result<Option<Vec<T>>, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'d>,
{
    ids(body).map(Some)
}

/// Lists are published unless the body says otherwise.
pub(super) fn yes() -> bool {
    true
}
