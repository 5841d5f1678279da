//! Messages in events' rooms.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::backend::{Backend, with_timeout};
use super::values::At;
use super::{Database, StorageError, Transaction};
use crate::domain::id::{EventId, UserId};
use crate::domain::message::RoomMessage;

/// A row of `messages`.
#[derive(FromRow)]
struct MessageRow {
    id: Uuid,
    author: Uuid,
    name: String,
    text: String,
    official: bool,
    at: OffsetDateTime,
}

impl MessageRow {
    fn message(self) -> RoomMessage {
        let Self { id, author, name, text, official, at } = self;
        RoomMessage { message_id: id, author: UserId(author), name, text, at, official }
    }
}

/// Saves a message. Repeating it changes nothing.
///
/// # Errors
/// [`StorageError`].
pub async fn add(tx: &mut Transaction, event: &EventId, message: &RoomMessage) -> Result<(), StorageError> {
    on!(tx, |tx| sqlx::query(
        "insert into messages (id, event_id, author, name, text, official, at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing",
    )
    .bind(message.message_id)
    .bind(event.as_str())
    .bind(message.author.0)
    .bind(&message.name)
    .bind(&message.text)
    .bind(message.official)
    .bind(At(message.at))
    .execute(tx)
    .await
    .map(|_| ()))
}

/// The latest messages of an event that were not deleted, oldest first.
///
/// # Errors
/// [`StorageError`].
pub async fn recent(db: &Database, event: &EventId, limit: usize) -> Result<Vec<RoomMessage>, StorageError> {
    let mut rows = on!(db, |db| sqlx::query_as::<_, MessageRow>(
        "select id, author, name, text, official, at from messages
         where event_id = $1 and deleted_at is null order by id desc limit $2",
    )
    .bind(event.as_str())
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await)?;
    rows.reverse();
    Ok(rows.into_iter().map(MessageRow::message).collect())
}

/// Marks a message of an event as deleted, and keeps its row. Returns false if it does not exist or is already
/// deleted.
///
/// # Errors
/// [`StorageError`].
pub async fn delete(
    tx: &mut Transaction,
    event: &EventId,
    message: Uuid,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    let deleted = on!(tx, |tx| sqlx::query(
        "update messages set deleted_at = $3 where id = $1 and event_id = $2 and deleted_at is null",
    )
    .bind(message)
    .bind(event.as_str())
    .bind(At(at))
    .execute(tx)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deleted == 1)
}

/// Which of these messages another process has deleted. Always empty on SQLite.
///
/// # Errors
/// [`StorageError`].
pub async fn list_deleted(db: &Database, messages: &[Uuid]) -> Result<Vec<Uuid>, StorageError> {
    let Backend::Postgres(pool) = db.executor() else { return Ok(Vec::new()) };
    let deleted = sqlx::query_scalar("select id from messages where id = any($1) and deleted_at is not null")
        .bind(messages)
        .fetch_all(pool);
    let _place = db.enter().await?;
    Ok(with_timeout(db.statement_timeout(), deleted).await?)
}
