//! Messages to a player about its points.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::EventId;

/// The status of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum PointsStatus {
    /// The points are in the total.
    Counted,
    /// The points wait for a reviewer's decision.
    Held,
    /// A reviewer approved the points.
    Approved,
    /// A reviewer rejected the points.
    Rejected,
}

/// The message to a player after each change of its points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PointsChange {
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// The points that changed.
    pub points: i64,
    /// The player's points in the event now.
    pub total: i64,
    /// The player's rank in the event; `null` before the first counted points.
    pub rank: Option<i64>,
    /// The status of the points.
    pub status: PointsStatus,
    /// Why the points are not in the total.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<Cow<'static, str>>,
}
