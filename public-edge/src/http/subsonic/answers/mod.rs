//! What each operation reads from the catalog and prints. What was printed is dropped when reading fails, so there is no
//! half answer.

pub(super) mod albums;
pub(super) mod artists;
pub(super) mod directories;
pub(super) mod draw;
pub(super) mod genres;
pub(super) mod information;
pub(super) mod lyrics;
pub(super) mod playlists;
pub(super) mod random;
pub(super) mod search;
pub(super) mod similar;
pub(super) mod songs;
pub(super) mod system;

use catalog_core::ports::CatalogReader;

use super::call::Edition;
use super::error::SubsonicError;
use super::params::Params;
use super::printed_lists::SnapshotLists;
use super::printer::Printer;

/// What an operation answers from.
pub(super) struct Asked<'a> {
    /// The call's parameters.
    pub(super) params: &'a Params,
    /// The snapshot being read.
    pub(super) edition: Edition,
    /// Where anyone can fetch the store's objects.
    pub(super) public_base: Option<&'a str>,
    /// Lists that are printed already.
    pub(super) printed: SnapshotLists<'a>,
    /// The name of the account that calls are made as.
    pub(super) user: &'a str,
    /// The chance of this call.
    pub(super) seed: u64,
}

/// An operation: reads, then prints its payload into the envelope.
pub(super) type Answer = fn(&Asked<'_>, &dyn CatalogReader, &mut Printer) -> Outcome;

/// How an operation ends.
pub(super) type Outcome = Result<(), SubsonicError>;
