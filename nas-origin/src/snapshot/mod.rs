//! Building and publishing snapshots (SNAPSHOT.md sections 1 to 4).

pub mod build;
pub mod export;
pub mod gc;
pub mod history;
pub mod publish;
pub mod rollback;
pub mod settle_ids;
pub mod store;
pub mod unpack;
pub mod verify;
