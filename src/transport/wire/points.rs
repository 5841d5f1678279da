//! Wire types of points: actions, boards and reviews.

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
    /// The event, or nothing where the client is in exactly one.
    #[serde(default)]
    pub event_id: Option<EventId>,
    /// The action's name.
    pub action: String,
}

/// The answer to `action:start`.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActionStarted<'a> {
    /// What completes the action, once.
    pub ticket: &'a str,
    /// The least time until then, in milliseconds.
    pub min_ms: u32,
    /// Until when it can be completed, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub expires_at: i64,
}

/// `action:complete`.
#[derive(Debug, Deserialize)]
pub struct ActionComplete {
    /// What `action:start` answered.
    pub ticket: String,
}

/// The answer to `action:complete`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct ActionCompleted {
    /// Whether the points count, or wait for a reviewer.
    pub status: PointsStatus,
    /// What the action is worth.
    #[ts(type = "number")]
    pub points: i64,
    /// The player's points in the event.
    #[ts(type = "number")]
    pub total: i64,
    /// The player's place in the event; none before the first counted points.
    #[ts(type = "number | null")]
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
    /// The event; `null` is overall; left out, the one joined event, or overall.
    #[serde(default, deserialize_with = "given_event")]
    pub event_id: Option<Option<EventId>>,
}

/// The answer to `leaderboard`, and to `GET /api/leaderboard`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct LeaderboardAnswer {
    /// The ten.
    #[serde(flatten)]
    pub board: Board,
    /// Where a signed-in player stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub you: Option<Standing>,
}

/// `review:list`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewList {
    /// Only those of this event.
    #[serde(default)]
    pub event_id: Option<EventId>,
    /// Only these.
    #[serde(default, deserialize_with = "optional_word")]
    pub status: Option<ReviewStatus>,
    /// Only those after this one: `next` of the page before.
    #[serde(default)]
    pub after: Option<Uuid>,
}

/// The answer to `review:list`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct ReviewsAnswer {
    /// Reviews, the oldest first.
    pub reviews: Vec<Case>,
    /// What to pass as `after` for the next page; `null` where there is none.
    #[ts(type = "string | null")]
    pub next: Option<Uuid>,
}

/// `review:decide`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewDecide {
    /// Which.
    pub review_id: Uuid,
    /// What becomes of the points.
    #[serde(deserialize_with = "word")]
    pub decision: Decision,
    /// Why.
    #[serde(default)]
    pub note: Option<String>,
}

/// The answer to `review:decide`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct ReviewAnswer {
    /// The review as it is now.
    pub review: Case,
}

/// A field that is given, perhaps as `null`.
#[expect(clippy::option_option, reason = "the field's own type: not given, null, or an event")]
fn given_event<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<EventId>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
