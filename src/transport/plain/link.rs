//! A client without Socket.IO as a link, and how it is answered.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use serde_json::value::RawValue;

use super::queue::{PlainLink, PlainProtocol};
use crate::live::member::{Member, Sent};
use crate::live::message::Message;
use crate::transport::client::close_reason::{ClientName, CloseReason};
use crate::transport::client::link::{Link, Transport, Unsent};
use crate::transport::client::reply::Reply;
use crate::transport::tcp::peer::Peer;

/// The part of a queue that the crowd may fill: one in so many places.
const CROWD_SHARE: usize = 4;

impl Member for PlainLink {
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
        self.is_empty() && self.peer.connection.blocked_for().is_none()
    }

    fn close_slow(&self) {
        self.close(CloseReason::Behind, self.client());
    }
}

impl Link for PlainLink {
    fn emit(&self, name: &'static str, argument: Arc<RawValue>) -> Result<(), Unsent> {
        self.push_object(name, &argument)
    }

    fn has_room(&self) -> BoxFuture<'_, ()> {
        self.taken().boxed()
    }

    fn close(&self, reason: CloseReason, client: Option<ClientName>) {
        if self.end(reason.into()) {
            reason.note(Some(self.peer.ip), client);
        }
    }

    fn abort(&self) {
        self.peer.connection.kill();
    }

    fn slow_down(&self, slow: bool) {
        self.peer.connection.pause_reading(slow);
    }

    fn is_connected(&self) -> bool {
        self.is_open()
    }

    fn peer(&self) -> &Peer {
        &self.peer
    }

    fn blocked_for(&self) -> Option<Duration> {
        self.peer.connection.blocked_for()
    }

    fn transport(&self) -> Transport {
        match self.kind {
            PlainProtocol::WebSocket => Transport::PlainWebSocket,
            PlainProtocol::Stream => Transport::Stream,
        }
    }
}

/// Answers by the `id` of a command.
pub struct CommandReply {
    /// Who sent it.
    pub plain: Arc<PlainLink>,
    /// Its `id`, as the client wrote it.
    pub id: Box<RawValue>,
}

impl Reply for CommandReply {
    fn reply(&self, answer: Arc<RawValue>) -> Result<(), Unsent> {
        self.plain.answer(&self.id, &answer)
    }
}

/// Answers by the first message of a connection.
pub struct JoinReply(pub Arc<PlainLink>);

impl Reply for JoinReply {
    fn reply(&self, answer: Arc<RawValue>) -> Result<(), Unsent> {
        self.0.push_object("joined", &answer)
    }
}
