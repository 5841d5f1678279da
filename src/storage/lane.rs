//! Who uses the database: decides the order in which writes and reads wait.

use crate::domain::network::Network;

/// Who writes to the database. Scorers go first, then players and the server itself in order of arrival, then
/// anonymous clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// An operator: scores, corrections, events, roles.
    Scorer,
    /// A signed-in player, and anything that all viewers wait for.
    Player,
    /// The server itself: what it saves, renews and deletes on its own.
    Background,
    /// A client in this network that has not authenticated.
    Anonymous(Network),
}

/// Who reads from the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// An operator, during a write.
    Scorer,
    /// A signed-in player, anything that all viewers wait for, and the server itself.
    Player,
    /// A client that has not authenticated.
    Anonymous,
}
