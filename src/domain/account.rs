//! Accounts: their addresses, and what their roles let them do.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use super::id::UserId;

/// What an account may do beyond watching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, clap::ValueEnum)]
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

/// An email address: one `@`, something on both sides, no spaces or control characters, at most 254 bytes
/// (RFC 5321 section 4.5.3.1.3, less the angle brackets).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// Why a text is not an email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("that is not an email address")]
pub struct InvalidEmailAddress;

impl EmailAddress {
    /// Takes a text as an address.
    ///
    /// # Errors
    /// [`InvalidEmailAddress`].
    pub fn parse(text: &str) -> Result<Self, InvalidEmailAddress> {
        let text = text.trim();
        let parts = text.split_once('@').filter(|(local, domain)| {
            !local.is_empty() && local.len() <= 64 && !domain.is_empty() && !domain.contains('@')
        });
        let clean = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;\"".contains(c);
        if parts.is_some() && text.len() <= 254 && text.chars().all(clean) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidEmailAddress)
        }
    }

    /// The address as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that two spellings of one account's address share: without regard to case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_or_refused() {
        for good in ["a@b", "Ann+tag@Example.org", "é@exämple.org", " a@b.c "] {
            assert!(EmailAddress::parse(good).is_ok(), "{good:?}");
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b\r\nBcc: c@d",
            "a\0@b",
            "<a@b>",
            &format!("{}@b", "x".repeat(65)),
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(EmailAddress::parse("Ann@B.org").expect("valid").key(), "ann@b.org");
    }
}
