//! When an update happened, and when it arrived: late feeds and matches entered afterwards say when it happened.

use thiserror::Error;
use time::{Duration, OffsetDateTime};

use super::clock;

/// How far a scorer's clock may be ahead of the server's.
const CLOCK_SKEW: Duration = Duration::seconds(5);

/// The times of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdateTime {
    /// When it happened.
    pub at: OffsetDateTime,
    /// When the server accepted it; `None` if that is `at`.
    pub received_at: Option<OffsetDateTime>,
}

/// Why an update's `at` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidTime {
    /// It is in the future.
    #[error("at is more than 5 s in the future of the server's clock")]
    Future,
    /// It is before the event's last update.
    #[error("at is before the at of the event's last update, {}", clock::to_millis(*last))]
    BeforeLast {
        /// The time of the last update.
        last: OffsetDateTime,
    },
}

impl UpdateTime {
    /// The times of an update that arrived `now`. `at` is when it happened, if the scorer says so, and `last` the time
    /// of the event's last update.
    pub fn new(
        at: Option<OffsetDateTime>,
        last: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) -> Result<Self, InvalidTime> {
        let Some(at) = at else { return Ok(Self::on_arrival(last, now)) };
        if at - now > CLOCK_SKEW {
            return Err(InvalidTime::Future);
        }
        match last {
            Some(last) if at < last => Err(InvalidTime::BeforeLast { last }),
            _ => Ok(Self { at, received_at: Some(now) }),
        }
    }

    /// Without `at`, an update happens as it arrives. If the last update is from a clock that is ahead, the log still
    /// does not go back. A longer way back is the server's own clock, which was set.
    fn on_arrival(last: Option<OffsetDateTime>, now: OffsetDateTime) -> Self {
        match last {
            Some(last) if last > now && last - now <= CLOCK_SKEW => Self { at: last, received_at: Some(now) },
            _ => Self { at: now, received_at: None },
        }
    }

    /// When the server accepted it.
    pub fn accepted_at(self) -> OffsetDateTime {
        self.received_at.unwrap_or(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_happens_between_the_last_one_and_now() {
        let time = |millis: i64| clock::from_millis(millis).expect("a time");
        let now = time(100_000);
        for (at, last, expected) in [
            (None, None, Ok((100_000, None))),
            (None, Some(99_999), Ok((100_000, None))),
            (None, Some(105_000), Ok((105_000, Some(now)))),
            (None, Some(105_001), Ok((100_000, None))),
            (Some(1), None, Ok((1, Some(now)))),
            (Some(100_000), None, Ok((100_000, Some(now)))),
            (Some(70_000), Some(70_000), Ok((70_000, Some(now)))),
            (Some(69_999), Some(70_000), Err(InvalidTime::BeforeLast { last: time(70_000) })),
            (Some(105_000), Some(104_000), Ok((105_000, Some(now)))),
            (Some(105_001), None, Err(InvalidTime::Future)),
        ] {
            let found = UpdateTime::new(at.map(time), last.map(time), now);
            let expected = expected.map(|(at, received_at)| UpdateTime { at: time(at), received_at });
            assert_eq!(found, expected, "{at:?} after {last:?}");
        }
    }
}
