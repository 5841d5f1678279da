//! Totals of reactions, per event and emoji.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::values::broken;
use super::{Database, StorageError, Transaction};
use crate::domain::emoji::Emoji;
use crate::domain::id::EventId;

/// The total of an emoji.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTotal {
    /// The emoji.
    pub emoji: Emoji,
    /// Counted by this run of the server.
    pub own: u64,
    /// Counted by earlier runs and other nodes, by run.
    pub others: BTreeMap<String, u64>,
}

/// Saves what a run of the server has counted so far. Repeating it changes nothing.
pub async fn save(
    tx: &mut Transaction,
    event: &EventId,
    run: &str,
    counts: &[(Emoji, u64)],
) -> Result<(), StorageError> {
    for (emoji, count) in counts {
        execute!(
            tx,
            "insert into reaction_totals (event_id, emoji, run, count) values ($1, $2, $3, $4)
             on conflict (event_id, emoji, run) do update set count = excluded.count
             where reaction_totals.count < excluded.count",
            [event.as_str(), emoji.as_str(), run, i64::try_from(*count).unwrap_or(i64::MAX)]
        )?;
    }
    Ok(())
}

/// The totals of an event, with the given run's counts separate.
pub async fn totals(db: &Database, event: &EventId, run: &str) -> Result<Vec<KeptTotal>, StorageError> {
    let rows: Vec<(String, String, i64)> = fetch_all!(
        db,
        "select emoji, run, count from reaction_totals where event_id = $1 order by emoji, run",
        [event.as_str()]
    )?;
    let mut totals: IndexMap<Emoji, KeptTotal> = IndexMap::new();
    for (emoji, of_run, count) in rows {
        // Earlier versions stored one emoji under several spellings, and some texts that no longer count as emoji.
        let emoji = Emoji::from_stored(&emoji);
        let count = u64::try_from(count).map_err(|_| broken("count"))?;
        let empty = KeptTotal { emoji: emoji.clone(), own: 0, others: BTreeMap::new() };
        let total = totals.entry(emoji).or_insert(empty);
        let kept = if of_run == run { &mut total.own } else { total.others.entry(of_run).or_default() };
        *kept = kept.saturating_add(count);
    }
    Ok(totals.into_values().collect())
}
