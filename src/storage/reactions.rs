//! How often each emoji was reacted with, in all of an event.

use super::values::broken;
use super::{Database, StorageError, Transaction};
use crate::domain::id::EventId;
use crate::domain::reaction::Emoji;

/// How often an emoji was reacted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTotal {
    /// The emoji.
    pub emoji: Emoji,
    /// As this run of the server counted.
    pub own: u64,
    /// As earlier runs and other nodes counted.
    pub others: u64,
}

/// Keeps what a run of the server has counted so far. The same again changes nothing.
///
/// # Errors
/// [`StorageError`].
pub async fn save(
    tx: &mut Transaction,
    event: &EventId,
    run: &str,
    counts: &[(Emoji, u64)],
) -> Result<(), StorageError> {
    for (emoji, count) in counts {
        on!(tx, |tx| sqlx::query(
            "insert into reaction_totals (event_id, emoji, run, count) values ($1, $2, $3, $4)
             on conflict (event_id, emoji, run) do update set count = excluded.count
             where reaction_totals.count < excluded.count",
        )
        .bind(event.as_str())
        .bind(emoji.as_str())
        .bind(run)
        .bind(i64::try_from(*count).unwrap_or(i64::MAX))
        .execute(tx)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

/// The totals of an event, those of a run told apart.
///
/// # Errors
/// [`StorageError`].
pub async fn totals(db: &Database, event: &EventId, run: &str) -> Result<Vec<KeptTotal>, StorageError> {
    let rows = on!(db, |db| sqlx::query_as::<_, (String, i64, i64)>(
        "select emoji,
            cast(sum(case when run = $2 then count else 0 end) as bigint),
            cast(sum(case when run = $2 then 0 else count end) as bigint)
         from reaction_totals where event_id = $1 group by emoji order by emoji",
    )
    .bind(event.as_str())
    .bind(run)
    .fetch_all(db)
    .await)?;
    let kept = |(emoji, own, others): (String, i64, i64)| {
        Ok(KeptTotal {
            emoji: Emoji::parse_kept(&emoji).map_err(|_| broken("emoji"))?,
            own: u64::try_from(own).map_err(|_| broken("count"))?,
            others: u64::try_from(others).map_err(|_| broken("count"))?,
        })
    };
    rows.into_iter().map(kept).collect()
}
