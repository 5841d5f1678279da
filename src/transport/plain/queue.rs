//! The send queue of a plain client, and the end of its connection. The WebSocket and the event stream both
//! read from it.

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

/// How long a closing client has to read its queued messages.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The protocol of a plain client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainProtocol {
    /// WebSocket, in both directions.
    WebSocket,
    /// Server-sent events, which only receive.
    Stream,
}

/// A client that does not use Socket.IO.
pub struct PlainLink {
    /// Its connection.
    pub peer: Peer,
    /// The connection's id in limits and logs, and among the viewers.
    pub id: ConnectionId,
    /// Its protocol.
    pub kind: PlainProtocol,
    pub(super) queue_size: usize,
    state: Mutex<QueueState>,
    /// The client's ids for the log, once it is admitted.
    client: OnceLock<ClientName>,
    /// A reference to itself, for the task that ends it.
    this: Weak<Self>,
    /// Wakes the one task that writes.
    changed: Notify,
    /// Notified when the queue was taken, or the connection ends.
    taken: Notify,
}

#[derive(Default)]
struct QueueState {
    waiting: VecDeque<QueuedMessage>,
    /// How many of these are crowd messages.
    shown: usize,
    /// How often the queue was taken.
    times_taken: u32,
    close_status: Option<CloseStatus>,
    /// Whether an event of the client was deleted, which its task does not know yet.
    event_deleted: bool,
    /// Whether the connection is closed.
    gone: bool,
}

/// A message queued for a plain client.
#[derive(Debug, Clone)]
pub struct QueuedMessage {
    /// The message's name.
    pub name: &'static str,
    /// The client's position in the event's history after this message.
    pub place: Option<Arc<str>>,
    /// The message: one JSON object.
    pub text: Arc<str>,
    /// Whether it is a crowd message.
    is_show: bool,
}

/// The next thing to write.
#[derive(Debug)]
pub enum Next {
    /// These, in order.
    Frames(VecDeque<QueuedMessage>),
    /// An event of the client was deleted; the frames before say which.
    EventDeleted,
    /// The end of the connection.
    End(CloseStatus),
}

impl PlainLink {
    /// A client with an empty queue for `queue_size` messages.
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

    /// Sets the client's ids for the log once it is admitted.
    pub fn set_client(&self, client: ClientName) {
        let _ = self.client.set(client);
    }

    /// The client's ids for the log; `None` before it is admitted.
    pub fn client(&self) -> Option<ClientName> {
        self.client.get().copied()
    }

    /// Queues an object as a message with this name.
    pub fn push_object(&self, name: &'static str, object: &RawValue) -> Result<(), Unsent> {
        self.push(QueuedMessage { name, place: None, text: tagged(name, "", object), is_show: false })
    }

    /// Queues the answer to the command with this `id`.
    pub fn answer(&self, id: &RawValue, answer: &RawValue) -> Result<(), Unsent> {
        let text = tagged("answer", &format!(",\"id\":{}", id.get()), answer);
        self.push(QueuedMessage { name: "answer", place: None, text, is_show: false })
    }

    /// Waits for the next thing to write. Call it from one task at a time. Dropping the future loses nothing.
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
            state.times_taken = state.times_taken.wrapping_add(1);
            self.taken.notify_waiters();
            return Some(Next::Frames(std::mem::take(&mut state.waiting)));
        }
        if state.close_status.is_none() && std::mem::take(&mut state.event_deleted) {
            return Some(Next::EventDeleted);
        }
        state.close_status.clone().map(Next::End)
    }

    /// Ends the connection after the queued messages, or at once if the client does not keep up. Returns true
    /// the first time.
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

    /// Wakes the client's task after an event of the client was deleted.
    pub(super) fn mark_event_deleted(&self) {
        self.state.lock().event_deleted = true;
        self.changed.notify_one();
    }

    /// Drops the queue: nothing is written any more.
    pub fn mark_gone(&self) {
        let mut state = self.state.lock();
        state.gone = true;
        state.waiting = VecDeque::new();
        self.taken.notify_waiters();
    }

    /// Waits until the queue is taken or the connection ends, counting from this call.
    pub(super) fn taken(&self) -> Notified<'_> {
        self.taken.notified()
    }

    /// Whether messages are still accepted.
    pub fn is_open(&self) -> bool {
        let state = self.state.lock();
        !state.gone && state.close_status.is_none()
    }

    /// Whether the connection closes without sending the queued messages.
    pub fn is_given_up(&self) -> bool {
        self.state.lock().close_status.as_ref().is_some_and(CloseStatus::is_abrupt)
    }

    /// The number of queued crowd messages.
    pub(super) fn shown(&self) -> usize {
        self.state.lock().shown
    }

    /// How often the queue was taken.
    pub(super) fn times_taken(&self) -> u32 {
        self.state.lock().times_taken
    }

    /// Whether the queue is empty.
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
