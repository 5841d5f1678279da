//! The places for anonymous writes: a fixed number for the node, shared between the networks that ask.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::domain::network::Network;

/// A fixed number of places. A network may hold as many as are free: alone it has half of them, and there is
/// always one for a network that has none.
#[derive(Debug, Clone)]
pub(super) struct Places(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    free: usize,
    held: HashMap<Network, usize>,
}

impl Places {
    pub(super) fn new(places: usize) -> Self {
        Self(Arc::new(Mutex::new(State { free: places, held: HashMap::new() })))
    }

    /// A place for a client of this network; `None` if there is none for it.
    pub(super) fn take(&self, network: Network) -> Option<Place> {
        let mut state = self.0.lock();
        let held = state.held.get(&network).copied().unwrap_or_default();
        if held >= state.free {
            return None;
        }
        state.free -= 1;
        state.held.insert(network, held + 1);
        Some(Place { places: self.clone(), network })
    }
}

/// A place, which becomes free when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    network: Network,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.places.0.lock();
        state.free += 1;
        if let Some(held) = state.held.get_mut(&self.network) {
            *held -= 1;
            if *held == 0 {
                state.held.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(last: u8) -> Network {
        Network::of([192, 0, 2, last].into())
    }

    fn take_all(places: &Places, last: u8) -> Vec<Place> {
        std::iter::from_fn(|| places.take(network(last))).collect()
    }

    #[test]
    fn one_network_does_not_fill_all_places_and_two_have_a_third_each() {
        let places = Places::new(64);
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
    fn places_come_back_and_their_networks_are_forgotten() {
        let places = Places::new(4);
        drop(take_all(&places, 1));
        assert_eq!(places.0.lock().free, 4);
        assert!(places.0.lock().held.is_empty());
    }
}
