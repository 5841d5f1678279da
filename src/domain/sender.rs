//! Who sends something, as limits and fair choices see it: by what a client cannot renew for free.

use super::id::{ConnectionId, UserId};

/// Who sends something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sender {
    /// An account, over all its connections.
    User(UserId),
    /// A guest, by its connection: it chooses its name itself.
    Guest(ConnectionId),
}
