//! The handshake budget: a node begins a limited number of sessions per period, and each address gets a share
//! (`domain/fair_share.rs`).

use std::collections::VecDeque;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::domain::fair_share::{FairShare, TimesFree};
use crate::domain::limit::Rate;
use crate::domain::network::Network;
use crate::transport::error::{ErrorCode, Failure};

/// The handshake budget of a node.
pub struct Handshakes(Mutex<Budget<Network>>);

impl Handshakes {
    /// A full budget.
    pub fn new(rate: Rate) -> Self {
        Self(Mutex::new(Budget::new(rate, Instant::now())))
    }

    /// Takes one handshake for an address.
    ///
    /// # Errors
    /// `unavailable`, with the time to wait.
    pub fn take(&self, ip: IpAddr) -> Result<(), Failure> {
        self.0.lock().take(Network::widest(ip), 1, Instant::now()).map_err(|wait| {
            metrics::counter!("touchline_rate_limited_total", "limit" => "handshake").increment(1);
            let limited = Failure::rate_limited(wait);
            Failure {
                retry_after_ms: limited.retry_after_ms,
                ..Failure::new(ErrorCode::Unavailable, "too many clients are connecting at once")
            }
        })
    }
}

/// A rate that several keys share. Taken units come back one by one, in the order they were taken.
pub struct Budget<K> {
    shares: FairShare<K>,
    /// The key and the number of units of each take.
    taken: VecDeque<(K, u32)>,
    /// The time until a unit comes back.
    each: Duration,
    /// When the wait for the next unit began.
    since: Instant,
}

impl<K: Copy + Eq + Hash> Budget<K> {
    /// A full budget.
    pub fn new(rate: Rate, now: Instant) -> Self {
        let count = rate.count.max(1);
        let each = (rate.per / count).max(Duration::from_nanos(1));
        let capacity = usize::try_from(count).unwrap_or(usize::MAX);
        Self { shares: FairShare::new(capacity, TimesFree::MOST), taken: VecDeque::new(), each, since: now }
    }

    /// Takes several units, all or none.
    ///
    /// # Errors
    /// Too few are left; the error is the time until the next one comes back.
    pub fn take(&mut self, who: K, count: u32, now: Instant) -> Result<(), Duration> {
        self.refill(now);
        if self.shares.take_several(who, count) {
            self.taken.push_back((who, count));
            Ok(())
        } else {
            Err(self.each.saturating_sub(now.saturating_duration_since(self.since)))
        }
    }

    fn refill(&mut self, now: Instant) {
        while let Some((who, left)) = self.taken.front_mut()
            && let Some(back) = self.since.checked_add(self.each)
            && back <= now
        {
            self.shares.release(who);
            *left -= 1;
            if *left == 0 {
                self.taken.pop_front();
            }
            self.since = back;
        }
        if self.taken.is_empty() {
            self.since = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::widest(text.parse().expect("an IP address"))
    }

    fn budget(rate: &str) -> (Budget<Network>, Instant) {
        let now = Instant::now();
        (Budget::new(rate.parse().expect("a rate"), now), now)
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn taken_units_come_back_one_by_one() {
        let (mut budget, start) = budget("3/6s");
        let ann = network("192.0.2.1");
        // The time of the attempt, and the wait if it is refused, in milliseconds.
        for (at, wait) in [
            (0, None),
            (0, None),
            (500, None),
            (500, Some(1500)),
            (1999, Some(1)),
            (2000, None),
            (2000, Some(2000)),
            (4001, None),
            (4001, Some(1999)),
            (60_000, None),
            (60_000, None),
            (60_000, None),
            (60_000, Some(2000)),
        ] {
            let taken = budget.take(ann, 1, start + at * MS);
            assert_eq!(taken.err(), wait.map(|wait| wait * MS), "{at}");
        }
        budget.refill(start + 100_000 * MS);
        assert_eq!((budget.shares.used(), budget.taken.len()), (0, 0));
    }

    #[test]
    fn several_units_are_taken_all_or_none() {
        let (mut budget, start) = budget("10/10s");
        let [ann, bob] = ["192.0.2.1", "192.0.2.2"].map(network);
        assert!(budget.take(ann, 10, start).is_err(), "one alone gets nine");
        assert!(budget.take(ann, 9, start).is_ok());
        assert!(budget.take(bob, 2, start).is_err());
        assert!(budget.take(bob, 1, start).is_ok());
        // Ann's come back first, one each second.
        assert!(budget.take(bob, 3, start + 2_999 * MS).is_err());
        assert!(budget.take(bob, 3, start + 3_000 * MS).is_ok());
        budget.refill(start + 100_000 * MS);
        assert_eq!((budget.shares.used(), budget.taken.len()), (0, 0));
    }

    #[test]
    fn one_address_takes_nine_tenths_and_returning_units_go_to_addresses_with_less() {
        let (mut budget, start) = budget("100/1s");
        let [flood, fan] = ["192.0.2.1", "192.0.2.2"].map(network);
        let taken = |budget: &mut Budget<Network>, who, at: u32| {
            (0..1000).filter(|_| budget.take(who, 1, start + at * MS).is_ok()).count()
        };
        assert_eq!(taken(&mut budget, flood, 0), 90);
        for at in 1..=30 {
            // One comes back each 10 ms. The flood takes what it can before the fan does.
            assert!(taken(&mut budget, flood, at * 10) <= 1, "{at}");
            assert!(budget.take(fan, 1, start + at * 10 * MS).is_ok(), "{at}");
        }
    }
}
