//! How many clients a node has, by transport.

use super::ClientRegistry;
use crate::transport::client::link::Transport;
use crate::transport::wire::ConnectionStats;

impl ConnectionStats {
    /// The number of all sockets.
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
    pub fn counts(&self) -> ConnectionStats {
        let clients = self.clients.lock();
        let transports = clients.values().map(|entry| entry.client.link.transport());
        transports.fold(ConnectionStats::default(), ConnectionStats::with)
    }
}
