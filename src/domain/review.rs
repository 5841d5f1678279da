//! Held points, and what a reviewer makes of them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use super::clock;
use super::id::{EventId, UserId};
use super::integrity::Rule;

/// Where a review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ReviewStatus {
    /// Nobody has decided.
    Pending,
    /// The points count.
    Approved,
    /// The points do not count.
    Rejected,
}

impl ReviewStatus {
    /// The word for it, on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The status that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Rejected].into_iter().find(|status| status.as_str() == word)
    }

    /// What was decided.
    #[must_use]
    pub fn decision(self) -> Option<Decision> {
        match self {
            Self::Pending => None,
            Self::Approved => Some(Decision::Approve),
            Self::Rejected => Some(Decision::Reject),
        }
    }
}

/// What a reviewer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Decision {
    /// The points count, from when they were earned.
    Approve,
    /// The points do not count.
    Reject,
}

impl Decision {
    /// What becomes of the review.
    #[must_use]
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
    /// What it calls itself.
    pub name: String,
}

/// A held action.
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
    /// Whose points they are.
    pub player: Player,
    /// What was done.
    pub action: String,
    /// What it is worth.
    #[ts(type = "number")]
    pub points: i64,
    /// When it was earned.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
    /// Where it stands.
    pub status: ReviewStatus,
    /// The rules that speak against it.
    pub reasons: Vec<Rule>,
    /// What each of them saw, in numbers.
    #[ts(type = "Record<string, Record<string, number>>")]
    pub evidence: serde_json::Value,
    /// Grows with each change.
    #[ts(type = "number")]
    pub version: i64,
    /// What was decided by whom; none while it is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub decided: Option<Decided>,
}

/// A decision that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Decided {
    /// The reviewer.
    pub by: Player,
    /// When.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
    /// Why, where the reviewer said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// One of a player's last entries in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryEntry {
    /// In which event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// For what.
    pub action: String,
    /// How many points.
    #[ts(type = "number")]
    pub points: i64,
    /// Whether they were held.
    pub held: bool,
    /// From start to completion, in milliseconds.
    #[ts(type = "number")]
    pub took_ms: i64,
    /// When they were earned.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
}

/// Another review of a player.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OtherReview {
    /// Its id.
    #[ts(type = "string")]
    pub id: Uuid,
    /// In which event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// Where it stands.
    pub status: ReviewStatus,
    /// The rules that spoke against it.
    pub reasons: Vec<Rule>,
    /// When the action was held.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
}

/// A review with what a reviewer wants to see beside it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Case {
    /// The review.
    #[serde(flatten)]
    pub review: Review,
    /// What the rules say, in words, in their order.
    pub explanations: Vec<&'static str>,
    /// The player's last entries, the latest first.
    pub history: Vec<HistoryEntry>,
    /// The player's other reviews, the latest first.
    pub others: Vec<OtherReview>,
}
