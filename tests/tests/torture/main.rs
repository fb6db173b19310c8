//! Publication is whole whatever happens: planes are killed, stores misbehave, publishers race, disks are full, and a
//! reader that shares no code with the project looks at what is left.
//!
//! Here each test plays a few rounds; `just torture` plays many. A test that draws lots prints its seed, and
//! `TORTURE_SEED` draws them again.

mod edge_kills;
mod fault_store;
mod full_disk;
mod import_cancels;
mod import_house;
mod import_kills;
mod kill_matrix;
mod publisher_race;
mod swap_load;

/// The program that is both planes.
const PLANE: &str = env!("CARGO_BIN_EXE_plane");
