//! Settings that are valid alone but contradict each other.

use std::net::SocketAddr;

use thiserror::Error;

use super::Serve;

/// Two settings that contradict each other. The text says what to write instead.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum Conflict {
    /// Both listen on the same port.
    #[error(
        "ADMIN_ADDR ({admin}) and BIND_ADDR ({bind}) are the same port; set ADMIN_ADDR to another one, such as \
         127.0.0.1:9300, or leave it unset"
    )]
    SamePort {
        /// `BIND_ADDR`.
        bind: SocketAddr,
        /// `ADMIN_ADDR`.
        admin: SocketAddr,
    },
    /// A packet over its limit ends the connection, so the message limit could never be answered.
    #[error(
        "MAX_MESSAGE ({message}) is larger than MAX_PACKET ({packet}), and a larger packet closes the connection; \
         raise MAX_PACKET or lower MAX_MESSAGE"
    )]
    MessageOverPacket {
        /// `MAX_MESSAGE`.
        message: bytesize::ByteSize,
        /// `MAX_PACKET`.
        packet: bytesize::ByteSize,
    },
    /// The minimum time between two pulses is above the maximum.
    #[error(
        "PULSE_INTERVAL ({}) is longer than PULSE_BEAT ({}): the minimum time between two pulses cannot be above the \
         maximum; raise PULSE_BEAT or lower PULSE_INTERVAL",
        humantime::format_duration(*interval),
        humantime::format_duration(*beat)
    )]
    IntervalOverBeat {
        /// `PULSE_INTERVAL`.
        interval: std::time::Duration,
        /// `PULSE_BEAT`.
        beat: std::time::Duration,
    },
}

impl Serve {
    /// The settings that contradict each other.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let Self { network, connections, rooms, .. } = self;
        let bind = network.bind_addr;
        let admin = network.admin_addr.filter(|admin| overlap(bind, *admin));
        let (message, packet) = (connections.max_message, connections.max_packet);
        let (interval, beat) = (rooms.pulse_interval, rooms.pulse_beat);
        let conflicts = [
            admin.map(|admin| Conflict::SamePort { bind, admin }),
            (message > packet).then_some(Conflict::MessageOverPacket { message, packet }),
            (interval > beat).then_some(Conflict::IntervalOverBeat { interval, beat }),
        ];
        conflicts.into_iter().flatten().collect()
    }
}

/// Whether two listeners would claim the same connections. Port 0 means a free port each time, so it never
/// overlaps.
fn overlap(a: SocketAddr, b: SocketAddr) -> bool {
    let is_any = a.ip().is_unspecified() || b.ip().is_unspecified();
    a.port() == b.port() && a.port() != 0 && (is_any || a.ip().to_canonical() == b.ip().to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_addresses_overlap_on_one_port_of_one_network_or_of_all() {
        for (a, b, expected) in [
            ("127.0.0.1:3000", "127.0.0.1:3000", true),
            ("127.0.0.1:3000", "0.0.0.0:3000", true),
            ("[::]:3000", "10.0.0.5:3000", true),
            ("[::ffff:127.0.0.1]:3000", "127.0.0.1:3000", true),
            ("127.0.0.1:3000", "127.0.0.1:9300", false),
            ("192.0.2.1:3000", "10.0.0.5:3000", false),
            ("127.0.0.1:0", "127.0.0.1:0", false),
        ] {
            let address = |text: &str| text.parse().expect("an address");
            assert_eq!(overlap(address(a), address(b)), expected, "{a} {b}");
            assert_eq!(overlap(address(b), address(a)), expected, "{b} {a}");
        }
    }
}
