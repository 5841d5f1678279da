//! How many clients a node has, by what they came over.

use super::ClientRegistry;
use crate::transport::client::link::Transport;
use crate::transport::wire::ConnectionStats;

/// How many sockets there are, by what they came over.
#[derive(Debug, Default, Clone, Copy)]
pub struct ConnectionCounts {
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

impl ConnectionCounts {
    /// All of them.
    #[must_use]
    pub fn total(self) -> usize {
        self.websocket + self.polling + self.plain + self.streams
    }

    fn with(mut self, transport: Transport) -> Self {
        match transport {
            Transport::SocketIo { is_websocket, is_v4 } => {
                self.websocket += usize::from(is_websocket);
                self.polling += usize::from(!is_websocket);
                self.v4 += usize::from(is_v4);
            }
            Transport::PlainWebSocket => self.plain += 1,
            Transport::Stream => self.streams += 1,
        }
        self
    }
}

impl ClientRegistry {
    /// How many sockets there are.
    #[must_use]
    pub fn counts(&self) -> ConnectionCounts {
        let clients = self.clients.lock();
        let transports = clients.values().map(|entry| entry.client.link.transport());
        transports.fold(ConnectionCounts::default(), ConnectionCounts::with)
    }
}

impl From<ConnectionCounts> for ConnectionStats {
    fn from(counts: ConnectionCounts) -> Self {
        let ConnectionCounts { websocket, polling, v4, plain, streams } = counts;
        Self { websocket, polling, v4, plain, streams }
    }
}
