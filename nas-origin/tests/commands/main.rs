//! The commands as the owner runs them: the real binary, its output and its exit codes.

#[cfg(test)]
mod backup;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod daemon;
#[cfg(test)]
mod enrich;
#[cfg(test)]
mod export_snapshot;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod keygen;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod token;
#[cfg(test)]
mod upload_kills;
#[cfg(test)]
mod users;
#[cfg(test)]
mod yard;
