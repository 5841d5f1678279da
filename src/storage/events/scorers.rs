//! The scorers assigned to events.

use time::OffsetDateTime;

use crate::domain::id::{EventId, UserId};
use crate::storage::values::{At, broken};
use crate::storage::{Database, StorageError, Transaction};

/// Assigns an account to an event; both must exist. Returns false if it was already assigned.
pub async fn assign(
    tx: &mut Transaction,
    id: &EventId,
    scorer: UserId,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    let added = execute!(
        tx,
        "insert into event_scorers (event_id, user_id, assigned_at) values ($1, $2, $3)
         on conflict (event_id, user_id) do nothing",
        [id.as_str(), scorer.0, At(at)]
    )?;
    Ok(added == 1)
}

/// Unassigns an account from an event. Returns false if it was not assigned.
pub async fn unassign(tx: &mut Transaction, id: &EventId, scorer: UserId) -> Result<bool, StorageError> {
    let removed = execute!(
        tx,
        "delete from event_scorers where event_id = $1 and user_id = $2",
        [id.as_str(), scorer.0]
    )?;
    Ok(removed == 1)
}

/// Whether an account is assigned to an event.
pub async fn is_assigned(tx: &mut Transaction, id: &EventId, scorer: UserId) -> Result<bool, StorageError> {
    let (found,): (i64,) = fetch_one!(
        tx,
        "select count(*) from event_scorers where event_id = $1 and user_id = $2",
        [id.as_str(), scorer.0]
    )?;
    Ok(found == 1)
}

/// The events that an account is assigned to, sorted by id.
pub async fn assigned_to(db: &Database, scorer: UserId) -> Result<Vec<EventId>, StorageError> {
    let ids = on!(db, |db| sqlx::query_scalar::<_, String>(
        "select event_id from event_scorers where user_id = $1 order by event_id"
    )
    .bind(scorer.0)
    .fetch_all(db)
    .await)?;
    ids.iter().map(|id| EventId::parse(id).map_err(|_| broken("event id"))).collect()
}
