//! The origin's configuration: a struct for each concern, checked once.
