//! The record of who changed what: append-only.

use time::OffsetDateTime;

use super::values::At;
use super::{StorageError, Transaction};
use crate::domain::id::UserId;

/// One entry of the record.
#[derive(Debug, Clone)]
pub struct AuditEntry<'a> {
    /// When it was done.
    pub at: OffsetDateTime,
    /// The account that did it; none: an operator at the command line.
    pub actor: Option<UserId>,
    /// What was done, such as `event:status`.
    pub action: &'a str,
    /// What it was done to: the id of an event, an account or a token.
    pub subject: &'a str,
    /// What else tells about it.
    pub detail: Option<serde_json::Value>,
}

/// Adds an entry, in the transaction of the change itself.
///
/// # Errors
/// [`StorageError`].
pub async fn add(tx: &mut Transaction, entry: AuditEntry<'_>) -> Result<(), StorageError> {
    on!(tx, |tx| sqlx::query(
        "insert into audit (at, actor, action, subject, detail) values ($1, $2, $3, $4, $5)",
    )
    .bind(At(entry.at))
    .bind(entry.actor.map(|actor| actor.0))
    .bind(entry.action)
    .bind(entry.subject)
    .bind(entry.detail.map(|detail| detail.to_string()))
    .execute(tx)
    .await
    .map(|_| ()))
}
