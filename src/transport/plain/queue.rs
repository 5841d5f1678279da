//! A client without Socket.IO: what waits for it, and how its connection ends. A plain WebSocket and a stream of
//! server-sent events are both read from here.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::value::RawValue;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::close_code::CloseStatus;
use crate::domain::entropy;
use crate::domain::id::ConnectionId;
use crate::live::member::Sent;
use crate::live::message::{Message, tagged};
use crate::transport::client::close_reason::ClientName;
use crate::transport::client::link::Unsent;
use crate::transport::tcp::peer::Peer;

/// Within which a client whose connection ends must have taken what waits for it.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// What a plain client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainProtocol {
    /// WebSocket, both ways.
    WebSocket,
    /// Server-sent events, which say nothing themselves.
    Stream,
}

/// A client without Socket.IO.
pub struct PlainLink {
    /// Its connection.
    pub peer: Peer,
    /// Names the connection in limits, logs, and among the viewers.
    pub id: ConnectionId,
    /// What it speaks.
    pub kind: PlainProtocol,
    pub(super) queue_size: usize,
    state: Mutex<QueueState>,
    /// What the log calls the client, once it has been let in.
    client: OnceLock<ClientName>,
    /// Itself, for the task that ends it.
    this: Weak<Self>,
    /// Wakes the one task that writes.
    changed: Notify,
    /// What waited was taken, or the connection ends.
    taken: Notify,
}

#[derive(Default)]
struct QueueState {
    waiting: VecDeque<QueuedMessage>,
    /// How many of these show what the crowd does.
    shown: usize,
    close_status: Option<CloseStatus>,
    /// Nobody writes any more.
    gone: bool,
}

/// A message on its way to a plain client.
#[derive(Debug, Clone)]
pub struct QueuedMessage {
    /// The message's name.
    pub name: &'static str,
    /// The place in an event's history that the client has reached with it.
    pub place: Option<Arc<str>>,
    /// One JSON object.
    pub text: Arc<str>,
    /// Whether it shows what the crowd does.
    is_show: bool,
}

/// What is to be written next.
#[derive(Debug)]
pub enum Next {
    /// These, in order.
    Frames(VecDeque<QueuedMessage>),
    /// Nothing more: the connection ends.
    End(CloseStatus),
}

impl PlainLink {
    /// A client for which nothing waits, and at most so much may.
    #[must_use]
    pub fn new(peer: Peer, kind: PlainProtocol, queue_size: usize) -> Arc<Self> {
        let id = ConnectionId(entropy::id(&mut entropy::source()));
        Arc::new_cyclic(|this| Self {
            peer,
            id,
            kind,
            queue_size,
            state: Mutex::default(),
            client: OnceLock::new(),
            this: this.clone(),
            changed: Notify::new(),
            taken: Notify::new(),
        })
    }

    /// The client has been let in.
    pub fn set_client(&self, client: ClientName) {
        let _ = self.client.set(client);
    }

    /// What the log calls the client; `None` before it has been let in.
    #[must_use]
    pub fn client(&self) -> Option<ClientName> {
        self.client.get().copied()
    }

    /// Queues an object of ours under a name.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn push_object(&self, name: &'static str, object: &RawValue) -> Result<(), Unsent> {
        self.push(QueuedMessage { name, place: None, text: tagged(name, "", object), is_show: false })
    }

    /// Queues the answer to the command of this `id`.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn answer(&self, id: &RawValue, answer: &RawValue) -> Result<(), Unsent> {
        let text = tagged("answer", &format!(",\"id\":{}", id.get()), answer);
        self.push(QueuedMessage { name: "answer", place: None, text, is_show: false })
    }

    /// What is to be written next, once there is something. For one task at a time; nothing is lost where it is
    /// dropped.
    pub async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.changed.notified().await;
        }
    }

    fn take(&self) -> Option<Next> {
        let mut state = self.state.lock();
        if !state.waiting.is_empty() {
            state.shown = 0;
            self.taken.notify_waiters();
            return Some(Next::Frames(std::mem::take(&mut state.waiting)));
        }
        state.close_status.clone().map(Next::End)
    }

    /// Ends the connection, after what waits, or at once where the client does not keep up. True the first time.
    pub fn end(&self, close_status: CloseStatus) -> bool {
        {
            let mut state = self.state.lock();
            if state.gone || state.close_status.is_some() {
                return false;
            }
            if close_status.is_abrupt() {
                state.waiting = VecDeque::new();
            }
            state.close_status = Some(close_status);
        }
        self.changed.notify_one();
        self.taken.notify_waiters();
        let plain = self.this.clone();
        tokio::spawn(async move {
            tokio::time::sleep(CLOSE_TIMEOUT).await;
            if let Some(plain) = plain.upgrade().filter(|plain| !plain.state.lock().gone) {
                plain.peer.connection.kill();
            }
        });
        true
    }

    /// Nobody writes any more.
    pub fn mark_gone(&self) {
        let mut state = self.state.lock();
        state.gone = true;
        state.waiting = VecDeque::new();
        self.taken.notify_waiters();
    }

    /// Waits until what waits is taken, or the connection ends: from this call on.
    pub(super) fn taken(&self) -> Notified<'_> {
        self.taken.notified()
    }

    /// Whether messages are still taken.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let state = self.state.lock();
        !state.gone && state.close_status.is_none()
    }

    /// Whether the connection ends without what waits.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.state.lock().close_status.as_ref().is_some_and(CloseStatus::is_abrupt)
    }

    /// How many messages wait that show what the crowd does.
    pub(super) fn shown(&self) -> usize {
        self.state.lock().shown
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.state.lock().waiting.is_empty()
    }

    fn push(&self, frame: QueuedMessage) -> Result<(), Unsent> {
        let mut state = self.state.lock();
        if state.gone || state.close_status.is_some() {
            return Err(Unsent::Gone);
        }
        if state.waiting.len() >= self.queue_size {
            return Err(Unsent::Full);
        }
        state.shown += usize::from(frame.is_show);
        state.waiting.push_back(frame);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    pub(super) fn send_as(&self, message: &Message, is_show: bool) -> Sent {
        let (name, place, text) = (message.name, message.place.clone(), message.frame().clone());
        match self.push(QueuedMessage { name, place, text, is_show }) {
            Ok(()) => Sent::Taken,
            Err(Unsent::Full) => Sent::Full,
            Err(Unsent::Gone) => Sent::Gone,
        }
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
