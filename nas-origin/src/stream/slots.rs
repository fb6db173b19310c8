//! How many files are sent at once: in all, and to each listener whom a token names, so that one can't take them all.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::StreamError;

/// Files that are sent to one listener at once: all players of a household, and the next song of each.
const MAX_OF_LISTENER: usize = 8;

/// The slots for files that are being sent.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    count: usize,
    free: Arc<Semaphore>,
    taken: Arc<Mutex<HashMap<u32, usize>>>,
}

/// A file's slot; dropping it makes room for another.
#[derive(Debug)]
pub(super) struct Slot {
    _permit: OwnedSemaphorePermit,
    listener: u32,
    taken: Arc<Mutex<HashMap<u32, usize>>>,
}

impl Slots {
    /// So many.
    pub(super) fn new(count: usize) -> Self {
        let count = count.min(Semaphore::MAX_PERMITS);
        Self { count, free: Arc::new(Semaphore::new(count)), taken: Arc::default() }
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.count.saturating_sub(self.free.available_permits())
    }

    /// Takes a slot for a listener; 0 is anyone.
    ///
    /// # Errors
    /// [`StreamError::Busy`] when there is none, [`StreamError::TooManyOfListener`] when the listener has enough.
    pub(super) fn take(&self, listener: u32) -> Result<Slot, StreamError> {
        let permit = Arc::clone(&self.free).try_acquire_owned().map_err(StreamError::Busy)?;
        if listener != 0 {
            let mut taken = lock(&self.taken);
            let own = taken.entry(listener).or_default();
            if *own >= MAX_OF_LISTENER {
                return Err(StreamError::TooManyOfListener);
            }
            *own += 1;
        }
        Ok(Slot { _permit: permit, listener, taken: Arc::clone(&self.taken) })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.listener == 0 {
            return;
        }
        if let Entry::Occupied(mut own) = lock(&self.taken).entry(self.listener) {
            *own.get_mut() -= 1;
            if *own.get() == 0 {
                own.remove();
            }
        }
    }
}

fn lock(taken: &Mutex<HashMap<u32, usize>>) -> MutexGuard<'_, HashMap<u32, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_listener_leaves_slots_for_others() {
        let slots = Slots::new(10);
        let mut own: Vec<Slot> = (0..MAX_OF_LISTENER).map(|_| slots.take(7).unwrap()).collect();
        assert!(matches!(slots.take(7), Err(StreamError::TooManyOfListener)));
        assert_eq!(slots.taken(), 8, "a refusal takes none");
        let others = [slots.take(0).unwrap(), slots.take(8).unwrap()];
        assert!(matches!(slots.take(0), Err(StreamError::Busy(_))));
        drop(others);
        own.pop();
        own.push(slots.take(7).unwrap());
        drop(own);
        assert_eq!((slots.taken(), lock(&slots.taken).len()), (0, 0));
    }
}
