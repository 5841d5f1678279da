//! On whose behalf the database is used: it decides who goes first where writes and reads wait for each other.

use crate::domain::network::Network;

/// On whose behalf the database is written to. Scorers go first, then players and the server itself in order of arrival,
/// then clients that have proved nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// An operator: scores, corrections, events, roles.
    Scorer,
    /// A signed-in player, and whatever all viewers wait for together.
    Player,
    /// The server itself: what it saves, renews and forgets on its own.
    Background,
    /// A client from this network that has not proved who it is.
    Anonymous(Network),
}

/// On whose behalf the database is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// An operator, in the course of a write.
    Scorer,
    /// A signed-in player, whatever all viewers wait for together, and the server itself.
    Player,
    /// A client that has not proved who it is.
    Anonymous,
}
