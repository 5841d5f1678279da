//! What a player is told of its points.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::EventId;

/// What became of points, as the player is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum PointsStatus {
    /// They are in the total.
    Counted,
    /// A reviewer is to decide.
    Held,
    /// A reviewer has let them count.
    Approved,
    /// A reviewer has refused them.
    Rejected,
}

/// What a player is told after each change of its points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PointsChange {
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// The points that this is about.
    #[ts(type = "number")]
    pub points: i64,
    /// The player's points in the event now.
    #[ts(type = "number")]
    pub total: i64,
    /// The player's place in the event; none before the first counted points.
    #[ts(type = "number | null")]
    pub rank: Option<i64>,
    /// What became of the points.
    pub status: PointsStatus,
    /// Why they are not in the total.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<Cow<'static, str>>,
}
