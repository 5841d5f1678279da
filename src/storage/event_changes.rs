//! Which events changed since a server last looked. Triggers note every change of an event, so no writer can forget it.

use super::{Database, StorageError};
use crate::domain::id::EventId;
use crate::storage::values::broken;

/// A place in the order of changes: everything before it was seen.
///
/// On SQLite, where writers take turns, changes are numbered. On Postgres each has the id of its transaction, and
/// transactions commit in any order. The place is then the oldest transaction that was still running: all earlier ones had
/// ended, so a later look from there misses nothing, however late a transaction commits. It may see a change twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangePlace(i64);

/// The place after all changes that are visible now.
pub async fn place(db: &Database) -> Result<ChangePlace, StorageError> {
    let statement = db.dialect(
        "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        "select coalesce(max(change), 0) + 1 from event_changes",
    );
    let (place,): (i64,) = fetch_one!(db, statement)?;
    Ok(ChangePlace(place))
}

/// The last change of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The event.
    pub event_id: EventId,
    /// Differs from that of every other change of the event.
    pub number: i64,
}

/// The last changes of the events that were created, changed or deleted since a place, in order, and the place to look from
/// next time.
pub async fn list_since(
    db: &Database,
    since: ChangePlace,
) -> Result<(Vec<Change>, ChangePlace), StorageError> {
    // A restored database may have changes of transactions that are yet to come here.
    let statement = db.dialect(
        "select event_id, change, pg_snapshot_xmin(pg_current_snapshot())::text::bigint from event_changes
         where change >= $1 and change < pg_snapshot_xmax(pg_current_snapshot())::text::bigint order by change",
        "select event_id, change, (select max(change) + 1 from event_changes) from event_changes
         where change >= $1 order by change",
    );
    let rows: Vec<(String, i64, i64)> = fetch_all!(db, statement, [since.0])?;
    let place = rows.last().map_or(since, |(.., place)| ChangePlace(*place));
    let change = |(id, number, _): (String, i64, i64)| {
        let event_id = EventId::parse(&id).map_err(|_| broken("event id"))?;
        Ok(Change { event_id, number })
    };
    Ok((rows.into_iter().map(change).collect::<Result<_, StorageError>>()?, place))
}
