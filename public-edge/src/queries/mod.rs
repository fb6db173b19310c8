//! The read queries and the threads they run on.

mod sqlite;
mod threads;

pub use sqlite::open_reader;
pub use threads::{Queries, View};
