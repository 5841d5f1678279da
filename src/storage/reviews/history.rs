//! What a reviewer sees next to a review: the player's other entries and reviews.

use crate::domain::id::UserId;
use crate::domain::review::{HistoryEntry, OtherReview};
use crate::storage::{Database, StorageError};

/// How many of a player's entries and reviews are shown.
const SHOWN: i64 = 20;

/// A player's last entries, latest first.
pub async fn history(db: &Database, user: UserId) -> Result<Vec<HistoryEntry>, StorageError> {
    let rows = fetch_all!(
        db,
        "select event_id, action, points, held, took_ms, at from points where user_id = $1
         order by at desc, id desc limit $2",
        [user.0, SHOWN]
    )?;
    let entry = |(event_id, action, points, held, took_ms, at)| HistoryEntry {
        event_id,
        action,
        points,
        held,
        took_ms,
        at,
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// A player's last reviews, latest first.
pub async fn others(db: &Database, user: UserId) -> Result<Vec<OtherReview>, StorageError> {
    let rows = fetch_all!(
        db,
        "select id, event_id, status, reasons, created_at from reviews where user_id = $1
         order by id desc limit $2",
        [user.0, SHOWN]
    )?;
    let other = |(id, event_id, status, reasons, at): (_, _, _, String, _)| {
        let reasons = serde_json::from_str(&reasons).map_err(StorageError::corrupt)?;
        Ok(OtherReview { id, event_id, status, reasons, at })
    };
    rows.into_iter().map(other).collect()
}
