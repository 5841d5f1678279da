//! When that is done which is done over and over: much of it at one time, for an idle server's work is mostly to
//! wake up.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tokio::time::{Interval, MissedTickBehavior, interval_at};

/// Ticks at once, then at the multiples of a period since the program's start; what is missed is left out.
#[must_use]
pub fn every(period: Duration) -> Interval {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let mut ticks = interval_at((*START).into(), period);
    // This also keeps to the multiples.
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
        quick.tick().await;
        tokio::time::advance(Duration::from_millis(37)).await;
        let mut slow = every(Duration::from_millis(300));
        slow.tick().await;
        let (mut seen, mut together) = (Vec::new(), 0);
        while seen.len() < 8 {
            tokio::select! {
                biased;
                at = quick.tick() => seen.push(at),
                at = slow.tick() => {
                    assert_eq!(seen.last(), Some(&at));
                    together += 1;
                }
            }
        }
        assert!(seen.is_sorted());
        assert_eq!(seen[3] - seen[0], Duration::from_millis(300));
        assert!(together > 0);
    }
}
