//! Messages in events' rooms.

use time::OffsetDateTime;
use uuid::Uuid;

use super::backend::{Backend, with_timeout};
use super::values::At;
use super::{Database, StorageError, Transaction};
use crate::domain::id::EventId;
use crate::domain::message::RoomMessage;

/// Saves a message. Repeating it changes nothing.
pub async fn add(tx: &mut Transaction, event: &EventId, message: &RoomMessage) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into messages (id, event_id, author, name, text, official, at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing",
        [
            message.message_id,
            event.as_str(),
            message.author.0,
            &message.name,
            &message.text,
            message.official,
            At(message.at)
        ]
    )
    .map(|_| ())
}

/// The latest messages of an event that were not deleted, oldest first.
pub async fn recent(db: &Database, event: &EventId, limit: usize) -> Result<Vec<RoomMessage>, StorageError> {
    let mut rows = fetch_all!(
        db,
        "select id, author, name, text, official, at from messages
         where event_id = $1 and deleted_at is null order by id desc limit $2",
        [event.as_str(), i64::try_from(limit).unwrap_or(i64::MAX)]
    )?;
    rows.reverse();
    let message = |(message_id, author, name, text, official, at)| RoomMessage {
        message_id,
        author,
        name,
        text,
        at,
        official,
    };
    Ok(rows.into_iter().map(message).collect())
}

/// Marks a message of an event as deleted, and keeps its row. Returns false if it does not exist or is already
/// deleted.
pub async fn delete(
    tx: &mut Transaction,
    event: &EventId,
    message: Uuid,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    execute!(
        tx,
        "update messages set deleted_at = $3 where id = $1 and event_id = $2 and deleted_at is null",
        [message, event.as_str(), At(at)]
    )
    .map(|rows| rows == 1)
}

/// Which of these messages another process has deleted. Always empty on SQLite.
pub async fn list_deleted(db: &Database, messages: &[Uuid]) -> Result<Vec<Uuid>, StorageError> {
    let Backend::Postgres(pool) = db.executor() else { return Ok(Vec::new()) };
    let deleted = sqlx::query_scalar("select id from messages where id = any($1) and deleted_at is not null")
        .bind(messages)
        .fetch_all(pool);
    let _place = db.enter().await?;
    Ok(with_timeout(db.statement_timeout(), deleted).await?)
}
