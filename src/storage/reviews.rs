//! Reviews: one per held entry of the ledger, decided once.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::values::{At, broken};
use super::{Database, StorageError, Transaction};
use crate::domain::id::{EventId, UserId};
use crate::domain::json;
use crate::domain::review::{Decided, Decision, Player, Review, ReviewStatus};

mod history;

pub use history::{history, others};

#[derive(FromRow)]
struct ReviewRow {
    id: Uuid,
    event_id: String,
    user_id: Uuid,
    user_name: String,
    action: String,
    points: i64,
    at: OffsetDateTime,
    status: String,
    version: i64,
    reasons: String,
    evidence: String,
    decided_by: Option<Uuid>,
    decider_name: Option<String>,
    decided_at: Option<OffsetDateTime>,
    note: Option<String>,
}

/// The statement that selects reviews.
macro_rules! select_reviews {
    ($rest:literal) => {
        concat!(
            "select reviews.id, reviews.event_id, reviews.user_id, players.name as user_name, points.action,
                points.points, points.at, reviews.status, reviews.version, reviews.reasons, reviews.evidence,
                reviews.decided_by, deciders.name as decider_name, reviews.decided_at, reviews.note
             from reviews join points on points.id = reviews.entry_id
                join users as players on players.id = reviews.user_id
                left join users as deciders on deciders.id = reviews.decided_by ",
            $rest
        )
    };
}

impl ReviewRow {
    fn review(self) -> Result<Review, StorageError> {
        let by = self.decided_by.zip(self.decider_name).map(|(id, name)| Player { id: UserId(id), name });
        Ok(Review {
            id: self.id,
            event_id: EventId::parse(&self.event_id).map_err(|_| broken("event id"))?,
            player: Player { id: UserId(self.user_id), name: self.user_name },
            action: self.action,
            points: self.points,
            at: self.at,
            status: ReviewStatus::from_word(&self.status).ok_or_else(|| broken("status of a review"))?,
            reasons: serde_json::from_str(&self.reasons).map_err(StorageError::corrupt)?,
            evidence: serde_json::from_str(&self.evidence).map_err(StorageError::corrupt)?,
            version: self.version,
            decided: by.zip(self.decided_at).map(|(by, at)| Decided { by, at, note: self.note }),
        })
    }
}

/// Adds a pending review of a held entry.
///
/// # Errors
/// [`StorageError`].
pub async fn add(
    tx: &mut Transaction,
    entry_id: Uuid,
    review: &Review,
    at: OffsetDateTime,
) -> Result<(), StorageError> {
    let reasons = json::text(&review.reasons);
    on!(tx, |tx| {
        sqlx::query(
        "insert into reviews (id, entry_id, event_id, user_id, status, version, reasons, evidence, created_at)
         values ($1, $2, $3, $4, 'pending', $5, $6, $7, $8)",
    )
    .bind(review.id)
    .bind(entry_id)
    .bind(review.event_id.as_str())
    .bind(review.player.id.0)
    .bind(review.version)
    .bind(&reasons)
    .bind(review.evidence.to_string())
    .bind(At(at))
    .execute(tx)
    .await
    .map(|_| ())
    })
}

/// Finds a review.
///
/// # Errors
/// [`StorageError`].
pub async fn find(tx: &mut Transaction, id: Uuid) -> Result<Option<Review>, StorageError> {
    let row = on!(tx, |tx| sqlx::query_as::<_, ReviewRow>(select_reviews!("where reviews.id = $1"))
        .bind(id)
        .fetch_optional(tx)
        .await)?;
    row.map(ReviewRow::review).transpose()
}

/// Lists reviews, oldest first, filtered by event and status, that come after a given one.
///
/// # Errors
/// [`StorageError`].
pub async fn list(
    db: &Database,
    event_id: Option<&EventId>,
    status: Option<ReviewStatus>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Review>, StorageError> {
    let rows = on!(db, |db| sqlx::query_as::<_, ReviewRow>(select_reviews!(
        "where ($1 is null or reviews.event_id = $1) and ($2 is null or reviews.status = $2)
            and reviews.id > $3 order by reviews.id limit $4"
    ))
    .bind(event_id.map(EventId::as_str))
    .bind(status.map(ReviewStatus::as_str))
    .bind(after.unwrap_or(Uuid::nil()))
    .bind(limit)
    .fetch_all(db)
    .await)?;
    rows.into_iter().map(ReviewRow::review).collect()
}

/// Decides a pending review that is at this version. Returns false if it is not, or no longer.
///
/// # Errors
/// [`StorageError`].
pub async fn decide(
    tx: &mut Transaction,
    id: Uuid,
    version: i64,
    decision: Decision,
    by: UserId,
    note: Option<&str>,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    let decided = on!(tx, |tx| {
        sqlx::query(
        "update reviews set status = $3, version = version + 1, decided_by = $4, decided_at = $5, note = $6
         where id = $1 and version = $2 and status = 'pending'",
    )
    .bind(id)
    .bind(version)
    .bind(decision.status().as_str())
    .bind(by.0)
    .bind(At(at))
    .bind(note)
    .execute(tx)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(decided == 1)
}
