//! [`Link`] for a Socket.IO socket.

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use serde_json::value::RawValue;
use socketioxide::extract::SocketRef;
use socketioxide::socket::Socket;
use socketioxide::{SendError, SocketError, TransportType};

use super::direct_write::DirectWriter;
use super::encoding::Encoding;
use super::engines::Engines;
use super::session::Session;
use super::workarounds::reserved_slots;
use crate::transport::client::close_reason::{ClientName, CloseReason};
use crate::transport::client::link::{Link, Transport, Unsent};
use crate::transport::tcp::connection::Connection;
use crate::transport::tcp::peer::Peer;

/// A socket: one client in one namespace. Rooms write to it directly, bypassing the engine, if the order
/// allows it, or else through the engine's queue.
pub struct SocketLink {
    /// Weak, because the socket's own handlers hold this link.
    pub(super) socket: Weak<Socket>,
    pub(super) session: Arc<Session>,
    pub(super) engines: Arc<Engines>,
    pub(super) direct: DirectWriter,
    /// How many crowd messages are in the queue, …
    pub(super) shown: AtomicU32,
    /// … counted since `departures` had this value.
    pub(super) departures: AtomicU32,
}

impl SocketLink {
    /// The link to the client of a socket.
    pub fn new(socket: &Arc<Socket>, session: &Arc<Session>, engines: &Arc<Engines>) -> Self {
        let encoding = Encoding::new(session.reads_msgpack, session.is_legacy());
        Self {
            socket: Arc::downgrade(socket),
            session: session.clone(),
            engines: engines.clone(),
            direct: DirectWriter::new(
                socket.ns() == "/admin",
                encoding,
                engines.context.settings.direct_writes,
            ),
            shown: AtomicU32::new(0),
            departures: AtomicU32::new(0),
        }
    }

    /// The socket; `None` once the engine has dropped it.
    pub(super) fn socket(&self) -> Option<SocketRef> {
        self.socket.upgrade().map(SocketRef::from)
    }

    /// Its WebSocket connection; `None` while it polls.
    pub(super) fn connection(&self) -> Option<&Arc<Connection>> {
        // A session never returns from WebSocket to polling.
        self.direct.connection(|| self.websocket())
    }

    fn websocket(&self) -> Option<Arc<Connection>> {
        let connection = self.session.websocket()?;
        // While the connection is being handed to the engine, the session still polls.
        let polls = || self.socket().is_some_and(|socket| socket.transport_type() == TransportType::Polling);
        if self.session.polling().is_some() && polls() { None } else { Some(connection) }
    }

    /// Call this before the engine queues its answer to the socket's CONNECT: direct writes then wait until
    /// that answer has left.
    pub fn await_connect(&self, socket: &SocketRef) {
        if let (Some(format), Some(connection)) = (self.direct.format(), self.connection()) {
            let sid = (!self.session.is_legacy()).then(|| socket.id.to_string());
            connection.await_packet(format.fingerprint_of_connect(sid.as_deref()));
        }
    }

    /// Checks that the queue of a polling socket has a free slot for an answer.
    pub(super) fn check_place(&self, socket: &SocketRef) -> Result<(), Unsent> {
        let polls = self.connection().is_none() && socket.connected();
        if polls && !reserved_slots::takes_an_answer(socket) { Err(Unsent::Full) } else { Ok(()) }
    }
}

impl Link for SocketLink {
    fn emit(&self, name: &'static str, argument: Arc<RawValue>) -> Result<(), Unsent> {
        let socket = self.socket().ok_or(Unsent::Gone)?;
        self.check_place(&socket)?;
        sent(socket.emit(name, &self.direct.encoding.encode_one(argument)))
    }

    fn has_room(&self) -> BoxFuture<'_, ()> {
        self.session.has_room().boxed()
    }

    fn close(&self, reason: CloseReason, client: Option<ClientName>) {
        self.engines.close(&self.session, self.connection(), reason, client);
    }

    fn abort(&self) {
        if let Some(connection) = self.connection() {
            connection.kill();
        }
    }

    fn disconnect(&self) -> bool {
        self.socket().is_some_and(|socket| socket.disconnect().is_ok())
    }

    fn slow_down(&self, slow: bool) {
        self.session.slow_down(slow);
    }

    fn is_connected(&self) -> bool {
        self.socket().is_some_and(|socket| socket.connected())
    }

    fn peer(&self) -> &Peer {
        &self.session.peer
    }

    fn blocked_for(&self) -> Option<Duration> {
        self.connection()?.blocked_for()
    }

    fn transport(&self) -> Transport {
        Transport::SocketIo { is_websocket: self.connection().is_some(), is_v4: self.session.is_legacy() }
    }
}

/// The result of handing a packet to the engine.
pub(super) fn sent(result: Result<(), SendError>) -> Result<(), Unsent> {
    result.map_err(|error| match error {
        SendError::Socket(SocketError::InternalChannelFull) => Unsent::Full,
        SendError::Socket(SocketError::Closed) | SendError::Serialize(_) => Unsent::Gone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::client::Client;
    use crate::transport::socketio::receive::Receiver;
    use crate::transport::socketio::workarounds::frame_check::CheckedStream;
    use crate::transport::tcp::connection::ConnectionStream;

    /// Sizes of glibc's blocks: multiples of 16 bytes, 8 of them used by glibc. If one of these types needs a
    /// larger block, each viewer costs 16 bytes more.
    #[test]
    fn the_state_of_each_viewer_fits_its_block_of_memory() {
        const COUNTS_OF_ARC: usize = 16;
        let block = |size: usize| (size + 8).next_multiple_of(16);
        assert_eq!(block(size_of::<SocketLink>() + COUNTS_OF_ARC), 80);
        assert_eq!(block(size_of::<Session>() + COUNTS_OF_ARC), 112);
        assert_eq!(block(size_of::<Client>() + COUNTS_OF_ARC), 128);
        assert_eq!(block(size_of::<Connection>() + COUNTS_OF_ARC), 256);
        assert_eq!(block(size_of::<CheckedStream<ConnectionStream>>()), 96);
        assert_eq!(block(size_of::<Receiver>()), 32);
    }
}
