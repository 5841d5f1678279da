//! The answers to requests that create an event, by the key that the request gave.

use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::values::{At, broken};
use super::{Database, StorageError, Transaction};
use crate::domain::id::{OpId, UserId};

/// A request that creates an event.
#[derive(Debug)]
pub struct Creation<'a> {
    /// The account that asks.
    pub user: UserId,
    /// Its name for the attempt.
    pub op_id: &'a OpId,
    /// Identifies what was asked for.
    pub hash: [u8; 32],
    /// The event as it is answered, as JSON.
    pub event: &'a str,
    /// When.
    pub at: OffsetDateTime,
}

/// Adds a request. Returns false if its key is known. Waits for a transaction that is adding the same key.
pub async fn add(tx: &mut Transaction, creation: &Creation<'_>) -> Result<bool, StorageError> {
    let Creation { user, op_id, hash, event, at } = creation;
    let added = execute!(
        tx,
        "insert into event_creations (user_id, op_id, hash, event, at) values ($1, $2, $3, $4, $5)
         on conflict (user_id, op_id) do nothing",
        [user.0, op_id.as_str(), hash.as_slice(), *event, At(*at)]
    )?;
    Ok(added == 1)
}

/// Finds a request by its key: what was asked for, and the event that was answered.
pub async fn find(
    tx: &mut Transaction,
    user: UserId,
    op_id: &OpId,
) -> Result<Option<([u8; 32], Box<RawValue>)>, StorageError> {
    let row: Option<(Vec<u8>, String)> = fetch_optional!(
        tx,
        "select hash, event from event_creations where user_id = $1 and op_id = $2",
        [user.0, op_id.as_str()]
    )?;
    let read = |(hash, event): (Vec<u8>, String)| {
        let hash = hash.try_into().map_err(|_| broken("hash"))?;
        Ok((hash, RawValue::from_string(event).map_err(|_| broken("event"))?))
    };
    row.map(read).transpose()
}

/// Removes the requests before a time, and returns how many.
pub async fn remove_older(db: &Database, than: OffsetDateTime) -> Result<u64, StorageError> {
    let mut tx = db.begin().await?;
    let removed = execute!(tx, "delete from event_creations where at < $1", [At(than)])?;
    tx.commit().await?;
    Ok(removed)
}
