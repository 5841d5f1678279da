//! A socket as the member of a room.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError};

use super::connections::{CloseReason, Connections};
use super::encoding::Encoding;
use crate::live::member::{Member, Sent};
use crate::live::message::Message;

/// A member that is reached through the engine's queue.
pub struct SocketMember {
    socket: SocketRef,
    encoding: Encoding,
    connections: Arc<Connections>,
    /// How often a polling client has fetched what was sent; none where the session began with a WebSocket.
    fetches: Option<Arc<AtomicU32>>,
    /// How much of what the crowd does is on its way, …
    shown: AtomicU32,
    /// … since the connection's count of departures stood here.
    departures: AtomicU32,
}

/// The part of a queue that the crowd may fill: one in so many places.
const CROWD_SHARE: usize = 4;

impl SocketMember {
    /// The member that a socket is.
    #[must_use]
    pub fn new(socket: SocketRef, connections: Arc<Connections>) -> Self {
        let fetches = connections.fetches(&socket);
        let encoding = Encoding::of(&socket);
        let (shown, departures) = (AtomicU32::new(0), AtomicU32::new(0));
        Self { socket, encoding, connections, fetches, shown, departures }
    }

    /// How often something has left for the client. Whenever it does, all that waited leaves.
    fn departures(&self) -> u32 {
        match (self.connections.outlet(&self.socket), &self.fetches) {
            // A write that waits was not counted, and holds up the others.
            (Some(outlet), _) => outlet.writes(),
            (None, Some(fetches)) => fetches.load(Ordering::Relaxed),
            (None, None) => 0,
        }
    }
}

impl Member for SocketMember {
    fn send(&self, message: &Message) -> Sent {
        match self.socket.emit(message.name, &self.encoding.encode(message)) {
            Ok(()) => Sent::Taken,
            Err(SendError::Socket(SocketError::InternalChannelFull)) => Sent::Full,
            Err(SendError::Socket(SocketError::Closed)) => Sent::Gone,
            Err(SendError::Serialize(error)) => {
                tracing::error!(%error, name = message.name, "a message cannot be encoded");
                Sent::Gone
            }
        }
    }

    fn show(&self, message: &Message) -> Sent {
        let departures = self.departures();
        if self.departures.swap(departures, Ordering::Relaxed) != departures {
            self.shown.store(0, Ordering::Relaxed);
        }
        let shown = self.shown.load(Ordering::Relaxed);
        let share = if message.is_pulse() { 1 } else { self.connections.queue_size() / CROWD_SHARE };
        if shown as usize >= share.max(1) {
            return Sent::Full;
        }
        self.shown.store(shown + 1, Ordering::Relaxed);
        self.send(message)
    }

    fn is_drained(&self) -> bool {
        self.connections.outlet(&self.socket).is_none_or(|outlet| outlet.blocked_for().is_none())
    }

    fn close_behind(&self) {
        self.connections.close(&self.socket, CloseReason::Behind);
    }
}
