//! [`Link`] and [`Reply`] for plain clients.

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

/// Crowd messages may fill one queue slot in this many.
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

    fn departures(&self) -> u32 {
        self.times_taken()
    }

    fn is_drained(&self) -> bool {
        self.is_empty() && self.peer.connection.blocked_for().is_none()
    }

    fn on_event_deleted(&self) {
        self.mark_event_deleted();
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

/// Answers a command under its `id`.
pub struct CommandReply {
    /// The client that sent the command.
    pub plain: Arc<PlainLink>,
    /// The command's `id`, as sent.
    pub id: Box<RawValue>,
}

impl Reply for CommandReply {
    fn reply(&self, answer: Arc<RawValue>) -> Result<(), Unsent> {
        self.plain.answer(&self.id, &answer)
    }
}

/// Answers the implicit join with `joined`, the connection's first message.
pub struct JoinReply(pub Arc<PlainLink>);

impl Reply for JoinReply {
    fn reply(&self, answer: Arc<RawValue>) -> Result<(), Unsent> {
        self.0.push_object("joined", &answer)
    }
}
