//! The edge as a whole, below its routes: refreshing from real stores, swapping under load, the daemon, the commands.

mod commands;
mod refresh;
mod serving;
mod support;
mod swap;
mod threads;
