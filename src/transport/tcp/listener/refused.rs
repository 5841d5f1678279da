//! The log of requests and connections that the listener refuses: one line a minute for each kind and
//! network, with the count.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::domain::network::Network;

/// How often one kind and network gets a line.
const MINUTE: Duration = Duration::from_mins(1);
/// The most pairs of kind and network counted separately. Beyond these, the networks of a kind share a line.
const KEYS: usize = 256;

/// The reason for a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The request's `Host` is not allowed.
    Host,
    /// The node has no free slot.
    Full,
    /// The address has used up its share of the slots.
    Share,
    /// The request's head does not parse.
    MalformedHead,
    /// Only a part of the head arrived in time.
    SlowHead,
    /// The node is full, and the connection sent no request in time.
    NoRequest,
}

impl RefusalKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Full => "full",
            Self::Share => "share",
            Self::MalformedHead => "malformed_head",
            Self::SlowHead => "slow_head",
            Self::NoRequest => "no_request",
        }
    }
}

/// `None` for networks that are not counted separately.
type RefusalKey = (RefusalKind, Option<Network>);

/// The refusals of the last minute.
#[derive(Default)]
pub struct RefusalLog(Mutex<HashMap<RefusalKey, u64>>);

impl RefusalLog {
    /// Logs the first refusal of a kind and network at once, and counts the others.
    pub fn note(self: &Arc<Self>, kind: RefusalKind, address: IpAddr, reason: &str) {
        let Some(key) = self.count(kind, address) else { return };
        tracing::warn!(kind = kind.as_str(), %address, reason, count = 1, "refused by the listener");
        let refused = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(MINUTE).await;
                let Some(count) = refused.take(key) else { return };
                let network = key.1.map(|network| network.to_string());
                let network = network.as_deref().unwrap_or("several");
                tracing::warn!(kind = kind.as_str(), network, count, "refused more by the listener");
            }
        });
    }

    /// Counts a refusal. Returns its key if it is the first one.
    fn count(&self, kind: RefusalKind, address: IpAddr) -> Option<RefusalKey> {
        let mut counts = self.0.lock();
        let key = (kind, Some(Network::widest(address)));
        let is_told_apart = counts.contains_key(&key) || counts.len() < KEYS;
        let key = if is_told_apart { key } else { (kind, None) };
        if let Some(count) = counts.get_mut(&key) {
            *count += 1;
            return None;
        }
        counts.insert(key, 0);
        Some(key)
    }

    /// How many were counted since the last line. `None` if there were none; the next refusal then counts as
    /// the first again.
    fn take(&self, key: RefusalKey) -> Option<u64> {
        let mut counts = self.0.lock();
        let count = counts.get_mut(&key).map(std::mem::take).filter(|count| *count > 0);
        if count.is_none() {
            counts.remove(&key);
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an IP address")
    }

    #[test]
    fn the_first_refusal_of_a_kind_and_network_is_logged_and_the_others_are_counted() {
        let refused = RefusalLog::default();
        let key = refused.count(RefusalKind::Host, ip("2001:db8:1::1")).expect("the first");
        for _ in 0..5 {
            assert_eq!(refused.count(RefusalKind::Host, ip("2001:db8:1:2::1")), None);
        }
        assert!(refused.count(RefusalKind::Full, ip("2001:db8:1::1")).is_some());
        assert!(refused.count(RefusalKind::Host, ip("192.0.2.1")).is_some());
        assert_eq!(refused.take(key), Some(5));
        assert_eq!(
            refused.count(RefusalKind::Host, ip("2001:db8:1::1")),
            None,
            "it had a line in this minute"
        );
        assert_eq!(refused.take(key), Some(1));
        assert_eq!(refused.take(key), None);
        assert!(refused.count(RefusalKind::Host, ip("2001:db8:1::1")).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_minute_the_count_is_logged_and_after_an_idle_one_it_is_removed() {
        let refused = Arc::new(RefusalLog::default());
        for _ in 0..3 {
            refused.note(RefusalKind::Full, ip("192.0.2.1"), "this node is full");
        }
        let counts = || refused.0.lock().values().copied().collect::<Vec<_>>();
        assert_eq!(counts(), [2]);
        tokio::time::sleep(MINUTE * 3 / 2).await;
        assert_eq!(counts(), [0], "the two were logged");
        tokio::time::sleep(MINUTE).await;
        assert_eq!(counts(), [] as [u64; 0]);
    }

    #[test]
    fn memory_and_log_lines_are_bounded_however_many_networks_there_are() {
        let refused = RefusalLog::default();
        let addresses = (0..10_000).map(|n| Ipv4Addr::from_bits(n).into());
        let lines = addresses.filter(|address| refused.count(RefusalKind::Host, *address).is_some()).count();
        assert_eq!(lines, KEYS + 1);
        assert_eq!(refused.0.lock().len(), KEYS + 1);
    }
}
