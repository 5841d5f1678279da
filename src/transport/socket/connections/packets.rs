//! How large a packet may be: `MAX_PACKET`, and `MAX_ADMIN_PACKET` for a session as long as its client is in `/admin`.
//! The engines' own limit is the larger of the two, because they do not know who may send what.

use std::net::IpAddr;
use std::sync::Arc;

use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;

use super::{Bounds, Connections};
use crate::transport::outlet::Outlet;
use crate::transport::socket::client::Client;
use crate::transport::socket::handshake::Peer;
use crate::transport::socket::line::Line;

/// The session that packets come from.
pub struct Sender {
    /// The connection that they come over.
    outlet: Arc<Outlet>,
    /// The client's address.
    pub ip: IpAddr,
    /// The session's id, if it began with polling. Otherwise the connection is the session's own.
    session: Option<Sid>,
}

impl Sender {
    /// The session of a request, by its id if it has one already.
    #[must_use]
    pub fn new(peer: &Peer, session: Option<Sid>) -> Self {
        Self { outlet: peer.outlet.clone(), ip: peer.ip, session }
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

    /// A client of a session; `None` before it is in a namespace.
    #[must_use]
    pub fn client_of(&self, sender: &Sender) -> Option<Arc<Client>> {
        self.client_where(|line| sender.is_of(line))
    }
}
