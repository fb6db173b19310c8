//! The edge as a whole, below its routes: refreshing from real stores, swapping under load, the daemon, the commands.

mod refresh;
mod support;
mod swap;
