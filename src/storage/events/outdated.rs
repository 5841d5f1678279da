//! Completes the rows of versions that had no lists by key.

use serde_json::value::RawValue;

use super::row::{EventRow, listed_columns};
use crate::domain::score::Snapshot;
use crate::storage::{Database, StorageError};

/// How many rows are completed at once.
const ROWS: usize = 200;

/// Computes what lists need, for events of older versions. Returns how many there were.
pub async fn complete(db: &Database) -> Result<usize, StorageError> {
    let mut completed = 0;
    loop {
        let mut tx = db.begin().await?;
        // Only a snapshot with a summary is read.
        let rows: Vec<EventRow> = fetch_all!(
            tx,
            concat!(
                "select ",
                listed_columns!(),
                ", format, case when snapshot like '%\"summary\"%' then snapshot end as snapshot
             from events where list_key is null order by id limit 200"
            )
        )?;
        let count = rows.len();
        for row in rows {
            let stored = row.stored()?;
            let state = stored.snapshot.as_deref().map(Snapshot::from_json).transpose();
            let state = state.map_err(StorageError::corrupt)?;
            let summary = state.and_then(|state| state.summary().ok().flatten());
            // Another node that starts may have completed the row since, and have changed the event.
            execute!(
                tx,
                "update events set list_key = $2, search = $3, summary = $4 where id = $1 and list_key is null",
                [
                    stored.event.event_id.as_str(),
                    stored.event.list_key(stored.created_at),
                    stored.event.search_text(),
                    summary.as_deref().map(RawValue::get)
                ]
            )?;
        }
        tx.commit().await?;
        completed += count;
        if count < ROWS {
            return Ok(completed);
        }
    }
}
