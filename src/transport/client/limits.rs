//! Rate limits on clients: one token bucket for each limit and each connection, account or network. A bucket
//! that is full again is evicted.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::Client;
use super::read_budget::ReadBudget;
use crate::config::LimitOptions;
use crate::domain::id::{ConnectionId, UserId};
use crate::domain::limit::Rate;
use crate::domain::network::NetworkKey;
use crate::domain::sender::Sender;
use crate::transport::error::Failure;

/// The unit of byte limits, in bytes.
const KIB: usize = 1024;

/// The limits on clients of `/`.
pub struct ClientLimits {
    /// All messages of a connection. Above it, messages are refused.
    pub socket: Buckets<ConnectionId>,
    /// All messages of a connection. Above it, the connection is closed.
    pub flood: Buckets<ConnectionId>,
    reactions: Buckets<Sender>,
    network_reactions: Buckets<NetworkKey>,
    /// Messages to a room.
    pub messages: Buckets<Sender>,
    /// Joins.
    pub joins: Buckets<Sender>,
    /// Requests for leaderboards and snapshots.
    pub reads: Buckets<Sender>,
    /// State that clients request, in KiB.
    bytes: Buckets<Sender>,
    /// The node's budget for reads.
    pub budget: ReadBudget,
    /// Started actions. (Tickets limit completions.)
    pub actions: Buckets<UserId>,
    /// The longest texts allowed.
    pub lengths: Lengths,
}

/// The longest texts allowed, in graphemes.
#[derive(Debug, Clone, Copy)]
pub struct Lengths {
    /// A reaction's comment.
    pub comment: usize,
    /// A message.
    pub text: usize,
    /// A name.
    pub name: usize,
}

impl ClientLimits {
    /// The limits from the settings.
    pub fn new(settings: &LimitOptions) -> Self {
        Self {
            socket: Buckets::new("socket", settings.socket_rate),
            flood: Buckets::new("flood", settings.socket_hard_rate),
            reactions: Buckets::new("reaction", settings.reaction_rate),
            network_reactions: Buckets::new("network_reaction", settings.reaction_network_rate),
            messages: Buckets::new("message", settings.message_rate),
            joins: Buckets::new("join", settings.join_rate),
            reads: Buckets::new("read", settings.read_rate),
            bytes: Buckets::new("read_bytes", settings.read_bytes.in_units(KIB as u64)),
            budget: ReadBudget::new(settings.read_budget),
            actions: Buckets::new("action", settings.action_rate),
            lengths: Lengths {
                comment: settings.comment_length,
                text: settings.text_length,
                name: settings.name_length,
            },
        }
    }

    /// Admits a read of this many bytes for a client. Waits for its turn while the node's budget is
    /// contended.
    ///
    /// # Errors
    /// `rate_limited`: the client has used up its limit, or its turn did not come in time.
    pub async fn admit(&self, client: &Client, bytes: usize) -> Result<(), Failure> {
        let kib = u32::try_from(bytes.div_ceil(KIB)).unwrap_or(u32::MAX);
        if let Some(kib) = NonZeroU32::new(kib) {
            self.bytes.take_several(&client.sender(), kib)?;
        }
        self.budget.take(client.network(), bytes).await
    }

    /// Admits one reaction of a client.
    ///
    /// # Errors
    /// `rate_limited`: the client, or the guests of its network together, have used up their limit.
    pub fn admit_reaction(&self, client: &Client) -> Result<(), Failure> {
        let sender = client.sender();
        self.reactions.take(&sender)?;
        match sender {
            // A guest gets a fresh bucket with each new connection, so its network has a limit too.
            Sender::Guest(_) => self.network_reactions.take(&client.network()),
            Sender::User(_) => Ok(()),
        }
    }

    /// Evicts the buckets that are full.
    pub fn evict_full(&self) {
        self.socket.evict_full();
        self.flood.evict_full();
        self.reactions.evict_full();
        self.network_reactions.evict_full();
        self.messages.evict_full();
        self.joins.evict_full();
        self.reads.evict_full();
        self.bytes.evict_full();
        self.budget.evict_full();
        self.actions.evict_full();
    }
}

