//! Statistics of an event's viewers over time.

use std::time::Duration;

use serde::Serialize;
use time::OffsetDateTime;
use ts_rs::TS;
use utoipa::ToSchema;

use super::clock;

/// The time between points, in seconds.
pub const POINT_EVERY_S: u64 = 10;

/// The viewers at a moment, and the reactions since the previous point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct CrowdPoint {
    /// When, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    #[schema(value_type = i64)]
    pub at: OffsetDateTime,
    /// All viewers.
    pub total: i64,
    /// Viewers with an account.
    pub users: i64,
    /// Viewers without one.
    pub guests: i64,
    /// Reactions since the previous point.
    pub reactions: i64,
}

/// Statistics of an event's viewers.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct CrowdStats {
    /// The most viewers at any point.
    pub peak: i64,
    /// The mean over all points, in viewers.
    pub average: f64,
    /// The last points, oldest first. There are none for times without viewers.
    pub points: Vec<CrowdPoint>,
}

/// How early a point may be taken, because waits are measured by another clock than points.
const EARLY: Duration = Duration::from_secs(1);

/// The time of the last point, or of the next one if it is about to be due. All nodes' points fall on the same
/// seconds.
pub fn point_at(now: OffsetDateTime) -> OffsetDateTime {
    let seconds = (now + EARLY).unix_timestamp();
    let every = i64::try_from(POINT_EVERY_S).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds - seconds.rem_euclid(every)).unwrap_or(now)
}

/// The time to wait for the point after that.
pub fn until_next_point(now: OffsetDateTime) -> Duration {
    let every = Duration::from_secs(POINT_EVERY_S);
    Duration::try_from(point_at(now) + every - now).unwrap_or(every)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_fall_on_round_seconds() {
        for (now, at) in [(0, 0), (1, 0), (8_999, 0), (9_000, 10), (10_000, 10), (18_999, 10), (-1_001, -10)]
        {
            let now = clock::from_millis(now).expect("a time");
            assert_eq!(point_at(now).unix_timestamp(), at);
            let next = now + until_next_point(now);
            assert_eq!(next, point_at(now) + Duration::from_secs(POINT_EVERY_S));
        }
    }
}
