//! The audit log: who changed what. Append-only.

use time::OffsetDateTime;

use super::values::At;
use super::{StorageError, Transaction};
use crate::domain::id::UserId;

/// An entry of the audit log.
#[derive(Debug, Clone)]
pub struct AuditEntry<'a> {
    /// When it happened.
    pub at: OffsetDateTime,
    /// The account that did it; `None` for an operator on the command line.
    pub actor: Option<UserId>,
    /// What happened, such as `event:status`.
    pub action: &'a str,
    /// The id of the event, account or token that was changed.
    pub subject: &'a str,
    /// More information.
    pub detail: Option<serde_json::Value>,
}

/// Adds an entry, in the same transaction as the change.
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