/// The buckets of one limit.
pub struct Buckets<K: Clone + Hash + Eq, C: Clock = DefaultClock> {
    name: &'static str,
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, C, NoOpMiddleware<C::Instant>>,
    /// Tokens of a full bucket.
    size: NonZeroU32,
    clock: C,
}

impl<K: Clone + Hash + Eq> Buckets<K> {
    fn new(name: &'static str, rate: Rate) -> Self {
        Self::with_clock(name, rate, DefaultClock::default())
    }
}

impl<K: Clone + Hash + Eq, C: Clock + Clone> Buckets<K, C> {
    fn with_clock(name: &'static str, rate: Rate, clock: C) -> Self {
        let quota = quota(rate);
        let limiter = RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone());
        Self { name, limiter, size: quota.burst_size(), clock }
    }

    /// Takes one token.
    ///
    /// # Errors
    /// `rate_limited`, with the time until a token is available.
    pub fn take(&self, key: &K) -> Result<(), Failure> {
        self.take_several(key, NonZeroU32::MIN)
    }

    /// Takes several tokens, all or none. A count above the bucket's size takes a full bucket.
    ///
    /// # Errors
    /// `rate_limited`, with the time until the tokens are available.
    pub fn take_several(&self, key: &K, count: NonZeroU32) -> Result<(), Failure> {
        let checked = self.limiter.check_key_n(key, count.min(self.size));
        checked.expect("the count is capped at the bucket's size").map_err(|not_until| {
            metrics::counter!("touchline_rate_limited_total", "limit" => self.name).increment(1);
            Failure::rate_limited(not_until.wait_time_from(self.clock.now()))
        })
    }

    fn evict_full(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// A bucket that holds the rate's count and refills within its period.
pub fn quota(rate: Rate) -> Quota {
    let count = NonZeroU32::new(rate.count).unwrap_or(NonZeroU32::MIN);
    let each = (rate.per / count.get()).max(Duration::from_nanos(1));
    Quota::with_period(each).expect("the period is at least a nanosecond").allow_burst(count)
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;
    use crate::transport::error::ErrorCode;

    fn buckets(rate: &str) -> (Buckets<u64, FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Buckets::with_clock("test", rate.parse().expect("a rate"), clock.clone()), clock)
    }

    #[test]
    fn a_message_over_the_limit_is_refused_with_the_time_to_wait() {
        let (buckets, _) = buckets("10/10s");
        for _ in 0..10 {
            buckets.take(&1).expect("within the limit");
        }
        let refused = buckets.take(&1).expect_err("one over");
        assert_eq!(refused.code, ErrorCode::RateLimited);
        let wait = refused.retry_after_ms.expect("a time");
        assert_eq!(wait, 1001);
        buckets.take(&2).expect("another client has its own bucket");
    }

    #[test]
    fn several_tokens_are_taken_all_or_none_and_at_most_a_full_bucket() {
        let (buckets, clock) = buckets("10/10s");
        let several = |count| buckets.take_several(&1, NonZeroU32::new(count).expect("some"));
        several(8).expect("within the limit");
        let wait = several(3).expect_err("two are left").retry_after_ms.expect("a time");
        assert_eq!(wait, 1001);
        several(2).expect("those two");
        clock.advance(Duration::from_secs(10));
        several(1_000).expect("a full bucket is enough for anything");
        several(1).expect_err("it is empty");
    }

    #[test]
    fn a_client_that_waits_as_told_is_admitted_and_its_full_bucket_is_evicted() {
        let (buckets, clock) = buckets("3/10s");
        for _ in 0..3 {
            buckets.take(&1).expect("within the limit");
        }
        let wait = buckets.take(&1).expect_err("one over").retry_after_ms.expect("a time");
        clock.advance(Duration::from_millis(wait - 2));
        buckets.take(&1).expect_err("it retries too early");
        clock.advance(Duration::from_millis(2));
        buckets.take(&1).expect("it waited as told");
        buckets.evict_full();
        assert_eq!(buckets.limiter.len(), 1);
        clock.advance(Duration::from_secs(20));
        buckets.evict_full();
        assert_eq!(buckets.limiter.len(), 0);
    }
}
