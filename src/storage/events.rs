//! Events, their positions and their scorers.

use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::values::At;
use super::{Database, StorageError, Transaction};
use crate::domain::event::{Event, Position};
use crate::domain::id::EventId;
use crate::domain::json;

mod deleted;
mod list;
mod offers;
mod outdated;
mod row;
mod scorers;

pub use deleted::{erase_some, hold, is_deleted, list_unerased, lock_alone, mark_deleted};
pub use list::{Listed, PageQuery, list, list_ids};
pub use offers::{Offer, exists, exists_competition, find_offer, hold_in_competition};
pub use outdated::complete;
use row::{EventRow, bind_event, find_by_id, listed_columns};
pub use scorers::{assign, assigned_to, is_assigned, unassign};

/// An event and its position.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// The event.
    pub event: Event,
    /// The position of its last update.
    pub position: Position,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// The summary of its state.
    pub summary: Option<Box<RawValue>>,
    /// Its merged state as JSON text. `None` before the first update, and always from [`list`] and [`list_of`].
    pub snapshot: Option<String>,
    /// The time of its last update.
    pub snapshot_at: Option<OffsetDateTime>,
}

/// Adds an event without updates. Returns false if the id exists, or existed before its event was deleted.
pub async fn add(
    tx: &mut Transaction,
    event: &Event,
    epoch: &str,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    let added = on!(tx, |tx| {
        bind_event!(
            "insert into events
                (id, sport, title, status, starts_at, competitors, actions, messages, venue, competition_id,
                 competition_title, format, ended_at, archived_at, list_key, search, changed_at, created_at, epoch, seq)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0)
             on conflict (id) do nothing",
            event,
            at,
            at
        )
        .bind(At(at))
        .bind(epoch)
        .execute(tx)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(added == 1)
}

/// Writes the changed details of an event that was created at `created_at`.
pub async fn write(
    tx: &mut Transaction,
    event: &Event,
    created_at: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<(), StorageError> {
    on!(tx, |tx| {
        bind_event!(
            "update events set
                sport = $2, title = $3, status = $4, starts_at = $5, competitors = $6, actions = $7, messages = $8,
                venue = $9, competition_id = $10, competition_title = $11, format = $12, ended_at = $13,
                archived_at = $14, list_key = $15, search = $16, changed_at = $17
             where id = $1",
            event,
            created_at,
            now
        )
        .execute(tx)
        .await
        .map(|_| ())
    })
}

/// Gives every event a new epoch. Returns the number of events.
pub async fn name_histories(tx: &mut Transaction, epoch: &str) -> Result<u64, StorageError> {
    execute!(tx, "update events set epoch = $1", [epoch])
}

/// Finds an event.
pub async fn find(db: &Database, id: &EventId) -> Result<Option<StoredEvent>, StorageError> {
    on!(db, |db| sqlx::query_as::<_, EventRow>(find_by_id!()).bind(id.as_str()).fetch_optional(db).await)?
        .map(EventRow::stored)
        .transpose()
}

/// Finds an event and locks it against other writers until the transaction ends. (On SQLite, a write transaction
/// excludes all others anyway.) Rows that reference the event, such as players' points, can still be added, because
/// its id does not change.
pub async fn lock(tx: &mut Transaction, id: &EventId) -> Result<Option<StoredEvent>, StorageError> {
    let statement = tx.dialect(concat!(find_by_id!(), " for no key update"), find_by_id!());
    on!(tx, |tx| sqlx::query_as::<_, EventRow>(statement).bind(id.as_str()).fetch_optional(tx).await)?
        .map(EventRow::stored)
        .transpose()
}

/// Finds several events without their snapshots, in any order. Ids that do not exist are left out.
pub async fn list_of(db: &Database, ids: &[EventId]) -> Result<Vec<StoredEvent>, StorageError> {
    // The list is passed as JSON, because SQLite has no arrays.
    let statement = db.dialect(
        concat!(
            "select ",
            listed_columns!(),
            ", format, cast(null as text) as snapshot from events where deleted_at is null
                and id in (select value from json_array_elements_text(cast($1 as json)) as ids (value))"
        ),
        concat!(
            "select ",
            listed_columns!(),
            ", format, cast(null as text) as snapshot from events where deleted_at is null
                and id in (select value from json_each($1))"
        ),
    );
    let ids = json::text(ids);
    let rows: Vec<EventRow> = fetch_all!(db, statement, [&ids])?;
    rows.into_iter().map(EventRow::stored).collect()
}
