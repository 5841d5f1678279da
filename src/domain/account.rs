//! Accounts and their roles.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::email::EmailAddress;
use super::id::UserId;

/// A role: the permission to do more than watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Role {
    /// Updates the events that it is assigned to.
    Scorer,
    /// Decides on held points.
    Reviewer,
    /// Does everything that a scorer does, on every event; creates events and grants roles.
    Admin,
}

impl Role {
    /// The word on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scorer => "scorer",
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
        }
    }

    /// Parses a role.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Scorer, Self::Reviewer, Self::Admin].into_iter().find(|role| role.as_str() == word)
    }
}

/// The account behind a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account's id.
    pub id: UserId,
    /// Its address, as first typed.
    pub email: EmailAddress,
    /// Its name.
    pub name: String,
    /// Its roles.
    pub roles: Vec<Role>,
}

impl Account {
    /// Whether the account has a role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
