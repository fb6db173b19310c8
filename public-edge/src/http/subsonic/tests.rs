//! Every operation over the router, from a catalog in memory.

mod catalog;
mod goldens;
mod harness;
mod rules;
mod sameness;
