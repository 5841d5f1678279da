//! The log of each event: append-only, ordered by `seq`.

use std::sync::Arc;

use serde_json::value::RawValue;
use sqlx::FromRow;
use time::OffsetDateTime;

use super::values::{At, broken};
use super::{Database, StorageError, Transaction};
use crate::domain::id::{EventId, OpId, UserId};
use crate::domain::json;
use crate::domain::score::{Correction, Update, UpdateBody};

/// An update to append.
#[derive(Debug, Clone, Copy)]
pub struct NewUpdate<'a> {
    /// The event that it belongs to.
    pub event: &'a EventId,
    /// The update, with its `seq`.
    pub update: &'a Update,
    /// The event's merged state including the update, as JSON text.
    pub snapshot: &'a str,
    /// The summary of that state, as JSON text.
    pub summary: Option<&'a str>,
    /// The scorer's id for this attempt.
    pub op_id: Option<&'a OpId>,
    /// The account that wrote it.
    pub author: UserId,
}

/// A row of `updates`.
#[derive(FromRow)]
struct UpdateRow {
    seq: i64,
    data: String,
    voids: Option<String>,
    reason: Option<String>,
    at: OffsetDateTime,
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
        Ok(Update { seq: self.seq, at: self.at, body: UpdateBody { data: Arc::from(data), correction } })
    }
}

/// Advances the event, if the update is the next one and its attempt is new.
macro_rules! advance_event {
    () => {
        "update events set seq = $2, snapshot = $10, summary = $11, last_update_at = $8
         where id = $1 and seq = $2 - 1
            and not exists (select 1 from updates where event_id = $1 and op_id = $6)"
    };
}

/// Inserts the update. On Postgres, what follows makes it depend on the advance.
macro_rules! insert_update {
    () => {
        "insert into updates (event_id, seq, kind, voids, reason, op_id, author, at, data)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9"
    };
}

/// Appends an update to an event's log, advances the event, and commits. When this returns, it is on disk. Returns
/// false if nothing was done, because the event's last update is not the one before or the attempt has already
/// written one.
///
/// # Errors
/// [`StorageError`]. After [`StorageError::Unavailable`], whether it was committed is unknown.
pub async fn append_and_commit(mut tx: Transaction, new: NewUpdate<'_>) -> Result<bool, StorageError> {
    let body = &new.update.body;
    let correction = body.correction.as_ref();
    // Postgres runs both as one statement, which saves a round trip. SQLite does not allow `update` in a `with`.
    let statements: &[&str] = tx.dialect(
        &[concat!("with moved as (", advance_event!(), " returning seq) ", insert_update!(), " from moved")],
        &[advance_event!(), insert_update!()],
    );
    for &statement in statements {
        let written = on!(tx, |tx| sqlx::query(statement)
            .bind(new.event.as_str())
            .bind(new.update.seq)
            .bind(body.kind().as_str())
            .bind(correction.map(|correction| json::text(&correction.voids)))
            .bind(correction.map(|correction| correction.reason.as_str()))
            .bind(new.op_id.map(OpId::as_str))
            .bind(new.author.0)
            .bind(At(new.update.at))
            .bind(body.data.get())
            .bind(new.snapshot)
            .bind(new.summary)
            .execute(tx)
            .await
            .map(|done| done.rows_affected()))?;
        if written == 0 {
            return Ok(false);
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// Finds the update that an attempt wrote.
///
/// # Errors
/// [`StorageError`].
pub async fn find_by_op(
    db: &Database,
    event: &EventId,
    op_id: &OpId,
) -> Result<Option<Update>, StorageError> {
    on!(db, |db| sqlx::query_as::<_, UpdateRow>(
        "select seq, data, voids, reason, at from updates where event_id = $1 and op_id = $2"
    )
    .bind(event.as_str())
    .bind(op_id.as_str())
    .fetch_optional(db)
    .await)?
    .map(UpdateRow::update)
    .transpose()
}

/// How many of these updates exist. Repeated numbers count once.
///
/// # Errors
/// [`StorageError`].
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
    let count = on!(tx, |tx| sqlx::query_scalar::<_, i64>(statement)
        .bind(event.as_str())
        .bind(json::text(seqs))
        .fetch_one(tx)
        .await)?;
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
            "select updates.seq, data, voids, reason, at from sizes join updates on updates.seq = sizes.seq
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
        let rows = on!(db, |db| sqlx::query_as::<_, UpdateRow>(statement)
            .bind(self.event.as_str())
            .bind(self.after)
            .bind(self.last)
            .bind(self.max_bytes)
            .fetch_all(db)
            .await)?;
        rows.into_iter().map(UpdateRow::update).collect()
    }
}

/// Lists the first updates of a part of a log, in order.
///
/// # Errors
/// [`StorageError`].
pub async fn list_first(db: &Database, part: LogRange<'_>) -> Result<Vec<Update>, StorageError> {
    part.list(db, list_sized!("")).await
}

/// Lists the last updates of a part of a log, in order.
///
/// # Errors
/// [`StorageError`].
pub async fn list_last(db: &Database, part: LogRange<'_>) -> Result<Vec<Update>, StorageError> {
    part.list(db, list_sized!("desc")).await
}

/// The last update that [`list_first`] would return, found without reading the updates. `part.after` if there is
/// none.
///
/// # Errors
/// [`StorageError`].
pub async fn end_of_first(db: &Database, part: LogRange<'_>) -> Result<i64, StorageError> {
    let statement = concat!(sizes!(""), "select max(seq) from sizes where ahead < $4");
    let last = on!(db, |db| sqlx::query_scalar::<_, Option<i64>>(statement)
        .bind(part.event.as_str())
        .bind(part.after)
        .bind(part.last)
        .bind(part.max_bytes)
        .fetch_one(db)
        .await)?;
    Ok(last.unwrap_or(part.after))
}
