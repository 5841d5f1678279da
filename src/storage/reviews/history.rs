//! What a reviewer sees next to a review: the player's other entries and reviews.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::id::{EventId, UserId};
use crate::domain::review::{HistoryEntry, OtherReview, ReviewStatus};
use crate::storage::values::broken;
use crate::storage::{Database, StorageError};

/// How many of a player's entries and reviews are shown.
const SHOWN: i64 = 20;

#[derive(FromRow)]
struct EntryRow {
    event_id: String,
    action: String,
    points: i64,
    held: bool,
    took_ms: i64,
    at: OffsetDateTime,
}

#[derive(FromRow)]
struct OtherRow {
    id: Uuid,
    event_id: String,
    status: String,
    reasons: String,
    created_at: OffsetDateTime,
}

/// A player's last entries, latest first.
///
/// # Errors
/// [`StorageError`].
pub async fn history(db: &Database, user: UserId) -> Result<Vec<HistoryEntry>, StorageError> {
    let rows = on!(db, |db| sqlx::query_as::<_, EntryRow>(
        "select event_id, action, points, held, took_ms, at from points where user_id = $1
         order by at desc, id desc limit $2"
    )
    .bind(user.0)
    .bind(SHOWN)
    .fetch_all(db)
    .await)?;
    let entry = |row: EntryRow| {
        Ok(HistoryEntry {
            event_id: event_id(&row.event_id)?,
            action: row.action,
            points: row.points,
            held: row.held,
            took_ms: row.took_ms,
            at: row.at,
        })
    };
    rows.into_iter().map(entry).collect()
}

/// A player's last reviews, latest first.
///
/// # Errors
/// [`StorageError`].
pub async fn others(db: &Database, user: UserId) -> Result<Vec<OtherReview>, StorageError> {
    let rows = on!(db, |db| sqlx::query_as::<_, OtherRow>(
        "select id, event_id, status, reasons, created_at from reviews where user_id = $1
         order by id desc limit $2"
    )
    .bind(user.0)
    .bind(SHOWN)
    .fetch_all(db)
    .await)?;
    let other = |row: OtherRow| {
        Ok(OtherReview {
            id: row.id,
            event_id: event_id(&row.event_id)?,
            status: ReviewStatus::from_word(&row.status).ok_or_else(|| broken("status of a review"))?,
            reasons: serde_json::from_str(&row.reasons).map_err(StorageError::corrupt)?,
            at: row.created_at,
        })
    };
    rows.into_iter().map(other).collect()
}

fn event_id(text: &str) -> Result<EventId, StorageError> {
    EventId::parse(text).map_err(|_| broken("event id"))
}
