//! Wire types of points: actions, leaderboards and reviews.

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use super::texts::{optional_word, word};
use crate::domain::id::EventId;
use crate::domain::leaderboard::{Board, Standing};
use crate::domain::points::{PointsChange, PointsStatus};
use crate::domain::review::{Case, Decision, ReviewStatus};

/// `action:start`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionStart {
    /// The event; may be omitted if the client is in exactly one.
    pub event_id: Option<EventId>,
    /// The action's name.
    pub action: String,
}

/// The answer to `action:start`.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActionStarted<'a> {
    /// The ticket to send with `action:complete`. It works once.
    pub ticket: &'a str,
    /// The shortest time until the action can be completed, in milliseconds.
    pub min_ms: u32,
    /// When the ticket expires, in milliseconds since the Unix epoch.
    pub expires_at: i64,
}

/// `action:complete`.
#[derive(Debug, Deserialize)]
pub struct ActionComplete {
    /// The ticket from `action:start`.
    pub ticket: String,
}

/// The answer to `action:complete`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct ActionCompleted {
    /// Whether the points count or wait for a reviewer.
    pub status: PointsStatus,
    /// The points the action earns.
    pub points: i64,
    /// The player's points in the event.
    pub total: i64,
    /// The player's rank in the event; `null` before the first counted points.
    pub rank: Option<i64>,
}

impl From<PointsChange> for ActionCompleted {
    fn from(change: PointsChange) -> Self {
        let PointsChange { points, total, rank, status, .. } = change;
        Self { status, points, total, rank }
    }
}

/// `leaderboard`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaderboardRequest {
    /// The event; `null` means overall. If omitted: the client's only event, or else overall.
    #[serde(default, deserialize_with = "given_event")]
    pub event_id: Option<Option<EventId>>,
    /// The competition, in place of an event.
    pub competition: Option<EventId>,
}

/// The answer to `leaderboard`, and to `GET /api/leaderboard`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct LeaderboardAnswer {
    /// The top ten.
    #[serde(flatten)]
    pub board: Board,
    /// The signed-in player's own rank and points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub you: Option<Standing>,
}

/// `review:list`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewList {
    /// Only reviews of this event.
    pub event_id: Option<EventId>,
    /// Only reviews with this status.
    #[serde(default, deserialize_with = "optional_word")]
    pub status: Option<ReviewStatus>,
    /// Only reviews after this one: `next` of the previous page.
    pub after: Option<Uuid>,
}

/// The answer to `review:list`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct ReviewsAnswer {
    /// The reviews, oldest first.
    pub reviews: Vec<Case>,
    /// The value to pass as `after` for the next page; `null` on the last page.
    #[ts(type = "string | null")]
    pub next: Option<Uuid>,
}

/// `review:decide`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewDecide {
    /// The review.
    pub review_id: Uuid,
    /// The decision on the points.
    #[serde(deserialize_with = "word")]
    pub decision: Decision,
    /// A note on the decision, for people.
    pub note: Option<String>,
}

/// The answer to `review:decide`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct ReviewAnswer {
    /// The review as it is now.
    pub review: Case,
}

/// Deserializes a field that is present, possibly as `null`.
#[expect(clippy::option_option, reason = "the field has three states: missing, null, or an event")]
fn given_event<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<EventId>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
