//! When that is done which is done over and over: much of it at one time, for an idle server's work is mostly to
//! wake up.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// How often it is looked around while nothing happens: all looks in one waking up.
pub const IDLE: Duration = Duration::from_secs(1);

/// Ticks at once, then at the multiples of a period since the program's start; what is missed is left out.
#[must_use]
pub fn every(period: Duration) -> Interval {
    static START: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    let mut ticks = interval_at((*START).into(), period);
    // This also keeps to the multiples.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks
}

/// Ticks slowly while nothing happens. Told that something did, it ticks at once, and quickly for a while: what
/// happened may take that long to be done with, and more is likely to happen.
pub struct AdaptiveInterval<'a> {
    told: &'a Notify,
    quick: Interval,
    slow: Interval,
    quick_for: Duration,
    heard: Option<Instant>,
}

impl<'a> AdaptiveInterval<'a> {
    /// Its periods, and for how long it ticks quickly after it was told.
    #[must_use]
    pub fn new(told: &'a Notify, quick: Duration, slow: Duration, quick_for: Duration) -> Self {
        Self { told, quick: every(quick), slow: every(slow.max(quick)), quick_for, heard: None }
    }

    /// Waits for the next tick. A tick that is not waited for to the end is not lost.
    pub async fn tick(&mut self) {
        while self.heard.is_none_or(|heard| heard.elapsed() >= self.quick_for) {
            tokio::select! {
                _ = self.slow.tick() => return,
                () = self.told.notified() => self.heard = Some(Instant::now()),
            }
        }
        self.quick.tick().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_watch_is_quick_for_a_while_after_it_was_told() {
        const QUICK: Duration = Duration::from_millis(250);
        const SLOW: Duration = Duration::from_secs(1);
        let told = Notify::new();
        let mut watch = AdaptiveInterval::new(&told, QUICK, SLOW, SLOW);
        tokio::time::advance(Duration::from_mins(1)).await;
        watch.tick().await;
        let start = Instant::now();
        let mut ticks = async |count: usize| {
            for _ in 0..count {
                watch.tick().await;
            }
            Instant::now()
        };
        assert!(ticks(3).await - start > SLOW * 2);
        let before = Instant::now();
        told.notify_one();
        assert_eq!(ticks(1).await, before);
        assert!(ticks(4).await - before <= SLOW);
        // The one that was missed meanwhile, and then slow ones.
        ticks(1).await;
        assert!(ticks(2).await - before > SLOW * 2);
    }

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
