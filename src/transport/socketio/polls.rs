//! The requests of polling sessions during an upgrade. While a client tries a WebSocket, its session keeps
//! polling, and the client switches once its requests are answered. The engine answers a poll when it has a
//! packet, or when the upgrade has begun; the session does not survive if that upgrade fails (engineioxide
//! 0.17.9, `transport/ws.rs`). So polls are answered here, with an Engine.IO noop. Dropping a pending poll of
//! the engine loses nothing: it only waits for the first packet and has taken nothing from the queue.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

/// How long the first request that arrives during a probe waits. The reference server checks for a poll to
/// end at the same interval.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// Each further request waits twice as long as the previous one, up to this many doublings. If the server's
/// frames do not reach the client, it polls during the whole probe.
const DOUBLINGS: u32 = 4;

/// The requests of a polling session, and the WebSocket upgrades its client tries.
#[derive(Default)]
pub struct Polls {
    /// Probes that were answered and have not ended.
    probes: AtomicU32,
    /// Requests that arrived since the first of these probes.
    late: AtomicU32,
    /// Notified when a probe is answered.
    probed: Notify,
    /// POSTs that the engine has not processed yet.
    posts: AtomicU32,
    /// Notified when there are none left.
    posted: Notify,
    /// Notified when the client has switched to a WebSocket.
    switched: Notify,
}

impl Polls {
    /// Registers a poll, or a POST whose answer is being held back.
    #[must_use]
    pub fn wait(&self) -> PendingRequest<'_> {
        PendingRequest(self)
    }

    /// Registers a POST.
    #[must_use]
    pub fn post(&self) -> Post<'_> {
        self.posts.fetch_add(1, Ordering::SeqCst);
        Post(self)
    }

    /// Registers a WebSocket that the client tries.
    #[must_use]
    pub fn probe(&self) -> Probe<'_> {
        Probe { polls: self, is_answered: AtomicBool::new(false) }
    }
}

/// A request waiting for its answer.
pub struct PendingRequest<'a>(&'a Polls);

impl PendingRequest<'_> {
    /// Waits until the request must be answered so that the client can switch: at once when a probe is
    /// answered, and later for a request that arrives during a probe, because the client may have sent it
    /// before reading the probe's answer.
    pub async fn ended(&self) {
        let polls = self.0;
        let probed = polls.probed.notified();
        if polls.probes.load(Ordering::SeqCst) == 0 {
            return probed.await;
        }
        let earlier = polls.late.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(FIRST_WAIT * 2u32.pow(earlier.min(DOUBLINGS))).await;
    }
}

/// A POST that the engine has not processed yet.
pub struct Post<'a>(&'a Polls);

impl Drop for Post<'_> {
    fn drop(&mut self) {
        let polls = self.0;
        if polls.posts.fetch_sub(1, Ordering::SeqCst) == 1 {
            polls.posted.notify_waiters();
        }
    }
}

/// A WebSocket that a client tries.
pub struct Probe<'a> {
    polls: &'a Polls,
    is_answered: AtomicBool,
}

impl Probe<'_> {
    /// Marks the probe as answered. Until this is dropped, the client's requests are answered too.
    pub fn answered(&self) {
        if !self.is_answered.swap(true, Ordering::Relaxed) {
            let polls = self.polls;
            polls.probes.fetch_add(1, Ordering::SeqCst);
            polls.probed.notify_waiters();
        }
    }

    /// Marks that the client has switched to this WebSocket.
    pub fn switched(&self) {
        self.polls.switched.notify_waiters();
    }

    /// Waits until the client has switched to another WebSocket, counting from this call.
    pub fn superseded(&self) -> impl Future<Output = ()> + Send + '_ {
        self.polls.switched.notified()
    }

    /// Waits until the engine has processed all POSTs that have arrived.
    pub async fn posts_taken(&self) {
        let polls = self.polls;
        loop {
            let posted = polls.posted.notified();
            if polls.posts.load(Ordering::SeqCst) == 0 {
                return;
            }
            posted.await;
        }
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        let polls = self.polls;
        if self.is_answered.load(Ordering::Relaxed) && polls.probes.fetch_sub(1, Ordering::SeqCst) == 1 {
            polls.late.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    async fn length(polls: &Polls) -> Duration {
        let begun = Instant::now();
        polls.wait().ended().await;
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_poll_ends_when_the_probe_is_answered_and_each_later_one_waits_longer() {
        let polls = Polls::default();
        let probe = polls.probe();
        let waiting = polls.wait();
        let others = Polls::default();
        let other = others.wait();
        {
            let mut ended = std::pin::pin!(waiting.ended());
            let mut others = std::pin::pin!(other.ended());
            assert!(futures_util::poll!(&mut ended).is_pending(), "the client was not answered yet");
            assert!(futures_util::poll!(&mut others).is_pending());
            probe.answered();
            assert!(futures_util::poll!(&mut ended).is_ready());
            assert!(futures_util::poll!(&mut others).is_pending(), "it is of another session");
        }
        let mut lengths = Vec::new();
        for _ in 0..7 {
            lengths.push(length(&polls).await.as_millis());
        }
        assert_eq!(lengths, [100, 200, 400, 800, 1600, 1600, 1600]);
        drop(probe);
        let mut ended = std::pin::pin!(waiting.ended());
        assert!(futures_util::poll!(&mut ended).is_pending(), "the probe has failed");
    }

    #[tokio::test]
    async fn the_switch_waits_until_the_engine_has_processed_all_posts() {
        let polls = Polls::default();
        let (first, second) = (polls.post(), polls.post());
        let probe = polls.probe();
        let mut taken = std::pin::pin!(probe.posts_taken());
        assert!(futures_util::poll!(&mut taken).is_pending());
        drop(first);
        assert!(futures_util::poll!(&mut taken).is_pending());
        drop(second);
        assert!(futures_util::poll!(&mut taken).is_ready());
    }
}
