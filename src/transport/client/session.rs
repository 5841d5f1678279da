//! What a connection of clients is known by: an Engine.IO session over all its namespaces and transports, a plain
//! WebSocket, or a stream of server-sent events.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::domain::entropy;
use crate::domain::id::ConnectionId;
use crate::transport::handlers::context::Namespace;

const VIEWER: u8 = 1;
const ADMIN: u8 = 2;

/// What a connection of clients is known by, for as long as it is there.
#[derive(Debug)]
pub struct Session {
    /// Names it.
    pub id: ConnectionId,
    /// The namespaces that it has connected to.
    flags: AtomicU8,
}

impl Session {
    /// One that begins.
    #[must_use]
    pub fn begin() -> Self {
        Self { id: ConnectionId(entropy::id(&mut entropy::source())), flags: AtomicU8::new(0) }
    }

    /// Notes a CONNECT. True for the first one to a namespace: it is part of the handshake, later ones are messages.
    pub fn connects_first(&self, namespace: Namespace) -> bool {
        self.set(if namespace == Namespace::Viewer { VIEWER } else { ADMIN })
    }

    /// Sets a flag: true if it was not set.
    fn set(&self, flag: u8) -> bool {
        self.flags.fetch_or(flag, Ordering::Relaxed) & flag == 0
    }
}

/// A request's parts must be `Clone`. The session keeps those of its first request.
impl Clone for Session {
    fn clone(&self) -> Self {
        Self { id: self.id, flags: AtomicU8::new(self.flags.load(Ordering::Relaxed)) }
    }
}
