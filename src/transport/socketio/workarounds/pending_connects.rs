//! Passes a client from the engine's middleware to its connect handler.
//!
//! - A middleware can pass values to the connect handler only as extensions of the socket (socketioxide
//!   0.18.9, `handler/connect.rs`).
//! - Every socket would keep them for its whole life.
//! - This map holds the client between the two.
//! - Can go when a middleware can return a value to the handler.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use socketioxide::extract::SocketRef;
use socketioxide::socket::Socket;

use crate::transport::client::Client;

/// Clients that are not connected yet, by the addresses of their sockets in memory. Socket ids would not do:
/// a session may connect again while its earlier socket is still connecting.
#[derive(Default)]
pub struct PendingConnects(Mutex<HashMap<usize, Weak<Client>>>);

impl PendingConnects {
    /// Records the client of a socket. The socket keeps the client alive.
    pub fn expect(&self, socket: &SocketRef, client: &Arc<Client>) {
        let mut expected = self.0.lock();
        if expected.len() == expected.capacity() {
            // Some connections end between the two steps.
            expected.retain(|_, client| client.strong_count() > 0);
        }
        expected.insert(place(socket), Arc::downgrade(client));
    }

    /// Takes the client of a socket that has connected.
    pub fn take(&self, socket: &SocketRef) -> Option<Arc<Client>> {
        self.0.lock().remove(&place(socket))?.upgrade()
    }
}

fn place(socket: &SocketRef) -> usize {
    std::ptr::from_ref::<Socket>(socket).addr()
}
