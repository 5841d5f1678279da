//! Runs all writes, by lane. A write finishes even if its caller has stopped waiting, and while the database does
//! not answer the writes of a lane, that lane fails fast instead of queueing.

mod anonymous_slots;
mod breaker;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument as _;

use super::error::{COME_BACK_IN, ServiceError};
use crate::domain::network::Network;
pub use crate::storage::Lane;
use crate::storage::outage;
use crate::supervise::{ServerPart, Supervisor};
use anonymous_slots::AnonymousSlots;
use breaker::Breaker;

/// Maximum number of anonymous writes waiting or running on this node.
const ANONYMOUS_PLACES: usize = 256;

/// Bounds how long callers wait for a write, and how many anonymous writes there are.
#[derive(Clone)]
pub struct Writes {
    timeout: Duration,
    /// One breaker per lane, because a write that queues behind another lane says nothing about the database.
    scorers: Arc<Breaker>,
    players: Arc<Breaker>,
    background: Arc<Breaker>,
    anonymous: Arc<Breaker>,
    places: AnonymousSlots,
    supervisor: Supervisor,
}

impl Writes {
    /// Callers wait at most `timeout` for a write.
    pub fn new(timeout: Duration) -> Self {
        let breaker = || Arc::new(Breaker::new(timeout));
        Self {
            timeout,
            scorers: breaker(),
            players: breaker(),
            background: breaker(),
            anonymous: breaker(),
            places: AnonymousSlots::new(ANONYMOUS_PLACES),
            supervisor: Supervisor::default(),
        }
    }

    /// Reports writes that panic to this supervisor.
    #[must_use]
    pub fn watched_by(self, supervisor: Supervisor) -> Self {
        Self { supervisor, ..self }
    }

