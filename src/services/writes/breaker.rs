//! A circuit breaker: detects that the database does not answer the writes of a lane, so that further writes fail
//! fast.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::Instant;

/// Opens once a write has waited for the timeout, and closes when one is answered.
#[derive(Debug)]
pub(super) struct Breaker {
    timeout: Duration,
    stalled: watch::Sender<bool>,
    /// When a write last found the database stalled, or tested it.
    tried: Mutex<Instant>,
}

impl Breaker {
    pub(super) fn new(timeout: Duration) -> Self {
        Self { timeout, stalled: watch::Sender::new(false), tried: Mutex::new(Instant::now()) }
    }

    /// Admits a write. While the database is stalled, returns `None`, except once every third of the timeout: that write
    /// tests whether the database answers again.
    pub(super) fn admit(self: &Arc<Self>) -> Option<WritePermit> {
        let mut stalled = self.stalled.subscribe();
        let is_trying = *stalled.borrow_and_update();
        if is_trying && !self.may_try() {
            return None;
        }
        Some(WritePermit {
            breaker: self.clone(),
            is_back: Arc::new(Mutex::new(false)),
            stalled: (!is_trying).then_some(stalled),
        })
    }

    /// Whether it is time to test the database again. If so, the caller does it.
    fn may_try(&self) -> bool {
        let mut tried = self.tried.lock();
        let is_time = tried.elapsed() >= self.timeout / 3;
        if is_time {
            *tried = Instant::now();
        }
        is_time
    }
}

/// An admitted write.
pub(super) struct WritePermit {
    breaker: Arc<Breaker>,
    is_back: Arc<Mutex<bool>>,
    /// `None` for the write that tests the database.
    stalled: Option<watch::Receiver<bool>>,
}

impl WritePermit {
    /// The handle with which the write reports its end.
    pub(super) fn report(&self) -> Report {
        Report { breaker: self.breaker.clone(), is_back: self.is_back.clone() }
    }

    /// Waits until another write of the lane has found the database stalled.
    pub(super) async fn others_stall(&mut self) {
        match &mut self.stalled {
            Some(stalled) => {
                stalled.wait_for(|stalled| *stalled).await.ok();
            }
            None => std::future::pending().await,
        }
    }

    /// Opens the breaker because the write has waited for the timeout, unless it has just returned.
    pub(super) fn give_up(&self) {
        *self.breaker.tried.lock() = Instant::now();
        self.breaker.stalled.send_if_modified(|stalled| {
            let hangs = !*self.is_back.lock();
            hangs && !std::mem::replace(stalled, true)
        });
    }
}

/// Reports the end of a write.
pub(super) struct Report {
    breaker: Arc<Breaker>,
    is_back: Arc<Mutex<bool>>,
}

impl Report {
    /// The write ended after `took`, with or without an answer of the database.
    pub(super) fn ended(self, answered: bool, took: Duration) {
        let waited = took >= self.breaker.timeout.mul_f32(0.9);
        // Under the lock that `give_up` takes, so that a write that has returned cannot open the breaker
        // afterwards.
        self.breaker.stalled.send_if_modified(|stalled| {
            *self.is_back.lock() = true;
            match (answered, waited, *stalled) {
                (true, _, _) => std::mem::take(stalled),
                // It timed out while waiting for a connection.
                (false, true, false) => {
                    *self.breaker.tried.lock() = Instant::now();
                    !std::mem::replace(stalled, true)
                }
                (false, _, _) => false,
            }
        });
    }
}
