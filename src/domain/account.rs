//! Accounts and their roles.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::email::EmailAddress;
use super::id::UserId;
use super::words::words;

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

words!(Role: Scorer = "scorer", Reviewer = "reviewer", Admin = "admin");

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
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
