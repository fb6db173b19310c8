//! How many files are sent through this edge at once: in all, and to each listener, so that one can't take all places.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use patient_listener::household::household;

use super::SourceError;

/// Files that are sent at once. Each takes two connections and 1 MiB of memory at most.
pub const MAX_STREAMS: usize = 64;
/// Files that are sent to one address at once: a household's players, and the next song of each.
pub const MAX_STREAMS_OF_LISTENER: usize = 8;

/// The files that are under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Streams {
    under_way: Arc<Mutex<UnderWay>>,
}

#[derive(Debug, Default)]
struct UnderWay {
    total: usize,
    by_listener: HashMap<IpAddr, usize>,
}

/// The place of one file; dropping it makes room for another.
#[derive(Debug)]
pub(super) struct Place {
    streams: Streams,
    listener: Option<IpAddr>,
}

impl Streams {
    /// Takes a place for a listener, whose address may not be known.
    ///
    /// # Errors
    /// [`MAX_STREAMS`] are under way, or [`MAX_STREAMS_OF_LISTENER`] to this one.
    pub(super) fn begin(&self, address: Option<IpAddr>) -> Result<Place, SourceError> {
        let listener = address.map(household);
        let mut under_way = self.lock();
        if under_way.total >= MAX_STREAMS {
            return Err(SourceError::TooManyStreams);
        }
        if let Some(listener) = listener {
            let own = under_way.by_listener.entry(listener).or_default();
            if *own >= MAX_STREAMS_OF_LISTENER {
                return Err(SourceError::TooManyOfListener);
            }
            *own += 1;
        }
        under_way.total += 1;
        Ok(Place { streams: self.clone(), listener })
    }

    /// How many are under way.
    pub(super) fn count(&self) -> usize {
        self.lock().total
    }

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = self.streams.lock();
        under_way.total -= 1;
        let Some(listener) = self.listener else { return };
        if let Some(own) = under_way.by_listener.get_mut(&listener) {
            *own -= 1;
            if *own == 0 {
                under_way.by_listener.remove(&listener);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(streams: &Streams, address: &str) -> Option<Place> {
        streams.begin(Some(address.parse().expect("an address"))).ok()
    }

    #[test]
    fn no_listener_takes_the_places_of_others() {
        let streams = Streams::default();
        let mut greedy: Vec<_> = (0..20).filter_map(|_| begin(&streams, "1.2.3.4")).collect();
        assert_eq!((greedy.len(), streams.count()), (MAX_STREAMS_OF_LISTENER, MAX_STREAMS_OF_LISTENER));
        let other = begin(&streams, "1.2.3.5");
        assert!(other.is_some());
        greedy.pop();
        assert!(begin(&streams, "1.2.3.4").is_some());
        drop((greedy, other));
        assert_eq!((streams.count(), streams.lock().by_listener.len()), (0, 0));
    }

    #[test]
    fn a_network_of_addresses_is_one_household() {
        let streams = Streams::default();
        let one: Vec<_> = (0..20).filter_map(|number| begin(&streams, &format!("2001:db8:0:1::{number}"))).collect();
        assert_eq!(one.len(), MAX_STREAMS_OF_LISTENER);
        assert!(begin(&streams, "2001:db8:0:2::1").is_some());
    }

    #[test]
    fn many_listeners_share_what_there_is() {
        let streams = Streams::default();
        let all: Vec<_> = (0..200).filter_map(|number| begin(&streams, &format!("10.0.0.{number}"))).collect();
        assert_eq!(all.len(), MAX_STREAMS);
        assert!(matches!(streams.begin(None), Err(SourceError::TooManyStreams)));
    }
}
