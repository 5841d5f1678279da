//! Listing events, page by page.

use super::StoredEvent;
use super::row::{EventRow, columns};
use crate::domain::event::Status;
use crate::domain::id::EventId;
use crate::storage::{Database, StorageError};

/// Maximum number of events in a page.
const PAGE: usize = 1000;
/// A page ends with the event that reaches this many bytes.
const PAGE_BYTES: usize = 1024 * 1024;

/// A page of events.
#[derive(Debug)]
pub struct Listed {
    /// The events, without snapshots.
    pub events: Vec<StoredEvent>,
    /// The event that the next page starts after, if there may be a next page.
    pub next: Option<EventId>,
}

/// Lists events by status (live, paused, scheduled, ended), then by start with unknown starts last, then newest
/// first. A page has up to 1,000 events or about 1 MiB, and starts after the given event's current place.
///
/// # Errors
/// [`StorageError`].
pub async fn list(
    db: &Database,
    status: Option<Status>,
    after: Option<&EventId>,
) -> Result<Listed, StorageError> {
    let rows = on!(db, |db| {
        sqlx::query_as::<_, EventRow>(concat!(
        "with sized as (
            select *, octet_length(title) + octet_length(actions) + coalesce(octet_length(competitors), 0) as size
            from events
         ), ordered as (
            select id, row_number() over listed as place,
                sum(case when $1 is null or status = $1 then size else 0 end) over listed as upto, size
            from sized
            window listed as (order by
                case status when 'live' then 1 when 'paused' then 2 when 'scheduled' then 3 else 4 end,
                starts_at nulls last, created_at desc, id)
         ), start as (
            select coalesce(max(place), 0) as place, coalesce(max(upto), 0) as upto from ordered where id = $2
         )
         select ",
        columns!(),
        ", cast(null as text) as snapshot from ordered join events using (id) cross join start
         where ordered.place > start.place and ($1 is null or status = $1)
            and ordered.upto - size - start.upto < $4
         order by ordered.place limit $3"
    ))
    .bind(status.map(Status::as_str))
    .bind(after.map(EventId::as_str))
    .bind(i64::try_from(PAGE).unwrap_or(i64::MAX))
    .bind(i64::try_from(PAGE_BYTES).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await
    })?;
    let is_full = rows.len() == PAGE || rows.iter().map(EventRow::size).sum::<usize>() >= PAGE_BYTES;
    let events = rows.into_iter().map(EventRow::stored).collect::<Result<Vec<_>, _>>()?;
    let next = events.last().filter(|_| is_full).map(|stored| stored.event.event_id.clone());
    Ok(Listed { events, next })
}
