//! Clients between the two steps in which the engine connects a socket: the middleware and the connect handler.
//!
//! - A middleware can pass nothing to the connect handler but what the socket keeps as extensions (socketioxide 0.18.9,
//!   `handler/connect.rs`).
//! - Every socket would keep that for life.
//! - This map holds the client from the one step to the other.
//! - Can go when a middleware can return a value to the handler.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use socketioxide::extract::SocketRef;
use socketioxide::socket::Socket;

use crate::transport::client::Client;

/// Clients that are not connected yet, by the places of their sockets in memory: a session may connect again while
/// an earlier socket of it is not done with connecting.
#[derive(Default)]
pub struct PendingConnects(Mutex<HashMap<usize, Weak<Client>>>);

impl PendingConnects {
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
