//! How one client is reached, whatever it speaks.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::value::RawValue;

use super::close_reason::{ClientName, CloseReason};
use crate::domain::json;
use crate::live::member::Member;
use crate::transport::tcp::peer::Peer;

/// One connected client, whatever it speaks. As a [`Member`] it is what rooms send to.
pub trait Link: Member {
    /// Sends one message with one argument.
    ///
    /// # Errors
    /// [`Unsent`].
    fn emit(&self, name: &'static str, argument: Arc<RawValue>) -> Result<(), Unsent>;

    /// Waits until the client's full queue may have room, or the client has gone. It counts from this call on, even if the
    /// future is polled later: what happens between a refusal and the wait is not missed.
    fn has_room(&self) -> BoxFuture<'_, ()>;

    /// Ends the connection, whatever it waits for. `client` is named in the log.
    fn close(&self, reason: CloseReason, client: Option<ClientName>);

    /// Ends the connection without a word, unless it polls.
    fn abort(&self);

    /// Disconnects the client in a way that keeps it from reconnecting by itself, and leaves the connection open for a
    /// moment. False where its protocol has none: then it is to be closed.
    fn disconnect(&self) -> bool {
        false
    }

    /// Slows the client down because its messages pile up, or lets it go on.
    fn slow_down(&self, slow: bool);

    /// Whether the client is still there, as far as is known.
    fn is_connected(&self) -> bool;

    /// The connection that it began on.
    fn peer(&self) -> &Peer;

    /// For how long the client has taken nothing of what is to be written; `None` while it polls.
    fn blocked_for(&self) -> Option<Duration>;

    /// What it is connected by.
    fn transport(&self) -> Transport;
}

/// What a client is connected by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Socket.IO.
    SocketIo {
        /// Over a WebSocket, or else by polling.
        is_websocket: bool,
        /// In protocol version 4, which clients 1.x and 2.x speak.
        is_v4: bool,
    },
    /// A WebSocket without Socket.IO.
    PlainWebSocket,
    /// Server-sent events.
    Stream,
}

/// Why a message is not on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// The client's queue is full.
    Full,
    /// The client has gone.
    Gone,
}

/// Sends one message with one argument of ours.
///
/// # Errors
/// [`Unsent`].
pub fn emit(link: &dyn Link, name: &'static str, argument: &impl Serialize) -> Result<(), Unsent> {
    let argument = json::raw(argument);
    link.emit(name, argument.into())
}
