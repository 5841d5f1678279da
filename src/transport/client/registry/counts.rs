//! How many clients a node has, by what they came over.

use socketioxide::{ProtocolVersion, TransportType};

use super::Connections;
use crate::transport::client::link::Line;
use crate::transport::plain::queue::Kind;
use crate::transport::wire::ConnectionStats;

/// How many sockets there are, by what they came over.
#[derive(Debug, Default, Clone, Copy)]
pub struct Census {
    /// Over WebSocket.
    pub websocket: usize,
    /// Over polling.
    pub polling: usize,
    /// Of these, clients of protocol v4 (1.x and 2.x).
    pub v4: usize,
    /// Over a WebSocket without Socket.IO.
    pub plain: usize,
    /// Over server-sent events.
    pub streams: usize,
}

impl Census {
    /// All of them.
    #[must_use]
    pub fn total(self) -> usize {
        self.websocket + self.polling + self.plain + self.streams
    }

    fn with(mut self, line: &Line) -> Self {
        match line {
            Line::Socket(socket) => {
                let websocket = socket.transport_type() == TransportType::Websocket;
                self.websocket += usize::from(websocket);
                self.polling += usize::from(!websocket);
                self.v4 += usize::from(socket.protocol() == ProtocolVersion::V4);
            }
            Line::Plain(plain) => match plain.kind {
                Kind::WebSocket => self.plain += 1,
                Kind::Stream => self.streams += 1,
            },
        }
        self
    }
}

impl Connections {
    /// How many sockets there are.
    #[must_use]
    pub fn census(&self) -> Census {
        let sockets = self.sockets.lock();
        sockets.values().fold(Census::default(), |census, entry| census.with(&entry.line))
    }
}

impl From<Census> for ConnectionStats {
    fn from(census: Census) -> Self {
        let Census { websocket, polling, v4, plain, streams } = census;
        Self { websocket, polling, v4, plain, streams }
    }
}
