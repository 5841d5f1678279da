//! The identity that limits and fair choices are keyed by: something that a client cannot renew for free.

use super::id::{ConnectionId, UserId};
use super::network::NetworkKey;

/// The sender of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sender {
    /// An account, with all its connections.
    User(UserId),
    /// A guest, by its connection, because a guest chooses its own name.
    Guest(ConnectionId),
}

/// The origin of a message, for fair choices between origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source {
    /// The network.
    pub network: NetworkKey,
    /// Identifies the sender within the network.
    pub client: u64,
}

impl Source {
    /// The source for a sender in a network.
    pub fn new(network: NetworkKey, sender: Sender) -> Self {
        let client = match sender {
            // The random half of the UUID; the other half is the time.
            Sender::User(user) => user.0.as_u64_pair().1,
            Sender::Guest(connection) => connection.0,
        };
        Self { network, client }
    }
}
