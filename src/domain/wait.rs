//! Remaining waiting times that stay correct when the clock is set.
//!
//! A stored time may lie in the future, if the clock was set back or another node's clock is ahead. A wait that began
//! slightly in the future begins now. If it began further in the future, its start is unknown, and it is over. So no
//! wait is longer than its length plus [`APART`].

use std::time::Duration;

use time::OffsetDateTime;

/// How far two nodes' clocks may differ. A time further in the future means that the clock was set back.
pub const APART: Duration = Duration::from_secs(2);

/// The rest of a wait; `None` if it is over.
pub fn left(began: OffsetDateTime, length: Duration, now: OffsetDateTime) -> Option<Duration> {
    if is_ahead(began, now) {
        return None;
    }
    let elapsed = Duration::try_from(now - began).unwrap_or_default();
    remaining(elapsed, length)
}

/// The rest of a wait after `elapsed`; `None` if it is over.
pub fn remaining(elapsed: Duration, length: Duration) -> Option<Duration> {
    length.checked_sub(elapsed).filter(|left| !left.is_zero())
}

/// Whether a time lies so far in the future that the clock must have been set back.
pub fn is_ahead(time: OffsetDateTime, now: OffsetDateTime) -> bool {
    time > latest(now)
}

/// The latest time that any node's clock can show now.
pub fn latest(now: OffsetDateTime) -> OffsetDateTime {
    now + APART
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::from_millis;

    #[test]
    fn no_wait_is_longer_than_its_length_whatever_the_clock_does() {
        const MINUTE: u64 = 60_000;
        const HOUR: i64 = 3_600_000;
        let (began, minute) = (from_millis(10 * HOUR).expect("a time"), Duration::from_millis(MINUTE));
        // (milliseconds by the clock since its start, the rest)
        for (since, wanted) in [
            (0, Some(MINUTE)),
            (1, Some(MINUTE - 1)),
            (59_999, Some(1)),
            (60_000, None),
            (HOUR, None),
            // Another node's clock is a little ahead.
            (-1, Some(MINUTE)),
            (-2_000, Some(MINUTE)),
            // The clock was set back.
            (-2_001, None),
            (-60_000, None),
            (-HOUR, None),
        ] {
            let now = began + time::Duration::milliseconds(since);
            assert_eq!(left(began, minute, now), wanted.map(Duration::from_millis), "after {since} ms");
        }
        assert_eq!(left(began, Duration::ZERO, began), None);
    }
}
