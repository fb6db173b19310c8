//! Every operation over the router, from a catalog in memory.

mod goldens;
mod harness;
mod rules;
mod sameness;
