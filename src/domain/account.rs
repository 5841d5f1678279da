//! Accounts, and what their roles let them do.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::email::EmailAddress;
use super::id::UserId;

/// What an account may do beyond watching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Role {
    /// Writes to the events that it is assigned to.
    Scorer,
    /// Decides on held points.
    Reviewer,
    /// Everything that a scorer does, on every event; creates events and grants roles.
    Admin,
}

impl Role {
    /// The word for it, on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scorer => "scorer",
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
        }
    }

    /// The role that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Scorer, Self::Reviewer, Self::Admin].into_iter().find(|role| role.as_str() == word)
    }
}

/// Who stands behind a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account's id.
    pub id: UserId,
    /// Its address, as first typed.
    pub email: EmailAddress,
    /// What it calls itself.
    pub name: String,
    /// What it may do.
    pub roles: Vec<Role>,
}

impl Account {
    /// Whether the account has a role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
