//! The clock, and how times are encoded.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde::{Deserialize, Deserializer, Serialize as _, Serializer};
use time::OffsetDateTime;

/// The time in UTC, to the millisecond: the precision of the wire and of both databases.
pub fn now() -> OffsetDateTime {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    let now = OffsetDateTime::now_utc();
    now.truncate_to_millisecond()
}

/// A moment by two clocks: the wall clock, which may be set, and a monotonic clock, which is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The time in UTC.
    pub time: OffsetDateTime,
    /// The time since an arbitrary start. Comparable only within one process.
    pub steady: Duration,
}

/// The current moment.
pub fn moment() -> Moment {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    Moment { time: now(), steady: START.elapsed() }
}

impl From<OffsetDateTime> for Moment {
    /// A moment at which both clocks agree.
    fn from(time: OffsetDateTime) -> Self {
        let steady = Duration::try_from(time - OffsetDateTime::UNIX_EPOCH).unwrap_or_default();
        Self { time, steady }
    }
}

/// Milliseconds since the Unix epoch in UTC, as on the wire.
pub fn to_millis(time: OffsetDateTime) -> i64 {
    // All times that `OffsetDateTime` can hold fit in 64 bits of milliseconds.
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// The time for a number of milliseconds since the Unix epoch.
pub fn from_millis(millis: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok()
}

/// Writes a time as milliseconds since the Unix epoch, for `#[serde(serialize_with)]`.
pub fn as_millis<S: Serializer>(time: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(to_millis(*time))
}

/// Writes an optional time as milliseconds.
pub fn as_optional_millis<S: Serializer>(
    time: &Option<OffsetDateTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(to_millis).serialize(serializer)
}

/// Reads a time that [`as_millis`] wrote, for `#[serde(deserialize_with)]`.
///
/// # Errors
/// The deserializer's errors, and one for a time out of range.
pub fn of_millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    from_millis(i64::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom("expected a time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_the_wire() {
        let time = now();
        assert_eq!(from_millis(to_millis(time)), Some(time));
        assert_eq!(from_millis(i64::MAX), None);
    }
}
