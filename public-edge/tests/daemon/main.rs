//! The edge as a whole, below its routes: refreshing from real stores, swapping under load, the daemon, the commands.

mod attacks;
mod commands;
mod delta;
mod evolution;
mod follow;
mod hostile;
mod listeners;
mod refresh;
mod serving;
mod support;
mod swap;
mod threads;
