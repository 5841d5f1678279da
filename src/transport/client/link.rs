//! How one client is reached, whatever it came over.

use std::sync::Arc;

use serde::Serialize;
use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;

use super::registry::{CloseReason, Connections};
use super::reply;
use super::reply::Unsent;
use crate::live::member::Member;
use crate::transport::plain::queue::{Plain, PlainMember};
use crate::transport::socketio::member::SocketMember;
use crate::transport::socketio::request::Peer;
use crate::transport::tcp::connection::Outlet;

/// The way to one client. Cheap to clone.
#[derive(Clone)]
pub enum Line {
    /// A socket of the engine's.
    Socket(SocketRef),
    /// A plain WebSocket, or a stream of server-sent events.
    Plain(Arc<Plain>),
}

impl Line {
    /// The connection that it began on.
    #[must_use]
    pub fn peer(&self) -> Option<&Peer> {
        match self {
            Self::Socket(socket) => Peer::of(socket),
            Self::Plain(plain) => Some(&plain.peer),
        }
    }

    /// The session whose clients share a connection; `None` for one that has its own.
    #[must_use]
    pub fn session(&self) -> Option<Sid> {
        match self {
            Self::Socket(socket) => Some(socket.id),
            Self::Plain(_) => None,
        }
    }

    /// Whether the client is still there, as far as is known.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        match self {
            Self::Socket(socket) => socket.connected(),
            Self::Plain(plain) => plain.is_connected(),
        }
    }

    /// The client as the member of a room.
    #[must_use]
    pub fn member(&self, connections: &Arc<Connections>) -> Arc<dyn Member> {
        match self {
            Self::Socket(socket) => Arc::new(SocketMember::new(socket.clone(), connections.clone())),
            Self::Plain(plain) => {
                let (line, connections) = (self.clone(), connections.clone());
                let close_behind = move || line.close(&connections, CloseReason::Behind);
                Arc::new(PlainMember::new(plain.clone(), close_behind))
            }
        }
    }

    /// Sends one message of one argument.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn emit(&self, name: &'static str, argument: &impl Serialize) -> Result<(), Unsent> {
        match self {
            Self::Socket(socket) => reply::emit(socket, name, argument),
            Self::Plain(plain) => plain.emit(name, argument),
        }
    }

    /// The connection that the client is on all the time; `None` while it polls.
    #[must_use]
    pub fn outlet(&self, connections: &Connections) -> Option<Arc<Outlet>> {
        match self {
            Self::Socket(socket) => connections.outlet(socket),
            Self::Plain(plain) => Some(plain.peer.outlet.clone()),
        }
    }

    /// Slows the client down, whose messages pile up, or lets it go on.
    pub fn slow_down(&self, connections: &Connections, slow: bool) {
        match self {
            Self::Socket(socket) => connections.slow_down(socket, slow),
            Self::Plain(plain) => plain.peer.outlet.pause_reading(slow),
        }
    }

    /// Ends the connection, whatever it waits for.
    pub fn close(&self, connections: &Connections, reason: CloseReason) {
        match self {
            Self::Socket(socket) => connections.close(socket, reason),
            Self::Plain(plain) => {
                if plain.end(reason.into()) {
                    let is_it = |line: &Self| matches!(line, Self::Plain(it) if Arc::ptr_eq(it, plain));
                    let client =
                        (reason != CloseReason::Draining).then(|| connections.client_where(is_it)).flatten();
                    reason.note(Some(plain.peer.ip), client.as_deref());
                }
            }
        }
    }

    /// Closes a client that does not take its answers, unless it has gone by itself.
    pub fn close_if_connected(&self, connections: &Connections) {
        if self.is_connected() {
            self.close(connections, CloseReason::Unanswerable);
        }
    }

    /// Ends the connection without a word, if it is one that is there all the time.
    pub fn cut(&self, connections: &Connections) {
        if let Some(outlet) = self.outlet(connections) {
            outlet.kill();
        }
    }
}
