//! Connections without a slot whose request is not known yet. Behind a proxy all connections come from one
//! address, so only the request tells a health check from a client that must retry.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::domain::network::Network;

/// A bounded set of undecided connections. A new one is always admitted; if there are too many, the oldest
/// one of the network with the most is closed. So nobody can block the set: a connection that sends its
/// request at once is decided long before it would be closed.
pub struct Undecided {
    capacity: usize,
    state: Mutex<UndecidedState>,
}

#[derive(Default)]
struct UndecidedState {
    last: u64,
    /// Oldest first.
    waiting: VecDeque<PendingConnection>,
}

struct PendingConnection {
    number: u64,
    network: Network,
    closed: CancellationToken,
}

/// A place in the set, released when dropped.
pub struct UndecidedSlot {
    undecided: Arc<Undecided>,
    number: u64,
    closed: CancellationToken,
}

impl Undecided {
    /// An empty set for at most `capacity` connections.
    pub fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Self { capacity, state: Mutex::default() })
    }

    /// Admits a connection.
    #[must_use]
    pub fn enter(self: &Arc<Self>, ip: IpAddr) -> UndecidedSlot {
        let mut state = self.state.lock();
        while state.waiting.len() >= self.capacity {
            state.close_one();
        }
        state.last += 1;
        let (number, closed) = (state.last, CancellationToken::new());
        state.waiting.push_back(PendingConnection {
            number,
            network: Network::widest(ip),
            closed: closed.clone(),
        });
        UndecidedSlot { undecided: self.clone(), number, closed }
    }
}

impl UndecidedState {
    fn close_one(&mut self) {
        let mut counts: HashMap<Network, usize> = HashMap::new();
        for waiting in &self.waiting {
            *counts.entry(waiting.network).or_default() += 1;
        }
        let most = counts.values().max().copied().unwrap_or(0);
        let oldest = self.waiting.iter().position(|waiting| counts[&waiting.network] == most);
        if let Some(waiting) = oldest.and_then(|oldest| self.waiting.remove(oldest)) {
            waiting.closed.cancel();
        }
    }
}

impl UndecidedSlot {
    /// Cancelled when the connection must make room for another one.
    pub fn closed(&self) -> CancellationToken {
        self.closed.clone()
    }
}

impl Drop for UndecidedSlot {
    fn drop(&mut self) {
        self.undecided.state.lock().waiting.retain(|waiting| waiting.number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an IP address")
    }

    #[test]
    fn a_new_connection_is_always_admitted_and_the_oldest_of_the_largest_network_is_closed() {
        let undecided = Undecided::new(4);
        let fan = undecided.enter(ip("192.0.2.9"));
        let mut flood: Vec<_> = (0..8).map(|_| undecided.enter(ip("2001:db8:1::1"))).collect();
        // The same subscriber, in another /64.
        flood.push(undecided.enter(ip("2001:db8:1:2::1")));
        let closed: Vec<_> = flood.iter().map(|turn| turn.closed.is_cancelled()).collect();
        assert_eq!(closed, [true, true, true, true, true, true, false, false, false]);
        assert!(!fan.closed.is_cancelled(), "it has only one");
        drop(flood);
        let crowd = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|address| undecided.enter(ip(address)));
        assert!(crowd.iter().all(|turn| !turn.closed.is_cancelled()));
        assert_eq!(undecided.state.lock().waiting.len(), 4);
        drop((fan, crowd));
        assert_eq!(undecided.state.lock().waiting.len(), 0);
    }
}
