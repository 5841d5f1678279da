//! Events, their positions and their scorers.

use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::values::At;
use super::{Database, StorageError, Transaction};
use crate::domain::event::{Changes, Event, Position, Status};
use crate::domain::id::EventId;
use crate::domain::json;

mod list;
mod offers;
mod row;
mod scorers;

pub use list::{Listed, list};
pub use offers::{exists, find_offer};
use row::{EventRow, columns, find_by_id};
pub use scorers::{assign, assigned_to, is_assigned, unassign};

/// An event and its position.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// The event.
    pub event: Event,
    /// The position of its last update.
    pub position: Position,
    /// Its merged state as JSON text. `None` before the first update, and always from [`list`].
    pub snapshot: Option<String>,
    /// The time of its last update.
    pub snapshot_at: Option<OffsetDateTime>,
}

/// Adds an event without updates. Returns false if the id exists.
///
/// # Errors
/// [`StorageError`].
pub async fn add(
    tx: &mut Transaction,
    event: &Event,
    epoch: &str,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    let added = on!(tx, |tx| {
        sqlx::query(
        "insert into events
            (id, sport, title, status, starts_at, competitors, actions, messages, epoch, seq, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $10)
         on conflict (id) do nothing",
    )
    .bind(event.event_id.as_str())
    .bind(&event.sport)
    .bind(&event.title)
    .bind(event.status.as_str())
    .bind(event.starts_at.map(At))
    .bind(event.competitors.as_deref().map(RawValue::get))
    .bind(json::text(&event.actions))
    .bind(event.messages)
    .bind(epoch)
    .bind(At(at))
    .execute(tx)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(added == 1)
}

/// Gives every event a new epoch. Returns the number of events.
///
/// # Errors
/// [`StorageError`].
pub async fn name_histories(tx: &mut Transaction, epoch: &str) -> Result<u64, StorageError> {
    on!(tx, |tx| sqlx::query("update events set epoch = $1")
        .bind(epoch)
        .execute(tx)
        .await
        .map(|done| done.rows_affected()))
}

/// Finds an event.
///
/// # Errors
/// [`StorageError`].
pub async fn find(db: &Database, id: &EventId) -> Result<Option<StoredEvent>, StorageError> {
    on!(db, |db| sqlx::query_as::<_, EventRow>(find_by_id!()).bind(id.as_str()).fetch_optional(db).await)?
        .map(EventRow::stored)
        .transpose()
}

/// Finds an event and locks it against other writers until the transaction ends. (On SQLite, a write transaction
/// excludes all others anyway.) Rows that reference the event, such as players' points, can still be added, because
/// its id does not change.
///
/// # Errors
/// [`StorageError`].
pub async fn lock(tx: &mut Transaction, id: &EventId) -> Result<Option<StoredEvent>, StorageError> {
    let statement = tx.dialect(concat!(find_by_id!(), " for no key update"), find_by_id!());
    on!(tx, |tx| sqlx::query_as::<_, EventRow>(statement).bind(id.as_str()).fetch_optional(tx).await)?
        .map(EventRow::stored)
        .transpose()
}

/// Finds several events without their snapshots, in any order. Ids that do not exist are left out.
///
/// # Errors
/// [`StorageError`].
pub async fn list_of(db: &Database, ids: &[EventId]) -> Result<Vec<StoredEvent>, StorageError> {
    // The list is passed as JSON, because SQLite has no arrays.
    let statement = db.dialect(
        concat!(
            "select ",
            columns!(),
            ", cast(null as text) as snapshot from events
             where id in (select value from json_array_elements_text(cast($1 as json)) as ids (value))"
        ),
        concat!(
            "select ",
            columns!(),
            ", cast(null as text) as snapshot from events where id in (select value from json_each($1))"
        ),
    );
    let ids = json::text(ids);
    let rows = on!(db, |db| sqlx::query_as::<_, EventRow>(statement).bind(&ids).fetch_all(db).await)?;
    rows.into_iter().map(EventRow::stored).collect()
}

/// Changes an event. Returns `None` if it does not exist.
///
/// # Errors
/// [`StorageError`].
pub async fn change(
    tx: &mut Transaction,
    id: &EventId,
    changes: &Changes,
    at: OffsetDateTime,
) -> Result<Option<Event>, StorageError> {
    let row = on!(tx, |tx| sqlx::query_as::<_, EventRow>(concat!(
        "update events set
            sport = coalesce($2, sport), title = coalesce($3, title), status = coalesce($4, status),
            starts_at = case when $5 then $6 else starts_at end,
            competitors = case when $7 then $8 else competitors end,
            actions = coalesce($9, actions), messages = coalesce($10, messages), changed_at = $11
         where id = $1 returning ",
        columns!(),
        ", cast(null as text) as snapshot"
    ))
    .bind(id.as_str())
    .bind(changes.sport.as_deref())
    .bind(changes.title.as_deref())
    .bind(changes.status.map(Status::as_str))
    .bind(changes.starts_at.is_some())
    .bind(changes.starts_at.flatten().map(At))
    .bind(changes.competitors.is_some())
    .bind(changes.competitors.as_ref().and_then(|some| some.as_deref()).map(RawValue::get))
    .bind(changes.actions.as_deref().map(json::text))
    .bind(changes.messages)
    .bind(At(at))
    .fetch_optional(tx)
    .await)?;
    Ok(row.map(EventRow::stored).transpose()?.map(|stored| stored.event))
}
