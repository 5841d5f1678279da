//! The audit log: who changed what. Append-only.

use std::fmt::Display;

use serde_json::Value;
use time::OffsetDateTime;

use super::values::At;
use super::{StorageError, Transaction};
use crate::domain::id::UserId;

/// Adds an entry, in the same transaction as the change. `actor` is the account that did it; `None` for an operator
/// on the command line. `action` is what happened, such as `event:status`, and `subject` the id of the event, account
/// or token that was changed.
pub async fn add(
    tx: &mut Transaction,
    at: OffsetDateTime,
    actor: Option<UserId>,
    action: &str,
    subject: impl Display,
    detail: Option<Value>,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into audit (at, actor, action, subject, detail) values ($1, $2, $3, $4, $5)",
        [
            At(at),
            actor.map(|actor| actor.0),
            action,
            subject.to_string(),
            detail.map(|detail| detail.to_string())
        ]
    )
    .map(|_| ())
}
