//! Periodic work, aligned so that timers fire together: an idle server's main cost is waking up.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// The period of checks while nothing happens; all of them fire together.
pub const IDLE: Duration = Duration::from_secs(1);

/// An interval that ticks immediately, then at multiples of its period since the program's start. Missed ticks are
/// skipped.
pub fn every(period: Duration) -> Interval {
    static START: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    let mut ticks = interval_at((*START).into(), period);
    // `Skip` also stays aligned to the multiples.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks
}

/// An interval that is slow while nothing happens. A notification makes it tick immediately, and then quickly for a
/// while: the work may take that long, and more is likely to follow.
pub struct AdaptiveInterval<'a> {
    notify: &'a Notify,
    quick: Interval,
    slow: Interval,
    quick_for: Duration,
    heard: Option<Instant>,
}

impl<'a> AdaptiveInterval<'a> {
    /// Creates an interval from its periods, and the time to tick quickly after a notification.
    pub fn new(notify: &'a Notify, quick: Duration, slow: Duration, quick_for: Duration) -> Self {
        Self { notify, quick: every(quick), slow: every(slow.max(quick)), quick_for, heard: None }
    }

    /// Waits for the next tick. Cancel safe.
    pub async fn tick(&mut self) {
        while self.heard.is_none_or(|heard| heard.elapsed() >= self.quick_for) {
            tokio::select! {
                _ = self.slow.tick() => return,
                () = self.notify.notified() => self.heard = Some(Instant::now()),
            }
        }
        self.quick.tick().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_interval_is_quick_for_a_while_after_a_notification() {
        const QUICK: Duration = Duration::from_millis(250);
        const SLOW: Duration = Duration::from_secs(1);
        let notify = Notify::new();
        let mut watch = AdaptiveInterval::new(&notify, QUICK, SLOW, SLOW);
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
        notify.notify_one();
        assert_eq!(ticks(1).await, before);
        assert!(ticks(4).await - before <= SLOW);
        // The missed tick, and then slow ones.
        ticks(1).await;
        assert!(ticks(2).await - before > SLOW * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn periods_that_divide_each_other_tick_together() {
        // A paused clock starts before the program's start time.
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
