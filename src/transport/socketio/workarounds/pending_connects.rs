//! Clients between the two steps in which the engine connects a socket: prepared by the one, found by the other.
//! What a socket keeps for that by itself it keeps for life.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use socketioxide::extract::SocketRef;
use socketioxide::socket::Socket;

use crate::transport::client::Client;

/// Clients that are not connected yet, by the places of their sockets in memory: a session may connect again while
/// an earlier socket of it is not done with connecting.
#[derive(Default)]
pub struct Arrivals(Mutex<HashMap<usize, Weak<Client>>>);

impl Arrivals {
    /// Takes note of the client of a socket, which the socket keeps.
    pub fn expect(&self, socket: &SocketRef, client: &Arc<Client>) {
        let mut expected = self.0.lock();
        if expected.len() == expected.capacity() {
            // Some connections end in between.
            expected.retain(|_, client| client.strong_count() > 0);
        }
        expected.insert(place(socket), Arc::downgrade(client));
    }

    /// The client of a socket that is connected now.
    pub fn take(&self, socket: &SocketRef) -> Option<Arc<Client>> {
        self.0.lock().remove(&place(socket))?.upgrade()
    }
}

fn place(socket: &SocketRef) -> usize {
    std::ptr::from_ref::<Socket>(socket).addr()
}
