//! Slots for anonymous writes: a fixed number per node, shared between networks (`domain/fair_share.rs`).

use std::sync::Arc;

use parking_lot::Mutex;

use crate::domain::fair_share::{FairShare, TimesFree};
use crate::domain::network::Network;

/// A fixed number of slots. A network may hold as many as are still free, so a network alone gets half of them, and
/// one is always left for a network that has none.
#[derive(Debug, Clone)]
pub(super) struct AnonymousSlots(Arc<Mutex<FairShare<Network>>>);

impl AnonymousSlots {
    pub(super) fn new(places: usize) -> Self {
        Self(Arc::new(Mutex::new(FairShare::new(places, TimesFree::HALF))))
    }

    /// Takes a slot for a client of this network; `None` if there is none for it.
    pub(super) fn take(&self, network: Network) -> Option<AnonymousSlot> {
        self.0.lock().take(network).then(|| AnonymousSlot { places: self.clone(), network })
    }
}

/// A slot. Dropping it frees it.
#[derive(Debug)]
pub(super) struct AnonymousSlot {
    places: AnonymousSlots,
    network: Network,
}

impl Drop for AnonymousSlot {
    fn drop(&mut self) {
        self.places.0.lock().release(&self.network);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(last: u8) -> Network {
        Network::of([192, 0, 2, last].into())
    }

    fn take_all(places: &AnonymousSlots, last: u8) -> Vec<AnonymousSlot> {
        std::iter::from_fn(|| places.take(network(last))).collect()
    }

    #[test]
    fn one_network_does_not_fill_all_places_and_two_have_a_third_each() {
        let places = AnonymousSlots::new(64);
        let first = take_all(&places, 1);
        assert_eq!(first.len(), 32);
        assert_eq!(take_all(&places, 2).len(), 16);
        assert!(places.take(network(3)).is_some());
        drop(first);

        let (mut one, mut other) = (Vec::new(), Vec::new());
        while let (Some(of_one), Some(of_other)) = (places.take(network(1)), places.take(network(2))) {
            one.push(of_one);
            other.push(of_other);
        }
        assert_eq!((one.len(), other.len()), (21, 21));
    }

    #[test]
    fn dropped_slots_become_free() {
        let places = AnonymousSlots::new(4);
        drop(take_all(&places, 1));
        assert_eq!(places.0.lock().used(), 0);
        assert_eq!(take_all(&places, 2).len(), 2);
    }
}
