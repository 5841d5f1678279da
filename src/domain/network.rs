//! Networks of IP addresses. Limits are keyed by network, because a client cannot leave its network for free.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The smallest IPv6 prefix that a subscriber gets, in bits (RFC 6177 section 2).
const SUBSCRIBER: u8 = 64;

/// An address prefix: a full IPv4 address, or an IPv6 /64, /56 or /48.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Network {
    /// An IPv4 address.
    V4([u8; 4]),
    /// The first 64 bits of an IPv6 address, and the length of the prefix in bits.
    V6([u8; 8], u8),
}

impl Network {
    /// The smallest network of one subscriber: the IPv4 address, or the IPv6 /64. An IPv4-mapped IPv6 address counts
    /// as IPv4.
    pub fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::V4(ip.octets()),
            IpAddr::V6(ip) => Self::v6(ip, SUBSCRIBER),
        }
    }

    /// The networks that one subscriber may have, the smallest first. Many subscribers get a /56 or a /48, and can
    /// change their /64 at will, so a limit applies to each of these, with a higher bound for a larger network. IPv4
    /// has one.
    pub fn widening(ip: IpAddr) -> impl Iterator<Item = Self> {
        let networks = match ip.to_canonical() {
            IpAddr::V4(ip) => [Some(Self::V4(ip.octets())), None, None],
            IpAddr::V6(ip) => [SUBSCRIBER, 56, 48].map(|bits| Some(Self::v6(ip, bits))),
        };
        networks.into_iter().flatten()
    }

    /// The largest network that one subscriber may have: the IPv4 address, or the IPv6 /48.
    pub fn widest(ip: IpAddr) -> Self {
        Self::widening(ip).last().expect("there is at least one network")
    }

    /// A short key for comparing networks, the same on all nodes.
    pub fn key(self) -> NetworkKey {
        let hash = Sha256::digest(self.to_string());
        let mut start = [0; 8];
        start.copy_from_slice(&hash[..8]);
        NetworkKey(u64::from_be_bytes(start))
    }

    /// The prefix length in bits.
    pub fn bits(self) -> u8 {
        match self {
            Self::V4(_) => 32,
            Self::V6(_, bits) => bits,
        }
    }

    fn v6(ip: Ipv6Addr, bits: u8) -> Self {
        let mask = u128::MAX << (128 - u32::from(bits));
        let [start @ .., _, _, _, _, _, _, _, _] = (ip.to_bits() & mask).to_be_bytes();
        Self::V6(start, bits)
    }
}

/// A short key of a network: the start of its hash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NetworkKey(pub u64);

/// Whether a host name or address means this machine, so that traffic to it crosses no network: `127.0.0.0/8`, `::1`,
/// and `localhost` with all names below it (RFC 6761 section 6.3). Does not resolve other names.
pub fn is_loopback(host: &str) -> bool {
    if let Ok(ip) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return ip.to_canonical().is_loopback();
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// The address to connect to: the loopback address in place of an unspecified one.
pub fn to_connect(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// As logs show it: `192.0.2.1`, `2001:db8::/64`.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::V4(address) => write!(f, "{}", Ipv4Addr::from(address)),
            Self::V6(start, bits) => {
                let prefix = u128::from(u64::from_be_bytes(start)) << 64;
                write!(f, "{}/{bits}", Ipv6Addr::from_bits(prefix))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an IP address")
    }

    #[test]
    fn a_network_is_what_one_subscriber_has() {
        for (address, network) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
        ] {
            assert_eq!(Network::of(ip(address)).to_string(), network);
        }
    }

    #[test]
    fn a_key_identifies_one_network_on_every_node() {
        let key = |address| Network::widest(ip(address)).key();
        // Nodes of different versions compare keys, so they must not change.
        assert_eq!(key("192.0.2.1"), NetworkKey(0x37fc_ff24_bf62_035b));
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:ffff::"));
        assert_ne!(key("2001:db8:1::"), key("2001:db8:2::"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

    #[test]
    fn networks_widen_in_version_6_alone() {
        let widening = |address| Network::widening(ip(address)).map(|it| it.to_string()).collect::<Vec<_>>();
        assert_eq!(widening("192.0.2.1"), ["192.0.2.1"]);
        assert_eq!(
            widening("2001:db8:1:234:5::6"),
            ["2001:db8:1:234::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]
        );
        assert_eq!(Network::widest(ip("2001:db8:1:234:5::6")).to_string(), "2001:db8:1::/48");
    }

    #[test]
    fn this_machine_is_recognized_by_name_and_address() {
        for host in [
            "localhost",
            "LocalHost.",
            "db.localhost",
            "127.0.0.1",
            "127.8.9.1",
            "::1",
            "[::1]",
            "::ffff:127.0.0.1",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in
            ["", "db", "localhost.example", "notlocalhost", "128.0.0.1", "0.0.0.0", "::", "::ffff:1.2.3.4"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn an_unspecified_address_is_reached_by_loopback() {
        for (server, reached) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("192.0.2.1:80", "192.0.2.1:80")]
        {
            assert_eq!(to_connect(server.parse().unwrap()), reached.parse().unwrap());
        }
    }
}
