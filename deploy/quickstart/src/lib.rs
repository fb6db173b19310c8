//! Both planes in one process (DESIGN section 12): a folder of music to a listener's ear in one command.

pub mod demo;
pub mod home;
pub mod run;
