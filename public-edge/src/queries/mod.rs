//! The read queries and the threads they run on.

mod threads;

pub use threads::{Queries, View};
