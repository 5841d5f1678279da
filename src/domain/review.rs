//! Held points and reviewers' decisions.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use super::clock;
use super::id::{EventId, UserId};
use super::integrity::Rule;
use super::words::words;

/// The status of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ReviewStatus {
    /// Not decided yet.
    Pending,
    /// The points count.
    Approved,
    /// The points do not count.
    Rejected,
}

words!(ReviewStatus: Pending = "pending", Approved = "approved", Rejected = "rejected");

impl ReviewStatus {
    /// The decision.
    pub fn decision(self) -> Option<Decision> {
        match self {
            Self::Pending => None,
            Self::Approved => Some(Decision::Approve),
            Self::Rejected => Some(Decision::Reject),
        }
    }
}

/// A reviewer's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Decision {
    /// The points count, as of the time when they were earned.
    Approve,
    /// The points do not count.
    Reject,
}

impl Decision {
    /// The resulting status of the review.
    pub fn status(self) -> ReviewStatus {
        match self {
            Self::Approve => ReviewStatus::Approved,
            Self::Reject => ReviewStatus::Rejected,
        }
    }
}

/// The player that a review is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Player {
    /// The account's id.
    #[ts(type = "string")]
    pub id: UserId,
    /// Its name.
    pub name: String,
}

/// A review of a held action.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Review {
    /// Its id.
    #[ts(type = "string")]
    pub id: Uuid,
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// The player.
    pub player: Player,
    /// The action's name.
    pub action: String,
    /// The points that it earns.
    pub points: i64,
    /// When it was earned.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
    /// The status.
    pub status: ReviewStatus,
    /// The rules that the action meets.
    pub reasons: Vec<Rule>,
    /// The numbers behind each rule.
    #[ts(type = "Record<string, Record<string, number>>")]
    pub evidence: serde_json::Value,
    /// Grows with each change.
    pub version: i64,
    /// The decision; missing while the review is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub decided: Option<Decided>,
}

/// A decision that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Decided {
    /// The reviewer.
    pub by: Player,
    /// When the reviewer decided.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
    /// The reviewer's note, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// An entry of the player in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryEntry {
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// The action's name.
    pub action: String,
    /// The points.
    pub points: i64,
    /// Whether the points were held.
    pub held: bool,
    /// From start to completion, in milliseconds.
    pub took_ms: i64,
    /// When the points were earned.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
}

/// Another review of the player.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OtherReview {
    /// Its id.
    #[ts(type = "string")]
    pub id: Uuid,
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// The status.
    pub status: ReviewStatus,
    /// The rules that the action met.
    pub reasons: Vec<Rule>,
    /// When the action was held.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
}

/// A review with the context that a reviewer needs.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Case {
    /// The review.
    #[serde(flatten)]
    pub review: Review,
    /// The rules' explanations, in the same order.
    pub explanations: Vec<&'static str>,
    /// The player's last entries, the latest first.
    pub history: Vec<HistoryEntry>,
    /// The player's other reviews, the latest first.
    pub others: Vec<OtherReview>,
}
