//! The read budget: how much a node reads and sends at its clients' request, such as snapshots and
//! leaderboards. While it is contended, each network gets a share (`domain/fair_share.rs`), and clients wait
//! in turn.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::time::{sleep, timeout};

use crate::domain::limit::ByteRate;
use crate::domain::network::NetworkKey;
use crate::transport::error::Failure;
use crate::transport::tcp::handshakes::Budget;

/// The cost of a database read, in bytes, however little it returns. Also the unit of the budget.
pub const READ_COST: usize = 16 * 1024;
/// The cost of a search for a text in lists, in bytes: it reads every event that the other fields match, to find a few.
pub const SEARCH_COST: usize = 64 * READ_COST;
/// How long a client waits for its turn.
const WAIT_TIMEOUT: Duration = Duration::from_secs(10);
/// When a refused client should retry.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// The shortest wait between two attempts to take from the budget.
const MIN_WAIT: Duration = Duration::from_millis(1);

/// The read budget of a node.
pub struct ReadBudget {
    budget: Mutex<Budget<NetworkKey>>,
    /// The most that one read takes, in units. It is below a network's share, so that the read is admitted at
    /// some point.
    most: u32,
    /// Clients of a network wait in order of arrival; only the first of them tries to take.
    queues: Mutex<HashMap<NetworkKey, NetworkQueue>>,
}

type NetworkQueue = Arc<tokio::sync::Mutex<()>>;

impl ReadBudget {
    /// A full budget.
    pub fn new(rate: ByteRate) -> Self {
        let rate = rate.in_units(READ_COST as u64);
        Self {
            budget: Mutex::new(Budget::new(rate, Instant::now())),
            most: (rate.count / 2).max(1),
            queues: Mutex::default(),
        }
    }

    /// Waits until a client of this network may be sent this many bytes.
    ///
    /// # Errors
    /// `rate_limited`: its turn did not come in time.
    pub async fn take(&self, network: NetworkKey, bytes: usize) -> Result<(), Failure> {
        let units = u32::try_from(bytes.div_ceil(READ_COST)).unwrap_or(u32::MAX).min(self.most);
        if units == 0 {
            return Ok(());
        }
        let queue = self.queues.lock().entry(network).or_default().clone();
        let turn = async {
            let _first = queue.lock().await;
            loop {
                let taken = self.budget.lock().take(network, units, Instant::now());
                match taken {
                    Ok(()) => return,
                    Err(wait) => sleep(wait.max(MIN_WAIT)).await,
                }
            }
        };
        timeout(WAIT_TIMEOUT, turn).await.map_err(|_| {
            metrics::counter!("touchline_rate_limited_total", "limit" => "read_budget").increment(1);
            Failure::rate_limited(RETRY_AFTER)
        })
    }

    /// Evicts the queues of networks where no client waits.
    pub fn evict_full(&self) {
        let mut queues = self.queues.lock();
        queues.retain(|_, queue| Arc::strong_count(queue) > 1);
        queues.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::error::ErrorCode;

    const CROWD: NetworkKey = NetworkKey(1);
    const FAN: NetworkKey = NetworkKey(2);

    fn budget(rate: &str) -> Arc<ReadBudget> {
        Arc::new(ReadBudget::new(rate.parse().expect("a rate")))
    }

    #[tokio::test]
    async fn one_network_that_wants_everything_leaves_another_its_share() {
        let budget = budget("16MiB/1000h");
        // 1,024 units, nine tenths of them for one alone.
        for taken in 0..922 {
            budget.take(CROWD, READ_COST).await.unwrap_or_else(|_| panic!("after {taken}"));
        }
        let waiting = tokio::spawn({
            let budget = budget.clone();
            async move { budget.take(CROWD, 1).await }
        });
        let is_waiting = || Arc::strong_count(&budget.queues.lock()[&CROWD]) > 1;
        while !is_waiting() {
            tokio::task::yield_now().await;
        }
        for _ in 0..80 {
            budget.take(FAN, 1).await.expect("what is left is for others");
        }
        budget.take(FAN, 0).await.expect("nothing costs nothing");
        assert!(!waiting.is_finished());
        budget.evict_full();
        assert_eq!(budget.queues.lock().len(), 1, "only the crowd has a waiting client");
        waiting.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_waits_too_long_is_told_when_to_retry() {
        let budget = budget("160KiB/100h");
        budget.take(CROWD, 9 * READ_COST).await.expect("it counts as no more than half of all");
        budget.take(CROWD, 4 * READ_COST).await.expect("nine tenths");
        let refused = budget.take(CROWD, 1).await.expect_err("the budget is empty for hours");
        assert_eq!((refused.code, refused.retry_after_ms), (ErrorCode::RateLimited, Some(2001)));
        budget.take(FAN, 1).await.expect("the share of another");
    }

    #[tokio::test]
    async fn a_network_alone_gets_the_whole_budget_in_order_of_its_requests() {
        let begun = Instant::now();
        let budget = budget("16MiB/1s");
        let all: Vec<_> = (0..200)
            .map(|_| {
                let budget = budget.clone();
                tokio::spawn(async move { budget.take(CROWD, 10 * READ_COST).await })
            })
            .collect();
        for one in all {
            one.await.expect("it does not panic").expect("its turn comes");
        }
        // 2,000 units of 1,024 a second, 922 of them at once.
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    }
}
