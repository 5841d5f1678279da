//! Viewer counts of an event over time.

use sqlx::FromRow;
use time::OffsetDateTime;

use super::values::At;
use super::{Database, StorageError, Transaction};
use crate::domain::crowd::{CrowdPoint, CrowdStats};
use crate::domain::id::EventId;

/// The viewers of an event at one time, on all nodes.
#[derive(FromRow)]
struct CrowdRow {
    at: OffsetDateTime,
    users: i64,
    guests: i64,
    reactions: i64,
}

/// Saves what a run of the server counted at a time. Repeating it changes nothing.
///
/// # Errors
/// [`StorageError`].
pub async fn add_point(
    tx: &mut Transaction,
    event: &EventId,
    run: &str,
    point: &CrowdPoint,
) -> Result<(), StorageError> {
    on!(tx, |tx| sqlx::query(
        "insert into crowd_points (event_id, at, run, users, guests, reactions)
         values ($1, $2, $3, $4, $5, $6) on conflict (event_id, at, run) do nothing",
    )
    .bind(event.as_str())
    .bind(At(point.at))
    .bind(run)
    .bind(point.users)
    .bind(point.guests)
    .bind(point.reactions)
    .execute(tx)
    .await
    .map(|_| ()))
}

/// The viewer statistics of an event: peak and average over all points, and the last `limit` points.
///
/// # Errors
/// [`StorageError`].
pub async fn stats(db: &Database, event: &EventId, limit: i64) -> Result<CrowdStats, StorageError> {
    let mut rows = on!(db, |db| sqlx::query_as::<_, CrowdRow>(
        "select at, cast(sum(users) as bigint) as users, cast(sum(guests) as bigint) as guests,
            cast(sum(reactions) as bigint) as reactions
         from crowd_points where event_id = $1 group by at order by at desc limit $2",
    )
    .bind(event.as_str())
    .bind(limit.max(0))
    .fetch_all(db)
    .await)?;
    // Queried after the points, so that every returned point is part of the average.
    let (peak, average) = on!(db, |db| {
        sqlx::query_as::<_, (i64, f64)>(
        "select cast(coalesce(max(total), 0) as bigint), cast(coalesce(avg(total), 0) as double precision)
         from (select sum(users + guests) as total from crowd_points where event_id = $1 group by at) as moments",
    )
    .bind(event.as_str())
    .fetch_one(db)
    .await
    })?;
    rows.reverse();
    let point = |CrowdRow { at, users, guests, reactions }| CrowdPoint {
        at,
        total: users + guests,
        users,
        guests,
        reactions,
    };
    Ok(CrowdStats { peak, average, points: rows.into_iter().map(point).collect() })
}
