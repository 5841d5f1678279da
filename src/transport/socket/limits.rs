//! How much a client may send: one bucket of tokens for each limit and each user. A bucket that is full again is
//! forgotten.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config::Limits as LimitSettings;
use crate::domain::id::UserId;
use crate::domain::limit::Rate;
use crate::services::error::ServiceError;
use crate::transport::error::Failure;

/// The limits of what clients of `/` send.
pub struct Limits {
    /// Actions that are started. (Their completion is bounded by the tickets.)
    pub actions: Buckets<UserId>,
}

impl Limits {
    /// The limits as they are set.
    #[must_use]
    pub fn new(settings: &LimitSettings) -> Self {
        Self { actions: Buckets::new(settings.action_rate) }
    }

    /// Forgets the buckets that are full.
    pub fn shrink(&self) {
        self.actions.shrink();
    }
}

/// The buckets of one limit.
pub struct Buckets<K: Clone + Hash + Eq> {
    limiter: DefaultKeyedRateLimiter<K>,
}

impl<K: Clone + Hash + Eq> Buckets<K> {
    fn new(rate: Rate) -> Self {
        Self { limiter: RateLimiter::keyed(quota(rate)) }
    }

    /// Takes one token.
    ///
    /// # Errors
    /// `rate_limited`, with the time after which there is one.
    pub fn take(&self, key: &K) -> Result<(), Failure> {
        self.limiter.check_key(key).map_err(|not_until| {
            ServiceError::RateLimited(not_until.wait_time_from(DefaultClock::default().now())).into()
        })
    }

    fn shrink(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// A bucket that holds as many tokens as the rate has, and fills up in its time.
fn quota(rate: Rate) -> Quota {
    let count = NonZeroU32::new(rate.count).unwrap_or(NonZeroU32::MIN);
    let each = (rate.per / count.get()).max(Duration::from_nanos(1));
    Quota::with_period(each).expect("a nanosecond or more").allow_burst(count)
}
