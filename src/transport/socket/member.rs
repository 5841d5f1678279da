//! A socket as the member of a room.

use std::sync::Arc;

use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError};

use super::answer::needs_ascii;
use super::connections::{CloseReason, Connections};
use crate::live::member::{Member, Sent};
use crate::live::message::Message;

/// A member that is reached through the engine's queue.
pub struct SocketMember {
    socket: SocketRef,
    connections: Arc<Connections>,
}

impl SocketMember {
    /// The member that a socket is.
    #[must_use]
    pub fn new(socket: SocketRef, connections: Arc<Connections>) -> Self {
        Self { socket, connections }
    }
}

impl Member for SocketMember {
    fn send(&self, message: &Message) -> Sent {
        let args = if needs_ascii(&self.socket) { message.ascii_args() } else { message.args() };
        match self.socket.emit(message.name, args) {
            Ok(()) => Sent::Taken,
            Err(SendError::Socket(SocketError::InternalChannelFull)) => Sent::Full,
            Err(SendError::Socket(SocketError::Closed)) => Sent::Gone,
            Err(SendError::Serialize(error)) => {
                tracing::error!(%error, name = message.name, "a message cannot be encoded");
                Sent::Gone
            }
        }
    }

    fn is_drained(&self) -> bool {
        self.connections.outlet(&self.socket).is_none_or(|outlet| outlet.blocked_for().is_none())
    }

    fn close_behind(&self) {
        self.connections.close(&self.socket, CloseReason::Behind);
    }
}
