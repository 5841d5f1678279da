//! Who a client is.

use crate::domain::account::Account;
use crate::domain::id::UserId;
use crate::services::accounts::Credential;

/// The identity behind a socket.
#[derive(Debug, Clone)]
pub enum Identity {
    /// Not signed in.
    Guest,
    /// Signed in to an account.
    Account(Box<Authenticated>),
}

/// An account, and the credential that proved it.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// The account.
    pub account: Account,
    /// Its session or service token.
    pub credential: Credential,
}

impl Identity {
    /// The account; `None` for guests.
    pub fn account(&self) -> Option<UserId> {
        match self {
            Self::Account(known) => Some(known.account.id),
            Self::Guest => None,
        }
    }
}
