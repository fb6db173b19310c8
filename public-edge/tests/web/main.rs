//! The pages as listeners get them: over the whole router and a catalog in memory.

mod browser;
mod crawl;
mod goldens;
mod harness;
mod hostile;
mod markup;
mod rules;
mod webdriver;
