//! Clients that were written for other servers, as their registries have them: they browse, search and play here.

mod opensubsonic;
mod programs;
