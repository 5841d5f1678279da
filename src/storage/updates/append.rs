//! Appending to a log: one update, or several of a batch.

use sqlx::QueryBuilder;

use crate::domain::id::{EventId, OpId, UserId};
use crate::domain::json;
use crate::domain::score::Update;
use crate::storage::values::At;
use crate::storage::{StorageError, Transaction};

/// An update to append.
#[derive(Debug, Clone, Copy)]
pub struct NewUpdate<'a> {
    /// The update, with its `seq`.
    pub update: &'a Update,
    /// The scorer's id for this attempt.
    pub op_id: Option<&'a OpId>,
}

/// Updates to append together, and what becomes of the event.
#[derive(Debug, Clone, Copy)]
pub struct NewUpdates<'a> {
    /// The event that they belong to.
    pub event: &'a EventId,
    /// The updates in order, at least one.
    pub updates: &'a [NewUpdate<'a>],
    /// The event's merged state including the updates, as JSON text.
    pub snapshot: &'a str,
    /// The summary of that state, as JSON text.
    pub summary: Option<&'a str>,
    /// The account that wrote them.
    pub author: UserId,
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
        "insert into updates (event_id, seq, kind, voids, reason, op_id, author, at, data, received_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $12"
    };
}

/// Appends updates to an event's log, advances the event, and commits. When this returns, they are on disk. Returns
/// false if nothing was done, because the event's last update is not the one before the first. A lone update is not
/// written either if its attempt has already written one; the attempts of several must be new.
///
/// # Errors
/// [`StorageError`]. After [`StorageError::Unavailable`], whether they were committed is unknown.
pub async fn append_and_commit(mut tx: Transaction, new: NewUpdates<'_>) -> Result<bool, StorageError> {
    let is_written = match new.updates {
        [lone] => append_one(&mut tx, &new, lone).await?,
        several => append_several(&mut tx, &new, several).await?,
    };
    if is_written {
        tx.commit().await?;
    }
    Ok(is_written)
}

async fn append_one(
    tx: &mut Transaction,
    new: &NewUpdates<'_>,
    NewUpdate { update, op_id }: &NewUpdate<'_>,
) -> Result<bool, StorageError> {
    let body = &update.body;
    let correction = body.correction.as_ref();
    // Postgres runs both as one statement, which saves a round trip. SQLite does not allow `update` in a `with`.
    let statements: &[&str] = tx.dialect(
        &[concat!("with moved as (", advance_event!(), " returning seq) ", insert_update!(), " from moved")],
        &[advance_event!(), insert_update!()],
    );
    for &statement in statements {
        let written = execute!(
            tx,
            statement,
            [
                new.event.as_str(),
                update.seq,
                body.kind().as_str(),
                correction.map(|correction| json::text(&correction.voids)),
                correction.map(|correction| correction.reason.as_str()),
                op_id.map(OpId::as_str),
                new.author.0,
                At(update.time.at),
                body.data.get(),
                new.snapshot,
                new.summary,
                update.time.received_at.map(At)
            ]
        )?;
        if written == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Two statements, whatever the number of updates. They differ with it, so they are not kept prepared.
async fn append_several(
    tx: &mut Transaction,
    new: &NewUpdates<'_>,
    updates: &[NewUpdate<'_>],
) -> Result<bool, StorageError> {
    let [first, .., last] = updates else { return Ok(false) };
    let advanced = execute!(
        tx,
        "update events set seq = $2, snapshot = $3, summary = $4, last_update_at = $5 where id = $1 and seq = $6",
        [
            new.event.as_str(),
            last.update.seq,
            new.snapshot,
            new.summary,
            At(last.update.time.at),
            first.update.seq - 1,
        ],
    )?;
    if advanced == 0 {
        return Ok(false);
    }
    on!(tx, |tx| {
        let mut statement = QueryBuilder::new(
            "insert into updates (event_id, seq, kind, voids, reason, op_id, author, at, data, received_at) ",
        );
        statement.push_values(updates, |mut row, NewUpdate { update, op_id }| {
            let correction = update.body.correction.as_ref();
            row.push_bind(new.event.as_str())
                .push_bind(update.seq)
                .push_bind(update.body.kind().as_str())
                .push_bind(correction.map(|correction| json::text(&correction.voids)))
                .push_bind(correction.map(|correction| correction.reason.as_str()))
                .push_bind(op_id.map(OpId::as_str))
                .push_bind(new.author.0)
                .push_bind(At(update.time.at))
                .push_bind(update.body.data.get())
                .push_bind(update.time.received_at.map(At));
        });
        statement.build().persistent(false).execute(tx).await.map(|_| ())
    })?;
    Ok(true)
}
