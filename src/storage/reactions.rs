//! How often each emoji was reacted with, in all of an event.

use std::collections::BTreeMap;

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
    /// As earlier runs and other nodes counted, by run.
    pub others: BTreeMap<String, u64>,
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
    let rows = on!(db, |db| sqlx::query_as::<_, (String, String, i64)>(
        "select emoji, run, count from reaction_totals where event_id = $1 order by emoji, run",
    )
    .bind(event.as_str())
    .fetch_all(db)
    .await)?;
    let mut totals: Vec<KeptTotal> = Vec::new();
    for (emoji, of_run, count) in rows {
        let emoji = Emoji::parse_kept(&emoji).map_err(|_| broken("emoji"))?;
        let count = u64::try_from(count).map_err(|_| broken("count"))?;
        if totals.last().is_none_or(|last| last.emoji != emoji) {
            totals.push(KeptTotal { emoji, own: 0, others: BTreeMap::new() });
        }
        let total = totals.last_mut().expect("it was just put there");
        if of_run == run {
            total.own = count;
        } else {
            total.others.insert(of_run, count);
        }
    }
    Ok(totals)
}
