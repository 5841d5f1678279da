//! How much a client may send: one bucket of tokens for each limit and each connection or account, which a client
//! cannot renew for free. A bucket that is full again is forgotten.

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

/// The unit in which bytes are counted, in bytes.
const KIB: usize = 1024;

/// The limits of what clients of `/` send.
pub struct ClientLimits {
    /// All messages of a connection.
    pub socket: Buckets<ConnectionId>,
    /// The same, where it is closed.
    pub flood: Buckets<ConnectionId>,
    reactions: Buckets<Sender>,
    network_reactions: Buckets<NetworkKey>,
    /// Messages to a room.
    pub messages: Buckets<Sender>,
    /// Joins.
    pub joins: Buckets<Sender>,
    /// Requests for boards and for the state.
    pub reads: Buckets<Sender>,
    /// What clients are sent of the state at their request, in KiB.
    bytes: Buckets<Sender>,
    /// What the node sends for reads.
    pub budget: ReadBudget,
    /// Actions that are started. (Their completion is bounded by the tickets.)
    pub actions: Buckets<UserId>,
    /// The longest texts.
    pub lengths: Lengths,
}

/// The longest texts, in graphemes.
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
    /// The limits as they are set.
    #[must_use]
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

    /// Lets a client be sent this many bytes at its request. Waits for its turn while the node's budget is contended.
    ///
    /// # Errors
    /// `rate_limited`: the client has had its share, or its turn did not come in time.
    pub async fn admit(&self, client: &Client, bytes: usize) -> Result<(), Failure> {
        let kib = u32::try_from(bytes.div_ceil(KIB)).unwrap_or(u32::MAX);
        if let Some(kib) = NonZeroU32::new(kib) {
            self.bytes.take_several(&client.sender(), kib)?;
        }
        self.budget.take(client.network(), bytes).await
    }

    /// Lets a client react once.
    ///
    /// # Errors
    /// `rate_limited`: the client has had its share, or the guests of its network have had theirs.
    pub fn admit_reaction(&self, client: &Client) -> Result<(), Failure> {
        let sender = client.sender();
        self.reactions.take(&sender)?;
        match sender {
            // A guest has a fresh bucket of its own with each new connection.
            Sender::Guest(_) => self.network_reactions.take(&client.network()),
            Sender::User(_) => Ok(()),
        }
    }

    /// Forgets the buckets that are full.
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
    /// `rate_limited`, with the time after which there is one.
    pub fn take(&self, key: &K) -> Result<(), Failure> {
        self.take_several(key, NonZeroU32::MIN)
    }

    /// Takes several tokens, all or none. More than a bucket holds are as many as it holds.
    ///
    /// # Errors
    /// `rate_limited`, with the time after which there are so many.
    pub fn take_several(&self, key: &K, count: NonZeroU32) -> Result<(), Failure> {
        let checked = self.limiter.check_key_n(key, count.min(self.size));
        checked.expect("a full bucket holds so many").map_err(|not_until| {
            metrics::counter!("touchline_rate_limited_total", "limit" => self.name).increment(1);
            Failure::rate_limited(not_until.wait_time_from(self.clock.now()))
        })
    }

    fn evict_full(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// A bucket that holds as many tokens as the rate has, and fills up in its time.
#[must_use]
pub fn quota(rate: Rate) -> Quota {
    let count = NonZeroU32::new(rate.count).unwrap_or(NonZeroU32::MIN);
    let each = (rate.per / count.get()).max(Duration::from_nanos(1));
    Quota::with_period(each).expect("a nanosecond or more").allow_burst(count)
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
    fn the_limit_is_taken_and_one_more_is_told_when_to_come_back() {
        let (buckets, _) = buckets("10/10s");
        for _ in 0..10 {
            buckets.take(&1).expect("within the limit");
        }
        let refused = buckets.take(&1).expect_err("one over");
        assert_eq!(refused.code, ErrorCode::RateLimited);
        let wait = refused.retry_after_ms.expect("a time");
        assert_eq!(wait, 1001);
        buckets.take(&2).expect("another's bucket is its own");
    }

    #[test]
    fn several_tokens_are_taken_or_none_and_never_more_than_there_can_be() {
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
    fn a_client_that_waits_as_told_is_taken_and_its_bucket_is_forgotten_when_full() {
        let (buckets, clock) = buckets("3/10s");
        for _ in 0..3 {
            buckets.take(&1).expect("within the limit");
        }
        let wait = buckets.take(&1).expect_err("one over").retry_after_ms.expect("a time");
        clock.advance(Duration::from_millis(wait - 2));
        buckets.take(&1).expect_err("earlier than told");
        clock.advance(Duration::from_millis(2));
        buckets.take(&1).expect("after the time that was told");
        buckets.evict_full();
        assert_eq!(buckets.limiter.len(), 1);
        clock.advance(Duration::from_secs(20));
        buckets.evict_full();
        assert_eq!(buckets.limiter.len(), 0);
    }
}
