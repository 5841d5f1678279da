//! Waits: how long is left of one that began at some time, whatever was done to the clock since.
//!
//! A stored time may lie in the future: the clock was set back since, or another node's clock is ahead. A wait that began
//! a little in the future begins now. One that began further in the future began nobody knows when, and is over. So
//! no wait is longer than its own length, but for [`APART`].

use std::time::Duration;

use time::OffsetDateTime;

/// How far the clocks of two nodes may be apart. A time further in the future is that of a clock that was set back.
pub const APART: Duration = Duration::from_secs(2);

/// What is left of a wait of this length; `None`: it is over.
#[must_use]
pub fn left(began: OffsetDateTime, length: Duration, now: OffsetDateTime) -> Option<Duration> {
    if is_ahead(began, now) {
        return None;
    }
    let elapsed = Duration::try_from(now - began).unwrap_or_default();
    remaining(elapsed, length)
}

/// What is left of a wait of this length after this time; `None`: it is over.
#[must_use]
pub fn remaining(elapsed: Duration, length: Duration) -> Option<Duration> {
    length.checked_sub(elapsed).filter(|left| !left.is_zero())
}

/// Whether a time lies so far in the future that the clock must have been set back since.
#[must_use]
pub fn is_ahead(time: OffsetDateTime, now: OffsetDateTime) -> bool {
    time > latest(now)
}

/// The latest time at which something can have happened by now, on whatever node.
#[must_use]
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
        // (milliseconds from its beginning to now, by the clock; what is left)
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
