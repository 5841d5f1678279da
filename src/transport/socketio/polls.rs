//! The requests of sessions that poll. While a client tries a WebSocket its session goes on polling, and the client
//! switches once its requests are answered. The engine answers a poll when it has a packet, or when the upgrade has
//! begun, which the session does not survive if the upgrade fails (engineioxide 0.17.9, `transport/ws.rs`). So polls are
//! answered here, with an Engine.IO noop. A poll of the engine's that is dropped while it waits has taken nothing out
//! of the queue: waiting for the first packet is all that it does.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use socketioxide::socket::Sid;
use tokio::sync::Notify;

/// How long the first request that arrives during a probe waits. The reference server looks as often for a poll to end.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// Each further one waits twice as long as the one before it, this many times. If the server's frames do not reach
/// the client, it polls during the whole probe.
const DOUBLINGS: u32 = 4;

/// The requests of sessions that poll, and the `WebSocket`s that their clients try.
#[derive(Default)]
pub struct Polls {
    sessions: Mutex<HashMap<Sid, Arc<Session>>>,
}

/// What is known of a session while a request of its client is being answered, or a probe runs.
#[derive(Default)]
struct Session {
    /// Probes that were answered, and have not ended.
    probes: AtomicU32,
    /// Requests that have arrived since the first of them.
    late: AtomicU32,
    /// A probe was answered.
    probed: Notify,
    /// POSTs that the engine has not taken yet.
    posts: AtomicU32,
    /// There are none now.
    posted: Notify,
    /// The client has switched to a WebSocket.
    switched: Notify,
    /// Requests and probes of the session. Changed under the lock of the map.
    users: AtomicU32,
}

/// Keeps what is known of a session for as long as one of them is there.
struct Entry<'a> {
    polls: &'a Polls,
    id: Sid,
    session: Arc<Session>,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let mut sessions = self.polls.sessions.lock();
        if self.session.users.fetch_sub(1, Ordering::Relaxed) == 1 {
            sessions.remove(&self.id);
        }
    }
}

impl Polls {
    fn entry(&self, id: Sid) -> Entry<'_> {
        let mut sessions = self.sessions.lock();
        let session = sessions.entry(id).or_default().clone();
        session.users.fetch_add(1, Ordering::Relaxed);
        Entry { polls: self, id, session }
    }

    /// A poll has arrived, or a POST is not answered for now.
    #[must_use]
    pub fn wait(&self, id: Sid) -> Waiting<'_> {
        Waiting(self.entry(id))
    }

    /// A POST has arrived.
    #[must_use]
    pub fn post(&self, id: Sid) -> Post<'_> {
        let entry = self.entry(id);
        entry.session.posts.fetch_add(1, Ordering::SeqCst);
        Post(entry)
    }

    /// A client tries a WebSocket.
    #[must_use]
    pub fn probe(&self, id: Sid) -> Probe<'_> {
        Probe { entry: self.entry(id), is_answered: AtomicBool::new(false) }
    }
}

/// A request that waits for its answer.
pub struct Waiting<'a>(Entry<'a>);

impl Waiting<'_> {
    /// Waits until the request has to be answered because the client switches after that: at once when a probe is
    /// answered, and later for a request that arrives during a probe, because the client may have sent it before it
    /// read that answer.
    pub async fn ended(&self) {
        let session = &self.0.session;
        let probed = session.probed.notified();
        if session.probes.load(Ordering::SeqCst) == 0 {
            return probed.await;
        }
        let earlier = session.late.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(FIRST_WAIT * 2u32.pow(earlier.min(DOUBLINGS))).await;
    }
}

/// A POST that the engine has not taken yet.
pub struct Post<'a>(Entry<'a>);

impl Drop for Post<'_> {
    fn drop(&mut self) {
        let session = &self.0.session;
        if session.posts.fetch_sub(1, Ordering::SeqCst) == 1 {
            session.posted.notify_waiters();
        }
    }
}

/// A WebSocket that a client tries.
pub struct Probe<'a> {
    entry: Entry<'a>,
    is_answered: AtomicBool,
}

impl Probe<'_> {
    /// The client was answered: its requests are until this is dropped.
    pub fn answered(&self) {
        if !self.is_answered.swap(true, Ordering::Relaxed) {
            let session = &self.entry.session;
            session.probes.fetch_add(1, Ordering::SeqCst);
            session.probed.notify_waiters();
        }
    }

    /// The client has switched to this one.
    pub fn switched(&self) {
        self.entry.session.switched.notify_waiters();
    }

    /// Waits until the client has switched to another one, from this call on.
    pub fn superseded(&self) -> impl Future<Output = ()> + Send + '_ {
        self.entry.session.switched.notified()
    }

    /// Waits until the engine has taken the POSTs that have arrived.
    pub async fn posts_taken(&self) {
        let session = &self.entry.session;
        loop {
            let posted = session.posted.notified();
            if session.posts.load(Ordering::SeqCst) == 0 {
                return;
            }
            posted.await;
        }
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        let session = &self.entry.session;
        if self.is_answered.load(Ordering::Relaxed) && session.probes.fetch_sub(1, Ordering::SeqCst) == 1 {
            session.late.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    async fn length(polls: &Polls, id: Sid) -> Duration {
        let begun = Instant::now();
        polls.wait(id).ended().await;
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_poll_ends_when_the_probe_is_answered_and_those_after_it_wait_longer_each() {
        let (polls, id) = (Polls::default(), Sid::new());
        let probe = polls.probe(id);
        let waiting = polls.wait(id);
        let other = polls.wait(Sid::new());
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
            lengths.push(length(&polls, id).await.as_millis());
        }
        assert_eq!(lengths, [100, 200, 400, 800, 1600, 1600, 1600]);
        drop(probe);
        let mut ended = std::pin::pin!(waiting.ended());
        assert!(futures_util::poll!(&mut ended).is_pending(), "the probe has failed");
    }

    #[tokio::test]
    async fn posts_are_waited_for_until_the_engine_has_them() {
        let (polls, id) = (Polls::default(), Sid::new());
        let (first, second) = (polls.post(id), polls.post(id));
        let probe = polls.probe(id);
        let mut taken = std::pin::pin!(probe.posts_taken());
        assert!(futures_util::poll!(&mut taken).is_pending());
        drop(first);
        assert!(futures_util::poll!(&mut taken).is_pending());
        drop(second);
        assert!(futures_util::poll!(&mut taken).is_ready());
    }

    #[test]
    fn a_session_is_forgotten_with_its_last_request() {
        let (polls, id) = (Polls::default(), Sid::new());
        let (poll, post, probe) = (polls.wait(id), polls.post(id), polls.probe(id));
        drop((poll, post));
        assert_eq!(polls.sessions.lock().len(), 1);
        drop(probe);
        assert_eq!(polls.sessions.lock().len(), 0);
    }
}
