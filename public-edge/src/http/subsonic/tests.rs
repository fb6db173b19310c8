//! Every operation over the router, from a catalog in memory.

mod bad_input;
mod crowds;
mod goldens;
mod harness;
mod legacy;
mod operations;
mod printed_lists;
mod rules;
mod sameness;
