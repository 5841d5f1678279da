//! A client without Socket.IO: what waits for it, and how its connection ends. A plain WebSocket and a stream of
//! server-sent events are both read from here.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::Notify;

pub use super::close_code::Ending;

use crate::domain::json;
use crate::live::member::{Member, Sent};
use crate::live::message::{Message, tagged};
use crate::transport::client::reply::Unsent;
use crate::transport::socketio::request::Peer;

/// Within which a client whose connection ends must have taken what waits for it.
pub const FAREWELL: Duration = Duration::from_secs(5);
/// The part of a queue that the crowd may fill: one in so many places.
const CROWD_SHARE: usize = 4;

/// What a plain client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// WebSocket, both ways.
    WebSocket,
    /// Server-sent events, which say nothing themselves.
    Stream,
}

/// A client without Socket.IO.
pub struct Plain {
    /// Its connection.
    pub peer: Peer,
    /// What it speaks.
    pub kind: Kind,
    queue_size: usize,
    state: Mutex<State>,
    /// Wakes the one task that writes.
    changed: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Frame>,
    /// How many of these show what the crowd does.
    shown: usize,
    ending: Option<Ending>,
    /// Nobody writes any more.
    gone: bool,
}

/// A message on its way to a plain client.
#[derive(Debug, Clone)]
pub struct Frame {
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
    Frames(VecDeque<Frame>),
    /// Nothing more: the connection ends.
    End(Ending),
}

impl Plain {
    /// A client for which nothing waits, and at most so much may.
    #[must_use]
    pub fn new(peer: Peer, kind: Kind, queue_size: usize) -> Self {
        Self { peer, kind, queue_size, state: Mutex::default(), changed: Notify::new() }
    }

    /// Sends an object of ours under a name.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn emit(&self, name: &'static str, object: &impl Serialize) -> Result<(), Unsent> {
        self.tell(name, "", object)
    }

    /// Answers the command of this `id`.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn answer(&self, id: &RawValue, answer: &impl Serialize) -> Result<(), Unsent> {
        self.tell("answer", &format!(",\"id\":{}", id.get()), answer)
    }

    fn tell(&self, name: &'static str, more: &str, object: &impl Serialize) -> Result<(), Unsent> {
        let object = json::raw(object);
        self.push(Frame { name, place: None, text: tagged(name, more, &object), is_show: false })
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
            return Some(Next::Frames(std::mem::take(&mut state.waiting)));
        }
        state.ending.clone().map(Next::End)
    }

    /// Ends the connection, after what waits, or at once where the client does not keep up. True the first time.
    pub fn end(self: &Arc<Self>, ending: Ending) -> bool {
        {
            let mut state = self.state.lock();
            if state.gone || state.ending.is_some() {
                return false;
            }
            if ending.is_abrupt() {
                state.waiting = VecDeque::new();
            }
            state.ending = Some(ending);
        }
        self.changed.notify_one();
        let plain = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(FAREWELL).await;
            if !plain.state.lock().gone {
                plain.peer.outlet.kill();
            }
        });
        true
    }

    /// Nobody writes any more.
    pub fn hang_up(&self) {
        let mut state = self.state.lock();
        state.gone = true;
        state.waiting = VecDeque::new();
    }

    /// Whether messages are still taken.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        let state = self.state.lock();
        !state.gone && state.ending.is_none()
    }

    /// Whether the connection ends without what waits.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.state.lock().ending.as_ref().is_some_and(Ending::is_abrupt)
    }

    fn push(&self, frame: Frame) -> Result<(), Unsent> {
        let mut state = self.state.lock();
        if state.gone || state.ending.is_some() {
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

    fn send_as(&self, message: &Message, is_show: bool) -> Sent {
        let (name, place, text) = (message.name, message.place.clone(), message.frame().clone());
        match self.push(Frame { name, place, text, is_show }) {
            Ok(()) => Sent::Taken,
            Err(Unsent::Full) => Sent::Full,
            Err(Unsent::Gone) => Sent::Gone,
        }
    }
}

/// A plain client in a room: it is treated as a socket is.
pub struct PlainMember {
    plain: Arc<Plain>,
    close_behind: Box<dyn Fn() + Send + Sync>,
}

impl PlainMember {
    /// The member that a client is, and what closes it when it is behind for too long.
    pub fn new(plain: Arc<Plain>, close_behind: impl Fn() + Send + Sync + 'static) -> Self {
        Self { plain, close_behind: Box::new(close_behind) }
    }
}

impl Member for PlainMember {
    fn send(&self, message: &Message) -> Sent {
        self.plain.send_as(message, false)
    }

    fn show(&self, message: &Message) -> Sent {
        let share = if message.is_pulse() { 1 } else { self.plain.queue_size / CROWD_SHARE };
        if self.plain.state.lock().shown >= share.max(1) {
            return Sent::Full;
        }
        self.plain.send_as(message, true)
    }

    fn is_drained(&self) -> bool {
        self.plain.state.lock().waiting.is_empty() && self.plain.peer.outlet.blocked_for().is_none()
    }

    fn close_behind(&self) {
        (self.close_behind)();
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
