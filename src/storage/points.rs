//! The ledger of points: append-only, with one entry per redeemed ticket.

use std::time::Duration;

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::values::At;
use super::{StorageError, Transaction};
use crate::domain::action::{Before, Day};
use crate::domain::id::{EventId, UserId};
use crate::domain::integrity::{HISTORY, HOURS_LOOKED_AT, PastEntry, SAMPLE, Sample};
use crate::domain::token::TokenHash;
use crate::domain::wait;

/// An entry of the ledger.
#[derive(Debug, Clone)]
pub struct LedgerEntry<'a> {
    /// Its id.
    pub id: Uuid,
    /// The redeemed ticket.
    pub ticket: &'a TokenHash,
    /// The player.
    pub user: UserId,
    /// The event.
    pub event_id: &'a EventId,
    /// The action.
    pub action: &'a str,
    /// The number of points.
    pub points: i64,
    /// Whether the points wait for a reviewer.
    pub held: bool,
    /// Time from start to completion.
    pub took_ms: i64,
    /// When they were earned.
    pub at: OffsetDateTime,
}

/// Adds an entry. Returns false if its ticket has one already.
///
/// # Errors
/// [`StorageError`].
pub async fn add(tx: &mut Transaction, entry: &LedgerEntry<'_>) -> Result<bool, StorageError> {
    let added = on!(tx, |tx| sqlx::query(
        "insert into points (id, ticket, user_id, event_id, action, points, held, took_ms, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (ticket) do nothing",
    )
    .bind(entry.id)
    .bind(&entry.ticket[..])
    .bind(entry.user.0)
    .bind(entry.event_id.as_str())
    .bind(entry.action)
    .bind(entry.points)
    .bind(entry.held)
    .bind(entry.took_ms)
    .bind(At(entry.at))
    .execute(tx)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(added == 1)
}

/// What the limits of an action need: the player's last completion within the cooldown, and the number of
/// completions today. Entries further in the future than clocks may differ are ignored.
///
/// # Errors
/// [`StorageError`].
pub async fn before(
    tx: &mut Transaction,
    user: UserId,
    event_id: &EventId,
    action: &str,
    cooldown: Duration,
    day: Day,
    now: OffsetDateTime,
) -> Result<Before, StorageError> {
    let earliest = day.start().min(now - cooldown);
    let (last_at, today) = on!(tx, |tx| {
        sqlx::query_as::<_, (Option<OffsetDateTime>, i64)>(
        "select max(case when at <= $6 then at end), count(case when at >= $5 and at < $7 then 1 end) from points
         where user_id = $1 and event_id = $2 and action = $3 and at >= $4"
    )
    .bind(user.0)
    .bind(event_id.as_str())
    .bind(action)
    .bind(At(earliest))
    .bind(At(day.start()))
    .bind(At(wait::latest(now)))
    .bind(At(day.next_day()))
    .fetch_one(tx)
    .await
    })?;
    Ok(Before { last_at, today })
}

#[derive(FromRow)]
struct PastRow {
    action: String,
    took_ms: i64,
    at: OffsetDateTime,
}

/// The player's last entries in an event up to now, latest first.
///
/// # Errors
/// [`StorageError`].
pub async fn past(
    tx: &mut Transaction,
    user: UserId,
    event_id: &EventId,
    now: OffsetDateTime,
) -> Result<Vec<PastEntry>, StorageError> {
    let rows = on!(tx, |tx| sqlx::query_as::<_, PastRow>(
        "select action, took_ms, at from points where user_id = $1 and event_id = $2 and at <= $4
         order by at desc, id desc limit $3"
    )
    .bind(user.0)
    .bind(event_id.as_str())
    .bind(i64::try_from(HISTORY).unwrap_or(i64::MAX))
    .bind(At(wait::latest(now)))
    .fetch_all(tx)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|row| PastEntry { action: row.action, took_ms: row.took_ms, at: row.at })
        .collect())
}

/// A player's recent entries and points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct RecentPoints {
    /// Entries in the event.
    pub entries: i64,
    /// Points in the event that were not held.
    pub points: i64,
    /// Points in all events that were not held.
    pub overall: i64,
}

/// A player's entries and points in a window that ends now.
///
/// # Errors
/// [`StorageError`].
pub async fn recent(
    tx: &mut Transaction,
    user: UserId,
    event_id: &EventId,
    window: Duration,
    now: OffsetDateTime,
) -> Result<RecentPoints, StorageError> {
    on!(tx, |tx| {
        sqlx::query_as(
        "select count(case when event_id = $2 then 1 end) as entries,
            cast(coalesce(sum(case when event_id = $2 and not held then points else 0 end), 0) as bigint) as points,
            cast(coalesce(sum(case when not held then points else 0 end), 0) as bigint) as overall
         from points where user_id = $1 and at between $3 and $4"
    )
    .bind(user.0)
    .bind(event_id.as_str())
    .bind(At(now - window))
    .bind(At(wait::latest(now)))
    .fetch_one(tx)
    .await
    })
}

/// In how many of the last clock hours the player has an entry. The current hour always counts, because the player
/// is about to get one.
///
/// # Errors
/// [`StorageError`].
pub async fn active_hours(
    tx: &mut Transaction,
    user: UserId,
    now: OffsetDateTime,
) -> Result<i64, StorageError> {
    let statement = tx.dialect(
        "select count(distinct date_trunc('hour', at, 'UTC')) from points
         where user_id = $1 and at >= $2 and at < $3",
        // The RFC 3339 text up to the hour.
        "select count(distinct substr(at, 1, 13)) from points where user_id = $1 and at >= $2 and at < $3",
    );
    let hour =
        now.replace_time(time::Time::from_hms(now.hour(), 0, 0).expect("the hour comes from a valid time"));
    let hours: i64 = on!(tx, |tx| sqlx::query_scalar(statement)
        .bind(user.0)
        .bind(At(hour - time::Duration::hours(HOURS_LOOKED_AT - 1)))
        .bind(At(hour))
        .fetch_one(tx)
        .await)?;
    Ok(hours + 1)
}

#[derive(FromRow)]
struct SampleRow {
    user_id: Uuid,
    action: String,
    took_ms: i64,
    at: OffsetDateTime,
}

/// The last entries of an event in a window that ends now, latest first, at most [`SAMPLE`].
///
/// # Errors
/// [`StorageError`].
pub async fn sample(
    tx: &mut Transaction,
    event_id: &EventId,
    window: Duration,
    now: OffsetDateTime,
) -> Result<Vec<Sample>, StorageError> {
    let rows = on!(tx, |tx| sqlx::query_as::<_, SampleRow>(
        "select user_id, action, took_ms, at from points where event_id = $1 and at between $2 and $4
         order by at desc limit $3"
    )
    .bind(event_id.as_str())
    .bind(At(now - window))
    .bind(i64::try_from(SAMPLE).unwrap_or(i64::MAX))
    .bind(At(wait::latest(now)))
    .fetch_all(tx)
    .await)?;
    let sample = |row: SampleRow| Sample {
        user: UserId(row.user_id),
        action: row.action,
        took_ms: row.took_ms,
        at: row.at,
    };
    Ok(rows.into_iter().map(sample).collect())
}
