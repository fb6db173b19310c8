//! Both planes in one process (DESIGN section 12).

pub mod demo;
