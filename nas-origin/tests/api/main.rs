//! The owner's API as a client uses it: real HTTP on loopback, a real catalog, a real store.

#[cfg(test)]
mod browse;
#[cfg(test)]
mod covers;
#[cfg(test)]
mod editing;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod login;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod uploads;
#[cfg(test)]
mod users;
#[cfg(test)]
mod yard;
