//! From rows to values: what all families share.

use catalog_core::model::{Advisory, ArtistId, Credit, CreditRole};
use catalog_core::ports::CatalogCounts;
use rusqlite::types::{FromSql, FromSqlError, Type};
use rusqlite::{CachedStatement, Connection, Params, Row};
use serde::de::DeserializeOwned;
use snapshot_format::row_json::{AdvisoryJson, CreditJson, RoleJson};

const COUNTS: &str = "SELECT name, value FROM catalog_counts ORDER BY name LIMIT 100";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[];

/// How much there is. The table has a row for each kind of thing, so reading it whole is no scan of the library.
pub(super) fn counts(connection: &Connection) -> rusqlite::Result<CatalogCounts> {
    let mut counts = CatalogCounts::default();
    let mut statement = connection.prepare_cached(COUNTS)?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let value = unsigned(row.get(1)?);
        match row.get_ref(0)?.as_str()? {
            "tracks" => counts.tracks = value,
            "albums" => counts.albums = value,
            "artists" => counts.artists = value,
            "playlists" => counts.playlists = value,
            "genres" => counts.genres = value,
            "dated_albums" => counts.dated_albums = value,
            _ => {}
        }
    }
    Ok(counts)
}

/// Reads the columns of a row in the order of its SELECT list.
pub(super) struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl<'a> Columns<'a> {
    /// The first column comes first.
    pub(super) fn of(row: &'a Row<'a>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub(super) fn next<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let index = self.next;
        self.next += 1;
        self.row.get(index)
    }

    /// The next column as an id.
    pub(super) fn id<T>(&mut self, make: fn(i64) -> Option<T>) -> rusqlite::Result<T> {
        let index = self.next;
        let number: i64 = self.next()?;
        make(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(index, number))
    }

    /// The next column as a number that is not negative; NULL and what doesn't fit are `None`.
    pub(super) fn count<T: TryFrom<i64>>(&mut self) -> rusqlite::Result<Option<T>> {
        Ok(self.next::<Option<i64>>()?.and_then(|number| T::try_from(number).ok()))
    }

    /// The next column as JSON; the default for NULL.
    pub(super) fn json<T: DeserializeOwned + Default>(&mut self) -> rusqlite::Result<T> {
        let index = self.next;
        self.next += 1;
        parsed_json(self.row.get_ref(index)?.as_str_or_null().map_err(from_sql(index))?, index)
    }

    /// The next column as credits; where it is NULL the one artist `alone` has the role.
    pub(super) fn credits(&mut self, alone: Option<Credit>) -> rusqlite::Result<Vec<Credit>> {
        Ok(shown_credits(self.json()?, alone))
    }
}

/// A text of the column `index` as JSON; the default without one.
pub(super) fn parsed_json<T: DeserializeOwned + Default>(text: Option<&str>, index: usize) -> rusqlite::Result<T> {
    let Some(text) = text else { return Ok(T::default()) };
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error)))
}

/// The credits that a row lists, else the one artist who stands alone.
pub(super) fn shown_credits(listed: Vec<CreditJson>, alone: Option<Credit>) -> Vec<Credit> {
    if listed.is_empty() {
        return alone.into_iter().collect();
    }
    listed.into_iter().filter_map(credit).collect()
}

fn from_sql(index: usize) -> impl Fn(FromSqlError) -> rusqlite::Error {
    move |error| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
}

fn credit(listed: CreditJson) -> Option<Credit> {
    let CreditJson { artist_id, instrument, name, role } = listed;
    Some(Credit { artist_id: ArtistId::new(artist_id)?, name, role: self::role(role), instrument })
}

pub(super) fn role(role: RoleJson) -> CreditRole {
    match role {
        RoleJson::Artist => CreditRole::Artist,
        RoleJson::AlbumArtist => CreditRole::AlbumArtist,
        RoleJson::Composer => CreditRole::Composer,
        RoleJson::Lyricist => CreditRole::Lyricist,
        RoleJson::Conductor => CreditRole::Conductor,
        RoleJson::Performer => CreditRole::Performer,
        RoleJson::Arranger => CreditRole::Arranger,
        RoleJson::Producer => CreditRole::Producer,
        RoleJson::Director => CreditRole::Director,
        RoleJson::Engineer => CreditRole::Engineer,
        RoleJson::Mixer => CreditRole::Mixer,
        RoleJson::DjMixer => CreditRole::DjMixer,
        RoleJson::Remixer => CreditRole::Remixer,
    }
}

pub(super) fn advisory(advisory: AdvisoryJson) -> Advisory {
    match advisory {
        AdvisoryJson::Explicit => Advisory::Explicit,
        AdvisoryJson::Clean => Advisory::Clean,
    }
}

/// The credit of an artist who stands alone.
pub(super) fn alone(artist_id: Option<i64>, name: Option<&str>, role: CreditRole) -> Option<Credit> {
    Some(Credit { artist_id: ArtistId::new(artist_id?)?, name: name?.to_owned(), role, instrument: None })
}

/// All rows of a statement, mapped.
pub(super) fn collect<T>(
    mut statement: CachedStatement<'_>,
    parameters: impl Params,
    map: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(map(row)?);
    }
    Ok(all)
}

/// A number that the schema never has negative.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A number for SQLite, whose integers are signed.
pub(super) fn signed(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// Whether a URL may be shown: the publisher dropped all others, and so does the edge.
pub(super) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
