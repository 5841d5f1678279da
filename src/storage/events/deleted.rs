//! Deleting events. The row stays as a mark, so that the id is not used again.

use time::OffsetDateTime;

use super::StoredEvent;
use super::row::{EventRow, find_by_id, listed_columns};
use crate::domain::id::EventId;
use crate::storage::values::At;
use crate::storage::{Database, StorageError, Transaction};

/// Like [`lock`](super::lock), but also waits for transactions that hold the event by [`hold`], and for those that add
/// rows which reference it.
pub async fn lock_alone(tx: &mut Transaction, id: &EventId) -> Result<Option<StoredEvent>, StorageError> {
    let statement = tx.dialect(concat!(find_by_id!(), " for update"), find_by_id!());
    let row: Option<EventRow> = fetch_optional!(tx, statement, [id.as_str()])?;
    row.map(EventRow::stored).transpose()
}

/// Holds off the event's deletion until the transaction ends. Returns false if the event does not exist, or no longer.
/// Several transactions can hold it at once, and updates are published meanwhile.
pub async fn hold(tx: &mut Transaction, id: &EventId) -> Result<bool, StorageError> {
    let statement = tx.dialect(
        "select 1 from events where id = $1 and deleted_at is null for key share",
        "select 1 from events where id = $1 and deleted_at is null",
    );
    let found: Option<(i32,)> = fetch_optional!(tx, statement, [id.as_str()])?;
    Ok(found.is_some())
}

/// Marks an event as deleted, and clears its details. Its assignments go at once, the rest by [`erase_some`]. The caller holds the lock of [`lock_alone`].
pub async fn mark_deleted(
    tx: &mut Transaction,
    id: &EventId,
    at: OffsetDateTime,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "update events set deleted_at = $2, changed_at = $2, competitors = null, actions = '[]', venue = null,
            format = null, summary = null, search = null, snapshot = null
         where id = $1",
        [id.as_str(), At(at)]
    )?;
    execute!(tx, "delete from event_scorers where event_id = $1", [id.as_str()]).map(|_| ())
}

/// Deletes at most `limit` rows of each kind that belong to a deleted event: its log, messages, viewer counts and
/// reactions. Returns whether there may be more. Its tickets cannot be redeemed, and go when they are old: no index finds
/// all tickets of an event.
pub async fn erase_some(tx: &mut Transaction, id: &EventId, limit: i64) -> Result<bool, StorageError> {
    let id = id.as_str();
    let erased = [
        execute!(
            tx,
            "delete from updates where event_id = $1
                and seq in (select seq from updates where event_id = $1 order by seq limit $2)",
            [id, limit]
        )?,
        // Each condition has an index.
        execute!(
            tx,
            "delete from messages where id in
                (select id from messages where event_id = $1 and deleted_at is null order by id limit $2)",
            [id, limit]
        )?,
        execute!(
            tx,
            "delete from messages where id in
                (select id from messages where event_id = $1 and deleted_at is not null order by id limit $2)",
            [id, limit]
        )?,
        execute!(
            tx,
            "delete from crowd_points where event_id = $1
                and at in (select at from crowd_points where event_id = $1 order by at limit $2)",
            [id, limit]
        )?,
    ];
    execute!(tx, "delete from reaction_totals where event_id = $1", [id])?;
    Ok(erased.iter().any(|rows| i64::try_from(*rows).is_ok_and(|rows| rows >= limit)))
}

/// Whether an id belonged to an event that was deleted.
pub async fn is_deleted(db: &Database, id: &EventId) -> Result<bool, StorageError> {
    let (found,): (bool,) = fetch_one!(
        db,
        "select exists (select 1 from events where id = $1 and deleted_at is not null)",
        [id.as_str()]
    )?;
    Ok(found)
}

/// Deleted events that still have rows.
pub async fn list_unerased(db: &Database) -> Result<Vec<EventId>, StorageError> {
    let rows: Vec<(EventId,)> = fetch_all!(
        db,
        "select id from events where deleted_at is not null and (
            exists (select 1 from updates where event_id = events.id)
            or exists (select 1 from messages where event_id = events.id and deleted_at is null)
            or exists (select 1 from messages where event_id = events.id and deleted_at is not null)
            or exists (select 1 from crowd_points where event_id = events.id)
            or exists (select 1 from reaction_totals where event_id = events.id)
         )"
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
