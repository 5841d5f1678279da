//! How large a packet may be: `MAX_PACKET`, and `MAX_ADMIN_PACKET` for a session as long as its client is in `/admin`.
//! The engines' own limit is the larger of the two, because they do not know who may send what.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Weak};

use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;

use super::{Bounds, Connections};
use crate::domain::id::ConnectionId;
use crate::transport::client::Client;
use crate::transport::client::link::Line;
use crate::transport::socketio::request::Peer;
use crate::transport::tcp::connection::Outlet;

/// Packets of a session that do not count: what every client begins with (CONNECT to its namespaces, an upgrade, the
/// answer to the first ping) takes nothing from what it may send.
const FREE_PACKETS: u8 = 6;

/// A client of a session that began with polling, as the packets of its requests find it.
pub struct PollingClient {
    /// One of its clients, if several are in namespaces.
    pub client: Weak<Client>,
    /// How many of the free packets are left.
    free: u8,
}

impl PollingClient {
    /// A client that has just connected.
    #[must_use]
    pub fn new(client: &Arc<Client>) -> Self {
        Self { client: Arc::downgrade(client), free: FREE_PACKETS }
    }
}

/// The session that packets come from.
pub struct Sender {
    /// The connection that they come over.
    outlet: Arc<Outlet>,
    /// The client's address.
    pub ip: IpAddr,
    /// The session's id, if it began with polling. Otherwise the connection is the session's own.
    session: Option<Sid>,
    /// What the session is known by if it has the connection for itself.
    connection: ConnectionId,
    /// Whether its packets are MessagePack.
    pub reads_msgpack: bool,
    /// How many of the free packets are left.
    free: AtomicU8,
}

impl Sender {
    /// The session of a request, by its id if it has one already.
    #[must_use]
    pub fn new(peer: &Peer, session: Option<Sid>) -> Self {
        let (connection, reads_msgpack) = (peer.session.id, peer.reads_msgpack);
        let free = AtomicU8::new(FREE_PACKETS);
        Self { outlet: peer.outlet.clone(), ip: peer.ip, session, connection, reads_msgpack, free }
    }

    /// Ends the connection that the packets come over.
    pub fn kill(&self) {
        self.outlet.kill();
    }

    fn is_of(&self, line: &Line) -> bool {
        match (line, self.session) {
            (Line::Socket(socket), Some(session)) => socket.id == session,
            (Line::Socket(_), None) => line
                .peer()
                .is_some_and(|peer| peer.began_with_websocket && Arc::ptr_eq(&peer.outlet, &self.outlet)),
            (Line::Plain(_), _) => false,
        }
    }
}

impl Connections {
    /// The largest packet from a client, in bytes.
    #[must_use]
    pub fn max_packet(&self) -> usize {
        self.bounds.max_packet
    }

    /// The largest packet that a session may send now, in bytes.
    #[must_use]
    pub fn max_packet_of(&self, sender: &Sender) -> usize {
        let Bounds { max_packet, max_admin_packet, .. } = self.bounds;
        let is_operator = match sender.session {
            Some(session) => self.operators.lock().contains_key(&session),
            None => sender.outlet.takes_large(),
        };
        if is_operator { max_packet.max(max_admin_packet) } else { max_packet }
    }

    /// A client was accepted at `/admin`: its session may send larger packets.
    pub fn allow_large(&self, socket: &SocketRef, client: &Arc<Client>) {
        match Peer::of(socket) {
            Some(peer) if peer.began_with_websocket => peer.outlet.take_large(true),
            _ => {
                self.operators.lock().insert(socket.id, Arc::downgrade(client));
            }
        }
    }

    /// A client has left `/admin`.
    pub fn forbid_large(&self, socket: &SocketRef) {
        match Peer::of(socket) {
            Some(peer) if peer.began_with_websocket => peer.outlet.take_large(false),
            _ => {
                self.operators.lock().remove(&socket.id);
            }
        }
    }

    /// Takes one of the packets of a session that do not count. False if none is left.
    #[must_use]
    pub fn take_free(&self, sender: &Sender) -> bool {
        let Some(session) = sender.session else {
            let free = &sender.free;
            return free
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| free.checked_sub(1))
                .is_ok();
        };
        let mut clients = self.polling_clients.lock();
        let Some(polling) = clients.get_mut(&session).filter(|polling| polling.free > 0) else {
            return false;
        };
        polling.free -= 1;
        true
    }

    /// What a session is known by. One that polls and is in no namespace has a name of its own until it is in one.
    #[must_use]
    pub fn connection_of(&self, sender: &Sender) -> ConnectionId {
        let Some(session) = sender.session else { return sender.connection };
        let client = self.polling_clients.lock().get(&session).and_then(|polling| polling.client.upgrade());
        client.map_or_else(
            || {
                let mut hasher = DefaultHasher::new();
                session.as_str().hash(&mut hasher);
                ConnectionId(hasher.finish())
            },
            |client| client.connection,
        )
    }

    /// A client of a session; `None` before it is in a namespace.
    #[must_use]
    pub fn client_of(&self, sender: &Sender) -> Option<Arc<Client>> {
        self.client_where(|line| sender.is_of(line))
    }
}
