//! When that is done which is done over and over: much of it at one time, for an idle server's work is mostly to
//! wake up.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// Ticks at the multiples of a period since the program's start; what is missed is left out.
#[must_use]
pub fn every(period: Duration) -> Interval {
    static START: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    let now = Instant::now();
    let past = now.duration_since(Instant::from_std(*START)).as_nanos() % period.as_nanos();
    let rest = period.saturating_sub(Duration::from_nanos(u64::try_from(past).unwrap_or(0)));
    let mut ticks = interval_at(now + rest, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn periods_that_divide_each_other_tick_together() {
        // Such a clock stands before the program's start.
        drop(every(Duration::from_millis(100)));
        tokio::time::advance(Duration::from_mins(1)).await;
        let mut quick = every(Duration::from_millis(100));
        tokio::time::advance(Duration::from_millis(37)).await;
        let mut slow = every(Duration::from_millis(300));
        let mut seen = Vec::new();
        while seen.len() < 4 {
            tokio::select! {
                biased;
                at = quick.tick() => seen.push(at),
                at = slow.tick() => assert_eq!(seen.last(), Some(&at)),
            }
        }
        assert!(seen.is_sorted());
        assert_eq!(seen[3] - seen[0], Duration::from_millis(300));
    }
}
