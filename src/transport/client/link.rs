//! The way to reach a client, independent of its protocol.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::value::RawValue;

use super::close_reason::{ClientName, CloseReason};
use crate::domain::json;
use crate::live::member::Member;
use crate::transport::tcp::peer::Peer;

/// One connected client, independent of its protocol. Rooms send to it as a [`Member`].
pub trait Link: Member {
    /// Sends one message with one argument.
    fn emit(&self, name: &'static str, argument: Arc<RawValue>) -> Result<(), Unsent>;

    /// Waits until the client's full queue may have room, or the client has disconnected. The wait starts at
    /// this call, not at the first poll, so a change between the two is not missed.
    fn has_room(&self) -> BoxFuture<'_, ()>;

    /// Closes the connection, whatever it is waiting for. The log names `client`.
    fn close(&self, reason: CloseReason, client: Option<ClientName>);

    /// Drops the connection without a close frame, unless it polls.
    fn abort(&self);

    /// Disconnects the client so that it does not reconnect on its own, and leaves the connection open.
    /// Returns false if the protocol has no such packet; then close the connection.
    fn disconnect(&self) -> bool {
        false
    }

    /// Slows the client down because its messages pile up, or resumes it.
    fn slow_down(&self, slow: bool);

    /// Whether the client is still connected, as far as is known.
    fn is_connected(&self) -> bool;

    /// The connection it began on.
    fn peer(&self) -> &Peer;

    /// How long writes have been blocked; `None` while the client polls.
    fn blocked_for(&self) -> Option<Duration>;

    /// The transport it uses.
    fn transport(&self) -> Transport;
}

/// The transport of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Socket.IO.
    SocketIo {
        /// True over a WebSocket, false over polling.
        is_websocket: bool,
        /// True for protocol version 4, which clients 1.x and 2.x speak.
        is_v4: bool,
    },
    /// A WebSocket without Socket.IO.
    PlainWebSocket,
    /// Server-sent events.
    Stream,
}

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// The client's queue is full.
    Full,
    /// The client has disconnected.
    Gone,
}

/// Serializes an argument and sends one message with it.
pub fn emit(link: &dyn Link, name: &'static str, argument: &impl Serialize) -> Result<(), Unsent> {
    let argument = json::raw(argument);
    link.emit(name, argument.into())
}
