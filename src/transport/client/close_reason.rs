//! Why the server closes connections.

use std::net::IpAddr;

use crate::domain::id::UserId;
use crate::live::member::MemberId;

/// Why the server closed a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// It sent `ping` once, and then nothing.
    Silent,
    /// It did not read for too long.
    Stalled,
    /// It was behind for too long.
    Behind,
    /// It does not take answers.
    Unanswerable,
    /// Its session has ended.
    SignedOut,
    /// Its session has ended by a login on another device.
    Replaced,
    /// It sends far too much.
    Flooding,
    /// It sent what is none of its protocol's packets.
    Malformed,
    /// It sent a packet over the limit.
    TooLarge,
    /// The server ends.
    Draining,
}

impl CloseReason {
    fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Stalled => "stalled",
            Self::Behind => "behind",
            Self::Unanswerable => "unanswerable",
            Self::SignedOut => "signed_out",
            Self::Replaced => "replaced",
            Self::Flooding => "flooding",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::Draining => "draining",
        }
    }

    /// Counts and logs that a connection is closed for this reason: whose it was, where that is known.
    pub fn note(self, address: Option<IpAddr>, client: Option<ClientName>) {
        metrics::counter!("touchline_closed_total", "reason" => self.as_str()).increment(1);
        let address = address.map(tracing::field::display);
        let account = client.and_then(|client| client.account).map(|account| account.to_string());
        let socket = client.map(|client| format!("{:016x}", client.id));
        tracing::info!(reason = self.as_str(), address, account, socket, "closed a connection");
    }
}

/// What the log calls a client.
#[derive(Debug, Clone, Copy)]
pub struct ClientName {
    /// Its name in rooms and registries.
    pub id: MemberId,
    /// Its account; `None` for guests.
    pub account: Option<UserId>,
}
