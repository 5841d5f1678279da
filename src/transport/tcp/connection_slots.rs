//! Slots for connections: a node has a fixed number, and each address gets a share (`domain/fair_share.rs`).
//! Slots are keyed by what a client cannot renew for free: its IPv4 address, or its IPv6 /48.

use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::domain::fair_share::{FairShare, TimesFree};
use crate::domain::network::Network;

/// The slots for connections.
pub struct ConnectionSlots {
    /// `None`: connections of a proxy that has not yet forwarded a client's address.
    shares: Mutex<FairShare<Option<Network>>>,
}

/// Why a connection gets no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSlot {
    /// All slots are taken.
    Full,
    /// The free slots are for addresses with fewer connections.
    Share,
}

impl NoSlot {
    /// The name in metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Share => "share",
        }
    }
}

impl ConnectionSlots {
    /// This many slots, all free.
    pub fn new(count: usize) -> Arc<Self> {
        Arc::new(Self { shares: Mutex::new(FairShare::new(count, TimesFree::MOST)) })
    }

    /// Takes a slot for a connection from an address, or from a proxy that will forward the address.
    pub fn take(self: &Arc<Self>, ip: Option<IpAddr>) -> Result<ConnectionSlot, NoSlot> {
        let holder = ip.map(Network::widest);
        let mut shares = self.shares.lock();
        if shares.take(holder) {
            Ok(ConnectionSlot { places: self.clone(), holder: Mutex::new(holder) })
        } else if shares.is_full() {
            Err(NoSlot::Full)
        } else {
            Err(NoSlot::Share)
        }
    }
}

/// A connection's slot, released when dropped.
pub struct ConnectionSlot {
    places: Arc<ConnectionSlots>,
    holder: Mutex<Option<Network>>,
}

impl ConnectionSlot {
    /// Assigns the slot to the address that a proxy forwards. Returns false if that address is over its
    /// share; then nothing new should begin on the connection.
    pub fn assign(&self, ip: IpAddr) -> bool {
        let network = Network::widest(ip);
        let mut holder = self.holder.lock();
        let before = holder.replace(network);
        self.places.shares.lock().transfer(&before, Some(network))
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.places.shares.lock().release(self.holder.get_mut());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an IP address")
    }

    #[test]
    fn an_address_gets_its_share_and_another_address_a_free_slot() {
        let places = ConnectionSlots::new(20);
        let mut crowd: Vec<_> =
            (0..18).map(|_| places.take(Some(ip("192.0.2.1"))).expect("a place")).collect();
        assert_eq!(places.take(Some(ip("192.0.2.1"))).err(), Some(NoSlot::Share));
        let other = places.take(Some(ip("192.0.2.2")));
        // One subscriber's IPv6 address, in any /64.
        let six = places.take(Some(ip("2001:db8:1:1::1")));
        assert!(other.is_ok() && six.is_ok());
        assert_eq!(places.take(Some(ip("192.0.2.3"))).err(), Some(NoSlot::Full));
        drop(six);
        let refused = places.take(Some(ip("192.0.2.1"))).err();
        assert_eq!(refused, Some(NoSlot::Share), "the free slot is for an address with fewer than nine");
        crowd.pop();
        assert!(places.take(Some(ip("192.0.2.1"))).is_ok());
    }

    #[test]
    fn a_proxys_connection_counts_for_the_forwarded_address() {
        let places = ConnectionSlots::new(20);
        let connections: Vec<_> = (0..19).map(|_| places.take(None)).collect();
        let connections: Vec<_> = connections.into_iter().flatten().collect();
        assert_eq!(connections.len(), 18);
        let (last, crowd) = connections.split_last().expect("they are there");
        assert!(crowd.iter().all(|place| place.assign(ip("192.0.2.1"))));
        // All but two are taken, 17 of them by this address.
        assert!(last.assign(ip("192.0.2.2")));
        assert!(last.assign(ip("192.0.2.1")), "an 18th, with three free before");
        let more = places.take(None).expect("a place");
        assert!(!more.assign(ip("192.0.2.1")));
        assert!(more.assign(ip("192.0.2.2")));
    }
}
