//! The log of what the listener itself refuses: one line a minute for each kind and network, with the count.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::domain::network::Network;

/// How often one kind and network gets a line.
const MINUTE: Duration = Duration::from_mins(1);
/// Kinds and networks that are told apart. The other networks of a kind share a line.
const KEYS: usize = 256;

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The `Host` that the request names.
    Host,
    /// The node has no place left.
    Full,
    /// The address has its share of the places.
    Share,
    /// The request's head does not parse.
    MalformedHead,
    /// A part of the head came, and not the rest.
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

/// `None` for networks beyond those that are told apart.
type RefusalKey = (RefusalKind, Option<Network>);

/// What was refused in the last minute.
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

    /// Counts a refusal. The key if it is the first one.
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

    /// How many were counted since the last line; `None` if there were none: the next one is the first again.
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
    fn the_first_of_a_kind_and_network_gets_a_line_and_the_others_a_count() {
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
    async fn after_a_minute_the_count_is_logged_and_after_a_quiet_one_forgotten() {
        let refused = Arc::new(RefusalLog::default());
        for _ in 0..3 {
            refused.note(RefusalKind::Full, ip("192.0.2.1"), "this node is full");
        }
        let counts = || refused.0.lock().values().copied().collect::<Vec<_>>();
        assert_eq!(counts(), [2]);
        tokio::time::sleep(MINUTE * 3 / 2).await;
        assert_eq!(counts(), [0], "the two had their line");
        tokio::time::sleep(MINUTE).await;
        assert_eq!(counts(), [] as [u64; 0]);
    }

    #[test]
    fn memory_and_lines_are_bounded_whatever_many_networks_there_are() {
        let refused = RefusalLog::default();
        let addresses = (0..10_000).map(|n| Ipv4Addr::from_bits(n).into());
        let lines = addresses.filter(|address| refused.count(RefusalKind::Host, *address).is_some()).count();
        assert_eq!(lines, KEYS + 1);
        assert_eq!(refused.0.lock().len(), KEYS + 1);
    }
}