    /// Runs a write as its own task, and waits for it up to the timeout. The task continues if the caller goes
    /// away, so that everything committed is also shown. The write must begin its transaction with
    /// `Database::begin_for(lane)`.
    ///
    /// # Errors
    /// [`ServiceError::Busy`]: the anonymous lane is full, for all or for this network.
    /// [`ServiceError::Unavailable`]: after the timeout, and at once while an earlier write of the lane is stuck.
    /// Then a write now and then tests whether the database answers again, without waiting for the stuck one,
    /// which may never return: its server may be gone, and another in its place.
    /// Otherwise the error of the write itself.
    pub async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        write: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let place = match lane {
            Lane::Anonymous(network) => Some(self.anonymous_place(network)?),
            Lane::Scorer | Lane::Player | Lane::Background => None,
        };
        let mut admission = self.breaker(lane).admit().ok_or(ServiceError::Unavailable)?;
        let report = admission.report();
        let started = Instant::now();
        let write = async move {
            // Held until the write ends, even if the caller stops waiting earlier.
            let _place = place;
            let result = write.await;
            let took = started.elapsed();
            metrics::histogram!("touchline_write_seconds").record(took);
            let unanswered = matches!(result, Err(ServiceError::Unavailable | ServiceError::Crowded(_)));
            report.ended(!unanswered, took);
            result
        };
        let supervisor = self.supervisor.clone();
        let write = async move { supervisor.attempt(ServerPart::Writer, write).await };
        // Its log lines name the socket or request that asked for it.
        let write = tokio::spawn(write.in_current_span());
        tokio::select! {
            // The runtime drops a task only at shutdown.
            done = write => done.ok().flatten().unwrap_or(Err(ServiceError::Unavailable)),
            () = tokio::time::sleep(self.timeout) => {
                outage::note_failure(&format_args!("a write got no answer within {:?}", self.timeout));
                admission.give_up();
                Err(ServiceError::Unavailable)
            }
            () = admission.others_stall() => Err(ServiceError::Unavailable),
        }
    }

    fn anonymous_place(&self, network: Network) -> Result<anonymous_slots::AnonymousSlot, ServiceError> {
        self.places.take(network).ok_or_else(|| {
            metrics::counter!("touchline_anonymous_writes_refused_total").increment(1);
            outage::note_crowd();
            ServiceError::Busy(COME_BACK_IN)
        })
    }

    fn breaker(&self, lane: Lane) -> &Arc<Breaker> {
        match lane {
            Lane::Scorer => &self.scorers,
            Lane::Player => &self.players,
            Lane::Background => &self.background,
            Lane::Anonymous(_) => &self.anonymous,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn while_one_write_hangs_others_are_refused_at_once() {
        let writes = Writes::new(Duration::from_secs(3));
        let (finish, finished) = tokio::sync::oneshot::channel::<()>();
        let hanging = writes.run(Lane::Scorer, async move {
            finished.await.ok();
            Ok(1)
        });
        let started = tokio::time::Instant::now();
        assert!(matches!(hanging.await, Err(ServiceError::Unavailable)));
        assert_eq!(started.elapsed(), Duration::from_secs(3));

        assert!(matches!(writes.run(Lane::Scorer, async { Ok(2) }).await, Err(ServiceError::Unavailable)));
        assert_eq!(started.elapsed(), Duration::from_secs(3));

        // One write tests the database and succeeds, although the first has not returned.
        tokio::time::advance(Duration::from_secs(3)).await;
        assert!(matches!(writes.run(Lane::Scorer, async { Ok(4) }).await, Ok(4)));
        assert!(matches!(writes.run(Lane::Scorer, async { Ok(5) }).await, Ok(5)));

        finish.send(()).expect("the write still runs after its caller gave up");
        assert!(matches!(writes.run(Lane::Scorer, async { Ok(3) }).await, Ok(3)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_returns_as_it_times_out_does_not_block_others() {
        let writes = Writes::new(Duration::from_secs(3));
        for _ in 0..100 {
            let late = writes.run(Lane::Scorer, async {
                tokio::time::sleep(Duration::from_secs(3)).await;
                Ok(1)
            });
            late.await.ok();
            tokio::task::yield_now().await;
            assert!(matches!(writes.run(Lane::Scorer, async { Ok(2) }).await, Ok(2)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_panics_is_answered_and_reported() {
        let panic =
            || std::future::ready(()).map(|()| -> Result<(), ServiceError> { panic!("the write panics") });
        let supervisor = Supervisor::default();
        let writes = Writes::new(Duration::from_secs(3)).watched_by(supervisor.clone());
        for failing in [None, Some(ServerPart::Writer)] {
            assert!(matches!(writes.run(Lane::Scorer, panic()).await, Err(ServiceError::Unavailable)));
            assert_eq!(supervisor.failing(), failing);
        }
        assert!(matches!(writes.run(Lane::Scorer, async { Ok(1) }).await, Ok(1)), "others continue");
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_gets_no_connection_counts_as_one_that_hangs() {
        let writes = Writes::new(Duration::from_secs(3));
        let unconnected = async {
            // The pool's own timeout is about as long.
            tokio::time::sleep(Duration::from_millis(2_990)).await;
            Err::<(), _>(ServiceError::Unavailable)
        };
        assert!(writes.run(Lane::Scorer, unconnected).await.is_err());
        assert!(matches!(writes.run(Lane::Scorer, async { Ok(2) }).await, Err(ServiceError::Unavailable)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(matches!(writes.run(Lane::Scorer, async { Ok(3) }).await, Ok(3)));
        assert!(matches!(writes.run(Lane::Scorer, async { Ok(4) }).await, Ok(4)));
    }

    #[tokio::test(start_paused = true)]
    async fn writes_of_one_lane_that_hang_do_not_end_those_of_another() {
        let writes = Writes::new(Duration::from_secs(3));
        let stranger = Lane::Anonymous(Network::widest([192, 0, 2, 1].into()));
        let hanging = || std::future::pending::<Result<(), ServiceError>>();
        assert!(matches!(writes.run(stranger, hanging()).await, Err(ServiceError::Unavailable)));
        assert!(matches!(writes.run(stranger, async { Ok(1) }).await, Err(ServiceError::Unavailable)));
        assert!(matches!(writes.run(Lane::Player, async { Ok(2) }).await, Ok(2)));
        assert!(matches!(writes.run(Lane::Player, hanging()).await, Err(ServiceError::Unavailable)));
        assert!(matches!(writes.run(Lane::Scorer, async { Ok(3) }).await, Ok(3)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_lane_of_anonymous_writes_is_busy_until_one_of_them_ends() {
        let writes = Writes::new(Duration::from_secs(3));
        let lane = |last| Lane::Anonymous(Network::widest([192, 0, 2, last].into()));
        let (finish, finished) = tokio::sync::watch::channel(false);
        let mut waiting = Vec::new();
        for network in 0..9 {
            loop {
                let mut finished = finished.clone();
                let mut write = Box::pin(writes.run(lane(network), async move {
                    finished.wait_for(|finished| *finished).await.ok();
                    Ok(())
                }));
                match futures_util::poll!(&mut write) {
                    Poll::Pending => waiting.push(write),
                    Poll::Ready(refused) => {
                        assert!(matches!(refused, Err(ServiceError::Busy(after)) if !after.is_zero()));
                        break;
                    }
                }
            }
        }
        assert_eq!(waiting.len(), ANONYMOUS_PLACES);
        // Their callers are gone, but the writes still run.
        waiting.clear();
        assert!(matches!(writes.run(lane(9), async { Ok(1) }).await, Err(ServiceError::Busy(_))));
        assert!(matches!(writes.run(Lane::Player, async { Ok(2) }).await, Ok(2)));
        finish.send(true).expect("they run");
        while writes.run(lane(9), async { Ok(3) }).await.is_err() {
            tokio::task::yield_now().await;
        }
    }
}
