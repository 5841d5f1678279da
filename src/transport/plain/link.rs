//! A client without Socket.IO as a link, and how it is answered.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use serde_json::value::RawValue;

use super::queue::{Kind, Plain};
use crate::live::member::{Member, Sent};
use crate::live::message::Message;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::link::{Link, Transport, Unsent};
use crate::transport::client::reply::Reply;
use crate::transport::tcp::peer::Peer;

/// The part of a queue that the crowd may fill: one in so many places.
const CROWD_SHARE: usize = 4;

impl Member for Plain {
    fn send(&self, message: &Message) -> Sent {
        self.send_as(message, false)
    }

    fn show(&self, message: &Message) -> Sent {
        let share = if message.is_pulse() { 1 } else { self.queue_size / CROWD_SHARE };
        if self.shown() >= share.max(1) {
            return Sent::Full;
        }
        self.send_as(message, true)
    }

    fn is_drained(&self) -> bool {
        self.is_empty() && self.peer.outlet.blocked_for().is_none()
    }

    fn close_behind(&self) {
        self.close(CloseReason::Behind);
    }
}

impl Link for Plain {
    fn emit(&self, name: &'static str, argument: Arc<RawValue>) -> Result<(), Unsent> {
        self.tell(name, &argument)
    }

    fn has_room(&self) -> BoxFuture<'_, ()> {
        self.taken().boxed()
    }

    fn close(&self, reason: CloseReason) {
        if self.end(reason.into()) {
            reason.note(Some(self.peer.ip), self.client());
        }
    }

    fn cut(&self) {
        self.peer.outlet.kill();
    }

    fn slow_down(&self, slow: bool) {
        self.peer.outlet.pause_reading(slow);
    }

    fn is_connected(&self) -> bool {
        self.is_open()
    }

    fn peer(&self) -> &Peer {
        &self.peer
    }

    fn blocked_for(&self) -> Option<Duration> {
        self.peer.outlet.blocked_for()
    }

    fn transport(&self) -> Transport {
        match self.kind {
            Kind::WebSocket => Transport::PlainWebSocket,
            Kind::Stream => Transport::Stream,
        }
    }
}

/// Answers by the `id` of a command.
pub struct Command {
    /// Who sent it.
    pub plain: Arc<Plain>,
    /// Its `id`, as the client wrote it.
    pub id: Box<RawValue>,
}

impl Reply for Command {
    fn reply(&self, answer: Arc<RawValue>) -> Result<(), Unsent> {
        self.plain.answer(&self.id, &answer)
    }
}

/// Answers by the first message of a connection.
pub struct Joined(pub Arc<Plain>);

impl Reply for Joined {
    fn reply(&self, answer: Arc<RawValue>) -> Result<(), Unsent> {
        self.0.tell("joined", &answer)
    }
}
