//! The rows of a read database, worked out from a catalog in memory.

mod albums;
mod artists;
mod playlists;
mod search;
mod tracks;

use catalog_core::model::{Advisory, AnyId, Cover, Credit, CreditRole};
use catalog_core::testing::MemoryCatalog;
use rusqlite::{Connection, Result, ToSql, params};
use snapshot_format::row_json::{AdvisoryJson, CreditJson, RoleJson, column};

/// Inserts everything.
pub(super) fn insert(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    let covers = Covers::of(catalog);
    covers.insert(connection)?;
    tracks::insert(connection, catalog, &covers)?;
    albums::insert(connection, catalog, &covers)?;
    artists::insert(connection, catalog, &covers)?;
    artists::insert_genres(connection, catalog)?;
    playlists::insert(connection, catalog, &covers)?;
    search::insert_counts(connection, catalog)?;
    search::insert(connection, catalog)
}

/// Pictures, each once; a cover's id is its place, from 1.
struct Covers<'a> {
    catalog: &'a MemoryCatalog,
    distinct: Vec<&'a Cover>,
}

impl<'a> Covers<'a> {
    fn of(catalog: &'a MemoryCatalog) -> Self {
        let mut distinct: Vec<&Cover> = Vec::new();
        for (_, cover) in &catalog.covers {
            if !distinct.contains(&cover) {
                distinct.push(cover);
            }
        }
        Self { catalog, distinct }
    }

    fn id(&self, cover: Option<&Cover>) -> Option<i64> {
        cover.and_then(|cover| self.distinct.iter().position(|known| *known == cover)).map(|at| number(at + 1))
    }

    fn own(&self, of: AnyId) -> Option<i64> {
        self.id(self.catalog.own_cover(of))
    }

    fn insert(&self, connection: &Connection) -> Result<()> {
        for (at, cover) in self.distinct.iter().enumerate() {
            run(connection, "catalog_covers", params![number(at + 1), cover.sha256, cover.ext, cover.largest_size])?;
        }
        Ok(())
    }
}

/// As SQLite has numbers.
fn number<T: TryInto<i64>>(value: T) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// Inserts one row: `columns` is a table with the columns to fill, or with none for all of them.
fn run(connection: &Connection, columns: &str, row: &[&dyn ToSql]) -> Result<()> {
    let places = vec!["?"; row.len()].join(",");
    connection.prepare_cached(&format!("INSERT INTO {columns} VALUES ({places})"))?.execute(row).map(drop)
}

fn json<T: serde::Serialize + Default + PartialEq>(value: &T) -> Option<String> {
    column(value).expect("JSON")
}

/// NULL when the shown name is the one artist.
fn credits(credits: &[Credit], shown: Option<&str>, role: CreditRole) -> Option<String> {
    let is_plain = match credits {
        [] => true,
        [one] => one.role == role && Some(one.name.as_str()) == shown,
        _ => false,
    };
    let rows: Vec<CreditJson> = credits.iter().map(credit).collect();
    (!is_plain).then(|| serde_json::to_string(&rows).expect("JSON"))
}

fn credit(credit: &Credit) -> CreditJson {
    CreditJson {
        artist_id: credit.artist_id.number(),
        instrument: credit.instrument.clone(),
        name: credit.name.clone(),
        role: role(credit.role),
    }
}

fn role(role: CreditRole) -> RoleJson {
    serde_json::from_value(role.name().into()).expect("a role of the rows")
}

fn advisory(advisory: Advisory) -> AdvisoryJson {
    serde_json::from_value(advisory.name().into()).expect("an advisory of the rows")
}

fn first_artist(credits: &[Credit], role: CreditRole) -> Option<i64> {
    credits.iter().find(|credit| credit.role == role).map(|credit| credit.artist_id.number())
}

/// All genres, when there are several.
fn several(genres: &[String]) -> Vec<String> {
    if genres.len() > 1 { genres.to_vec() } else { Vec::new() }
}
