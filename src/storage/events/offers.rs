//! The actions that an event offers, without the rest of the event.

use crate::domain::event::{Action, Status};
use crate::domain::id::EventId;
use crate::storage::values::broken;
use crate::storage::{Database, StorageError, Transaction};

/// Finds an event's status and actions, and holds off the event's deletion until the transaction ends.
///
/// # Errors
/// [`StorageError`].
pub async fn find_offer(
    tx: &mut Transaction,
    id: &EventId,
) -> Result<Option<(Status, Vec<Action>)>, StorageError> {
    let statement = tx.dialect(
        "select status, actions from events where id = $1 and deleted_at is null for key share",
        "select status, actions from events where id = $1 and deleted_at is null",
    );
    let row: Option<(String, String)> = fetch_optional!(tx, statement, [id.as_str()])?;
    let offer = |(status, actions): (String, String)| {
        let status = Status::from_word(&status).ok_or_else(|| broken("status"))?;
        Ok((status, serde_json::from_str(&actions).map_err(StorageError::corrupt)?))
    };
    row.map(offer).transpose()
}

/// Whether an event exists.
///
/// # Errors
/// [`StorageError`].
pub async fn exists(db: &Database, id: &EventId) -> Result<bool, StorageError> {
    let found: i64 =
        on!(db, |db| sqlx::query_scalar("select count(*) from events where id = $1 and deleted_at is null")
            .bind(id.as_str())
            .fetch_one(db)
            .await)?;
    Ok(found == 1)
}
