//! The log of each event: append-only, ordered by `seq`.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use serde_json::value::RawValue;
use sqlx::FromRow;
use time::OffsetDateTime;

use super::values::broken;
use super::{Database, StorageError, Transaction};
use crate::domain::id::{EventId, OpId};
use crate::domain::json;
use crate::domain::score::{Correction, Update, UpdateBody};
use crate::domain::update_time::UpdateTime;

mod append;

pub use append::{NewUpdate, NewUpdates, append_and_commit};

/// A row of `updates`.
#[derive(FromRow)]
struct UpdateRow {
    seq: i64,
    data: String,
    voids: Option<String>,
    reason: Option<String>,
    at: OffsetDateTime,
    received_at: Option<OffsetDateTime>,
}

impl UpdateRow {
    fn update(self) -> Result<Update, StorageError> {
        let data = RawValue::from_string(self.data).map_err(|_| broken("data of an update"))?;
        let correction = match (self.voids, self.reason) {
            (Some(voids), Some(reason)) => {
                let voids = serde_json::from_str(&voids).map_err(|_| broken("list of voided updates"))?;
                Some(Correction { voids, reason })
            }
            _ => None,
        };
        let time = UpdateTime { at: self.at, received_at: self.received_at };
        Ok(Update { seq: self.seq, time, body: UpdateBody { data: Arc::from(data), correction } })
    }
}

/// Finds the update that an attempt wrote.
pub async fn find_by_op(
    db: &Database,
    event: &EventId,
    op_id: &OpId,
) -> Result<Option<Update>, StorageError> {
    on!(db, |db| sqlx::query_as::<_, UpdateRow>(
        "select seq, data, voids, reason, at, received_at from updates where event_id = $1 and op_id = $2"
    )
    .bind(event.as_str())
    .bind(op_id.as_str())
    .fetch_optional(db)
    .await)?
    .map(UpdateRow::update)
    .transpose()
}

/// An update, and the attempt that wrote it.
#[derive(FromRow)]
struct AttemptRow {
    op_id: String,
    #[sqlx(flatten)]
    update: UpdateRow,
}

/// Calls `each` with every update that one of these attempts wrote. One update at a time is in memory.
pub async fn for_each_of_ops(
    tx: &mut Transaction,
    event: &EventId,
    op_ids: &[&str],
    mut each: impl FnMut(&str, Update),
) -> Result<(), StorageError> {
    // The list is passed as JSON, because SQLite has no arrays.
    let statement = tx.dialect(
        "select op_id, seq, data, voids, reason, at, received_at from updates where event_id = $1
            and op_id in (select value from json_array_elements_text(cast($2 as json)) as ids (value))",
        "select op_id, seq, data, voids, reason, at, received_at from updates where event_id = $1
            and op_id in (select value from json_each($2))",
    );
    let op_ids = json::text(op_ids);
    let mut corrupt = None;
    on!(tx, |tx| {
        let mut rows =
            sqlx::query_as::<_, AttemptRow>(statement).bind(event.as_str()).bind(&op_ids).fetch(tx);
        while let Some(AttemptRow { op_id, update }) = rows.try_next().await? {
            match update.update() {
                Ok(update) => each(&op_id, update),
                Err(error) => corrupt = Some(error),
            }
        }
        Ok(())
    })?;
    corrupt.map_or(Ok(()), Err)
}

/// How many of these updates exist. Repeated numbers count once.
pub async fn count_existing(
    tx: &mut Transaction,
    event: &EventId,
    seqs: &[i64],
) -> Result<usize, StorageError> {
    // The list is passed as JSON, because SQLite has no arrays.
    let statement = tx.dialect(
        "select count(*) from updates where event_id = $1
            and seq in (select cast(value as bigint) from json_array_elements_text(cast($2 as json)))",
        "select count(*) from updates where event_id = $1 and seq in (select value from json_each($2))",
    );
    let (count,): (i64,) = fetch_one!(tx, statement, [event.as_str(), json::text(seqs)])?;
    usize::try_from(count).map_err(|_| broken("count"))
}

/// The size of an update in bytes, computed without reading it.
macro_rules! size {
    () => {
        "octet_length(data) + coalesce(octet_length(reason), 0) + coalesce(octet_length(voids), 0)"
    };
}

/// The log after $2 and up to $3: for each update, the total size of those before it in this order.
macro_rules! sizes {
    ($order:literal) => {
        concat!(
            "with sizes as (
                select seq, sum(",
            size!(),
            ") over (order by seq ",
            $order,
            ") - (",
            size!(),
            ") as ahead
                from updates where event_id = $1 and seq > $2 and seq <= $3
             ) "
        )
    };
}

macro_rules! list_sized {
    ($order:literal) => {
        concat!(
            sizes!($order),
            "select updates.seq, data, voids, reason, at, received_at from sizes join updates on updates.seq = sizes.seq
             where event_id = $1 and ahead < $4 order by updates.seq"
        )
    };
}

/// A part of an event's log. Logs have no gaps.
#[derive(Debug, Clone, Copy)]
pub struct LogRange<'a> {
    /// The event.
    pub event: &'a EventId,
    /// The updates after this one,
    pub after: i64,
    /// up to this one,
    pub last: i64,
    /// and at most this many bytes of them; one update is not divided.
    pub max_bytes: i64,
}

impl LogRange<'_> {
    async fn list(&self, db: &Database, statement: &'static str) -> Result<Vec<Update>, StorageError> {
        let rows: Vec<UpdateRow> =
            fetch_all!(db, statement, [self.event.as_str(), self.after, self.last, self.max_bytes])?;
        rows.into_iter().map(UpdateRow::update).collect()
    }
}

/// Lists the first updates of a part of a log, in order.
pub async fn list_first(db: &Database, part: LogRange<'_>) -> Result<Vec<Update>, StorageError> {
    part.list(db, list_sized!("")).await
}

/// Lists the last updates of a part of a log, in order.
pub async fn list_last(db: &Database, part: LogRange<'_>) -> Result<Vec<Update>, StorageError> {
    part.list(db, list_sized!("desc")).await
}

/// The first update that [`list_last`] would return, found without reading the updates. `None` if there is none.
pub async fn start_of_last(db: &Database, part: LogRange<'_>) -> Result<Option<i64>, StorageError> {
    let statement = concat!(sizes!("desc"), "select min(seq) from sizes where ahead < $4");
    let (found,): (Option<i64>,) =
        fetch_one!(db, statement, [part.event.as_str(), part.after, part.last, part.max_bytes])?;
    Ok(found)
}

/// The last update that [`list_first`] would return, found without reading the updates. `part.after` if there is
/// none.
pub async fn end_of_first(db: &Database, part: LogRange<'_>) -> Result<i64, StorageError> {
    let statement = concat!(sizes!(""), "select max(seq) from sizes where ahead < $4");
    let (last,): (Option<i64>,) =
        fetch_one!(db, statement, [part.event.as_str(), part.after, part.last, part.max_bytes])?;
    Ok(last.unwrap_or(part.after))
}
