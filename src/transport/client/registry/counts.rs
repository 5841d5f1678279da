//! How many clients a node has, by transport.

use super::ClientRegistry;
use crate::transport::client::link::Transport;
use crate::transport::wire::ConnectionStats;

/// The number of sockets, by transport.
#[derive(Debug, Default, Clone, Copy)]
pub struct ConnectionCounts {
    /// Over WebSocket.
    pub websocket: usize,
    /// Over polling.
    pub polling: usize,
    /// Of both, the clients of protocol v4 (1.x and 2.x).
    pub v4: usize,
    /// Over a WebSocket without Socket.IO.
    pub plain: usize,
    /// Over server-sent events.
    pub streams: usize,
}

impl ConnectionCounts {
    /// The number of all sockets.
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
    /// Counts the sockets.
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
