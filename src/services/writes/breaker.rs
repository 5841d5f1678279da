//! Whether the database answers the writes of one lane: while it does not, nobody queues up.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::Instant;

/// Open once a write has waited for the timeout, until one is answered.
#[derive(Debug)]
pub(super) struct Breaker {
    timeout: Duration,
    stalled: watch::Sender<bool>,
    /// When a write last found the database stalled, or tried whether it still is.
    tried: Mutex<Instant>,
}

impl Breaker {
    pub(super) fn new(timeout: Duration) -> Self {
        Self { timeout, stalled: watch::Sender::new(false), tried: Mutex::new(Instant::now()) }
    }

    /// Lets a write through; `None` while the database does not answer. Then one write after the other tries
    /// whether it does again.
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

    /// Whether it is time to try whether the database answers again; then it is the caller who does.
    fn may_try(&self) -> bool {
        let mut tried = self.tried.lock();
        let is_time = tried.elapsed() >= self.timeout / 3;
        if is_time {
            *tried = Instant::now();
        }
        is_time
    }
}

/// A write that was let through.
pub(super) struct WritePermit {
    breaker: Arc<Breaker>,
    is_back: Arc<Mutex<bool>>,
    /// `None`: this write is the one that tries.
    stalled: Option<watch::Receiver<bool>>,
}

impl WritePermit {
    /// To be told by the write when it ends.
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

    /// The write was waited for as long as is waited.
    pub(super) fn give_up(&self) {
        *self.breaker.tried.lock() = Instant::now();
        self.breaker.stalled.send_if_modified(|stalled| {
            let hangs = !*self.is_back.lock();
            hangs && !std::mem::replace(stalled, true)
        });
    }
}

/// How a write ended.
pub(super) struct Report {
    breaker: Arc<Breaker>,
    is_back: Arc<Mutex<bool>>,
}

impl Report {
    /// The write has ended after so long, with an answer of the database or without.
    pub(super) fn ended(self, answered: bool, took: Duration) {
        let waited = took >= self.breaker.timeout.mul_f32(0.9);
        // Under one lock with who gives up waiting: a write that is back holds nobody up afterwards.
        self.breaker.stalled.send_if_modified(|stalled| {
            *self.is_back.lock() = true;
            match (answered, waited, *stalled) {
                (true, _, _) => std::mem::take(stalled),
                // It has waited for a connection, in vain.
                (false, true, false) => {
                    *self.breaker.tried.lock() = Instant::now();
                    !std::mem::replace(stalled, true)
                }
                (false, _, _) => false,
            }
        });
    }
}
