//! Who sends something, as limits and fair choices see it: by what a client cannot renew for free.

use super::id::{ConnectionId, UserId};
use super::network::NetworkKey;

/// Who sends something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sender {
    /// An account, over all its connections.
    User(UserId),
    /// A guest, by its connection: it chooses its name itself.
    Guest(ConnectionId),
}

/// Where something comes from, for choosing fairly between sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source {
    /// The network.
    pub network: NetworkKey,
    /// Stands for the sender there.
    pub client: u64,
}

impl Source {
    /// The source of what a sender in a network sends.
    #[must_use]
    pub fn new(network: NetworkKey, sender: Sender) -> Self {
        let client = match sender {
            // The random half: the other one is the time.
            Sender::User(user) => user.0.as_u64_pair().1,
            Sender::Guest(connection) => connection.0,
        };
        Self { network, client }
    }
}
