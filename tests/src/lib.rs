//! End to end: both planes over real files, real ports and real stores, as a listener and an owner meet them.

pub mod edge;
pub mod listener;
pub mod music;
pub mod nas;
pub mod planes;
pub mod reader;
pub mod rig;
pub mod s3;
pub mod seed;
pub mod stranger;
pub mod victim;
