//! Viewer counts of an event over time.

use super::values::At;
use super::{Database, StorageError, Transaction};
use crate::domain::crowd::{CrowdPoint, CrowdStats};
use crate::domain::id::EventId;

/// Saves what a run of the server counted at a time. Repeating it changes nothing.
pub async fn add_point(
    tx: &mut Transaction,
    event: &EventId,
    run: &str,
    point: &CrowdPoint,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into crowd_points (event_id, at, run, users, guests, reactions)
         values ($1, $2, $3, $4, $5, $6) on conflict (event_id, at, run) do nothing",
        [event.as_str(), At(point.at), run, point.users, point.guests, point.reactions]
    )
    .map(|_| ())
}

/// The viewer statistics of an event: peak and average over all points, and the last `limit` points.
pub async fn stats(db: &Database, event: &EventId, limit: i64) -> Result<CrowdStats, StorageError> {
    let mut rows = fetch_all!(
        db,
        "select at, cast(sum(users) as bigint) as users, cast(sum(guests) as bigint) as guests,
            cast(sum(reactions) as bigint) as reactions
         from crowd_points where event_id = $1 group by at order by at desc limit $2",
        [event.as_str(), limit.max(0)]
    )?;
    // Queried after the points, so that every returned point is part of the average.
    let (peak, average) = fetch_one!(db, "select cast(coalesce(max(total), 0) as bigint),
            cast(coalesce(avg(total), 0) as double precision)
         from (select sum(users + guests) as total from crowd_points where event_id = $1 group by at) as moments", [event.as_str()])?;
    rows.reverse();
    let point =
        |(at, users, guests, reactions)| CrowdPoint { at, total: users + guests, users, guests, reactions };
    Ok(CrowdStats { peak, average, points: rows.into_iter().map(point).collect() })
}
