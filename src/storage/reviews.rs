//! Reviews: one per held entry of the ledger, decided once.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::values::At;
use super::{Database, StorageError, Transaction};
use crate::domain::id::{EventId, UserId};
use crate::domain::json;
use crate::domain::review::{Decided, Decision, Player, Review, ReviewStatus};

mod history;

pub use history::{history, others};

#[derive(FromRow)]
struct ReviewRow {
    id: Uuid,
    event_id: EventId,
    user_id: UserId,
    user_name: String,
    action: String,
    points: i64,
    at: OffsetDateTime,
    status: ReviewStatus,
    version: i64,
    reasons: String,
    evidence: String,
    decided_by: Option<UserId>,
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
        let by = self.decided_by.zip(self.decider_name).map(|(id, name)| Player { id, name });
        Ok(Review {
            id: self.id,
            event_id: self.event_id,
            player: Player { id: self.user_id, name: self.user_name },
            action: self.action,
            points: self.points,
            at: self.at,
            status: self.status,
            reasons: serde_json::from_str(&self.reasons).map_err(StorageError::corrupt)?,
            evidence: serde_json::from_str(&self.evidence).map_err(StorageError::corrupt)?,
            version: self.version,
            decided: by.zip(self.decided_at).map(|(by, at)| Decided { by, at, note: self.note }),
        })
    }
}

/// Adds a pending review of a held entry.
pub async fn add(
    tx: &mut Transaction,
    entry_id: Uuid,
    review: &Review,
    at: OffsetDateTime,
) -> Result<(), StorageError> {
    let reasons = json::text(&review.reasons);
    execute!(
        tx,
        "insert into reviews
            (id, entry_id, event_id, user_id, status, version, reasons, evidence, created_at)
         values ($1, $2, $3, $4, 'pending', $5, $6, $7, $8)",
        [
            review.id,
            entry_id,
            review.event_id.as_str(),
            review.player.id.0,
            review.version,
            &reasons,
            review.evidence.to_string(),
            At(at)
        ]
    )
    .map(|_| ())
}

/// Finds a review.
pub async fn find(tx: &mut Transaction, id: Uuid) -> Result<Option<Review>, StorageError> {
    let row = fetch_optional!(tx, select_reviews!("where reviews.id = $1"), [id])?;
    row.map(ReviewRow::review).transpose()
}

/// Lists reviews, oldest first, filtered by event and status, that come after a given one.
pub async fn list(
    db: &Database,
    event_id: Option<&EventId>,
    status: Option<ReviewStatus>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Review>, StorageError> {
    let rows = fetch_all!(
        db,
        select_reviews!(
            "where ($1 is null or reviews.event_id = $1) and ($2 is null or reviews.status = $2)
            and reviews.id > $3 order by reviews.id limit $4"
        ),
        [
            event_id.map(EventId::as_str),
            status.map(ReviewStatus::as_str),
            after.unwrap_or(Uuid::nil()),
            limit
        ]
    )?;
    rows.into_iter().map(ReviewRow::review).collect()
}

/// Decides a pending review that is at this version. Returns false if it is not, or no longer.
pub async fn decide(
    tx: &mut Transaction,
    id: Uuid,
    version: i64,
    decision: Decision,
    by: UserId,
    note: Option<&str>,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    execute!(
        tx,
        "update reviews set status = $3, version = version + 1, decided_by = $4, decided_at = $5, note = $6
         where id = $1 and version = $2 and status = 'pending'",
        [id, version, decision.status().as_str(), by.0, At(at), note]
    )
    .map(|rows| rows == 1)
}
