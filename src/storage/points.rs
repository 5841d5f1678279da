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
pub async fn add(tx: &mut Transaction, entry: &LedgerEntry<'_>) -> Result<bool, StorageError> {
    execute!(
        tx,
        "insert into points (id, ticket, user_id, event_id, action, points, held, took_ms, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (ticket) do nothing",
        [
            entry.id,
            &entry.ticket[..],
            entry.user.0,
            entry.event_id.as_str(),
            entry.action,
            entry.points,
            entry.held,
            entry.took_ms,
            At(entry.at)
        ]
    )
    .map(|rows| rows == 1)
}

/// What the limits of an action need: the player's last completion within the cooldown, and the number of
/// completions today. Entries further in the future than clocks may differ are ignored.
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
    let (last_at, today) = fetch_one!(
        tx,
        "select max(case when at <= $6 then at end), count(case when at >= $5 and at < $7 then 1 end)
         from points where user_id = $1 and event_id = $2 and action = $3 and at >= $4",
        [
            user.0,
            event_id.as_str(),
            action,
            At(earliest),
            At(day.start()),
            At(wait::latest(now)),
            At(day.next_day())
        ]
    )?;
    Ok(Before { last_at, today })
}

/// The player's last entries in an event up to now, latest first.
pub async fn past(
    tx: &mut Transaction,
    user: UserId,
    event_id: &EventId,
    now: OffsetDateTime,
) -> Result<Vec<PastEntry>, StorageError> {
    let rows = fetch_all!(
        tx,
        "select action, took_ms, at from points where user_id = $1 and event_id = $2 and at <= $4
         order by at desc, id desc limit $3",
        [user.0, event_id.as_str(), i64::try_from(HISTORY).unwrap_or(i64::MAX), At(wait::latest(now))]
    )?;
    let entry = |(action, took_ms, at)| PastEntry { action, took_ms, at };
    Ok(rows.into_iter().map(entry).collect())
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
pub async fn recent(
    tx: &mut Transaction,
    user: UserId,
    event_id: &EventId,
    window: Duration,
    now: OffsetDateTime,
) -> Result<RecentPoints, StorageError> {
    fetch_one!(
        tx,
        "select count(case when event_id = $2 then 1 end) as entries,
            cast(coalesce(sum(case when event_id = $2 and not held then points else 0 end), 0) as bigint)
                as points,
            cast(coalesce(sum(case when not held then points else 0 end), 0) as bigint) as overall
         from points where user_id = $1 and at between $3 and $4",
        [user.0, event_id.as_str(), At(now - window), At(wait::latest(now))]
    )
}

/// In how many of the last clock hours the player has an entry. The current hour always counts, because the player
/// is about to get one.
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
    let (hours,): (i64,) =
        fetch_one!(tx, statement, [user.0, At(hour - time::Duration::hours(HOURS_LOOKED_AT - 1)), At(hour)])?;
    Ok(hours + 1)
}

/// The last entries of an event in a window that ends now, latest first, at most [`SAMPLE`].
pub async fn sample(
    tx: &mut Transaction,
    event_id: &EventId,
    window: Duration,
    now: OffsetDateTime,
) -> Result<Vec<Sample>, StorageError> {
    let rows = fetch_all!(
        tx,
        "select user_id, action, took_ms, at from points where event_id = $1 and at between $2 and $4
         order by at desc limit $3",
        [
            event_id.as_str(),
            At(now - window),
            i64::try_from(SAMPLE).unwrap_or(i64::MAX),
            At(wait::latest(now))
        ]
    )?;
    let sample = |(user, action, took_ms, at)| Sample { user, action, took_ms, at };
    Ok(rows.into_iter().map(sample).collect())
}
