//! A token bucket that refills over time, by the generic cell rate algorithm (ITU-T I.371).

use std::time::{Duration, Instant};

use super::limit::Rate;

/// The state of a limit. It holds as many tokens as the rate's count, and refills within the rate's period.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    full_at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub fn full(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// The time until a token is available; `None` if one is.
    pub fn wait(&self, rate: Rate, now: Instant) -> Option<Duration> {
        let fills_in = self.full_at.saturating_duration_since(now) + each(rate);
        fills_in.checked_sub(rate.per).filter(|wait| !wait.is_zero())
    }

    /// Takes a token, which must be available.
    pub fn take(&mut self, rate: Rate, now: Instant) {
        self.full_at = self.full_at.max(now) + each(rate);
    }

    /// Puts a token back.
    pub fn refund(&mut self, rate: Rate) {
        self.full_at = self.full_at.checked_sub(each(rate)).unwrap_or(self.full_at);
    }

    /// Whether it is full; then it need not be stored.
    pub fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }
}

/// The time to refill one token.
fn each(rate: Rate) -> Duration {
    (rate.per / rate.count.max(1)).max(Duration::from_nanos(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bucket: &mut Bucket, rate: Rate, now: Instant) -> Option<Duration> {
        let wait = bucket.wait(rate, now);
        if wait.is_none() {
            bucket.take(rate, now);
        }
        wait
    }

    #[test]
    fn a_bucket_gives_its_tokens_and_refills_one_at_a_time() {
        for rate in ["5/1h", "3/10s", "1/60s", "7/1s"] {
            let rate: Rate = rate.parse().expect("a rate");
            let start = Instant::now();
            let mut bucket = Bucket::full(start);
            for _ in 0..rate.count {
                assert_eq!(taken(&mut bucket, rate, start), None);
            }
            let wait = taken(&mut bucket, rate, start).expect("it is empty");
            assert!(wait <= rate.per / rate.count, "{rate}: {wait:?}");
            let earlier = wait.saturating_sub(Duration::from_nanos(1));
            assert!(taken(&mut bucket, rate, start + earlier).is_some());
            assert_eq!(taken(&mut bucket, rate, start + wait), None);
            assert!(!bucket.is_full(start + wait) && bucket.is_full(start + wait + rate.per));
        }
    }

    #[test]
    fn a_refunded_token_can_be_taken_again() {
        let (rate, start): (Rate, _) = ("2/1h".parse().expect("a rate"), Instant::now());
        let mut bucket = Bucket::full(start);
        bucket.take(rate, start);
        bucket.take(rate, start);
        bucket.refund(rate);
        assert_eq!(taken(&mut bucket, rate, start), None);
        assert!(taken(&mut bucket, rate, start).is_some());
    }
}
