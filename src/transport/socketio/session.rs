//! One record for each Engine.IO session, shared by its namespaces: its limits, its transport and its
//! requests.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering, fence};
use std::sync::{Arc, OnceLock, Weak};

use parking_lot::Mutex;
use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::polls::Polls;
use super::workarounds::eio3_query::NamespaceQuery;
use crate::domain::entropy;
use crate::domain::id::ConnectionId;
use crate::live::member::MemberId;
use crate::transport::client::close_reason::{ClientName, CloseReason};
use crate::transport::handlers::context::Namespace;
use crate::transport::tcp::connection::Connection;
use crate::transport::tcp::peer::Peer;

const VIEWER: u8 = 1;
const ADMIN: u8 = 2;
const FLOODING: u8 = 4;
const LARGE_PACKETS: u8 = 8;

/// The first packets of a session that do not count towards its limit. They cover what every client sends at
/// the start: CONNECT to its namespaces, an upgrade, the answer to the first ping.
const FREE_PACKETS: u8 = 6;

/// An Engine.IO session across its namespaces and transports. The engine keeps it, with the parts of the
/// session's first request, as long as the session lasts.
pub struct Session {
    /// Its id in limits and logs, and among the viewers.
    pub id: ConnectionId,
    /// The connection it began on.
    pub peer: Peer,
    /// Whether its client reads MessagePack.
    pub reads_msgpack: bool,
    /// For an Engine.IO 3 client: the query of the namespace it last connected to.
    pub namespace_query: Option<NamespaceQuery>,
    /// Bit flags: the namespaces it has connected to, whether it is being closed for flooding, and whether it
    /// may send large packets.
    flags: AtomicU8,
    /// How many free packets are left.
    free: AtomicU8,
    /// The last client that connected; 0: none.
    client: AtomicU64,
    /// `None` if it began with a WebSocket.
    polling: Option<Box<Polling>>,
    /// Notified when the engine has taken something from the session's queue. Created by the first waiter,
    /// because few queues are ever full.
    taken: OnceLock<Box<Notify>>,
}

/// The state of a session that began with polling.
#[derive(Default)]
pub struct Polling {
    /// The engine's id of the session, once it is known.
    sid: OnceLock<Sid>,
    /// The session's requests.
    pub polls: Polls,
    /// How often the client has fetched packets.
    pub fetches: AtomicU32,
    /// Its WebSocket connection, after an upgrade.
    upgraded: Mutex<Weak<Connection>>,
    /// Whether the client's messages pile up.
    is_backlogged: Mutex<bool>,
    /// Notified when they no longer do.
    backlog_cleared: Notify,
}

impl Session {
    /// A new session.
    #[must_use]
    pub fn begin(
        peer: Peer,
        is_websocket: bool,
        reads_msgpack: bool,
        namespace_query: Option<NamespaceQuery>,
    ) -> Self {
        Self {
            id: ConnectionId(entropy::id(&mut entropy::source())),
            peer,
            reads_msgpack,
            namespace_query,
            flags: AtomicU8::new(0),
            free: AtomicU8::new(FREE_PACKETS),
            client: AtomicU64::new(0),
            polling: (!is_websocket).then(Box::default),
            taken: OnceLock::new(),
        }
    }

    /// The session of a socket. Every request that [`request`](super::request) hands to the engine has one.
    pub fn of(socket: &SocketRef) -> Option<&Arc<Self>> {
        socket.req_parts().extensions.get()
    }

    /// Its polling state; `None` if it began with a WebSocket.
    pub fn polling(&self) -> Option<&Polling> {
        self.polling.as_deref()
    }

    /// Records a CONNECT. Returns true for the first one to a namespace: it is part of the handshake, while
    /// later ones count as messages.
    pub fn connects_first(&self, namespace: Namespace) -> bool {
        self.set(if namespace == Namespace::Viewer { VIEWER } else { ADMIN })
    }

    /// Whether its client speaks Engine.IO 3, and so version 4 of the Socket.IO protocol.
    pub fn is_legacy(&self) -> bool {
        self.namespace_query.is_some()
    }

    /// Counts and logs that the session is closed, with its client. A flood is logged once per session.
    pub fn note_close(&self, reason: CloseReason, client: Option<ClientName>) {
        if reason != CloseReason::Flooding || self.set(FLOODING) {
            reason.note(Some(self.peer.ip), client);
        }
    }

    /// Takes one of the free packets. Returns false if none is left.
    #[must_use]
    pub fn take_free(&self) -> bool {
        self.free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| free.checked_sub(1)).is_ok()
    }

    /// Whether the client may send the large packets of `/admin`.
    pub fn takes_large(&self) -> bool {
        self.flags.load(Ordering::Relaxed) & LARGE_PACKETS != 0
    }

    /// Allows or forbids the client to send the large packets of `/admin`.
    pub fn take_large(&self, large: bool) {
        if large {
            self.set(LARGE_PACKETS);
        } else {
            self.flags.fetch_and(!LARGE_PACKETS, Ordering::Relaxed);
        }
    }

    /// Sets a flag. Returns true if it was not set.
    fn set(&self, flag: u8) -> bool {
        self.flags.fetch_or(flag, Ordering::Relaxed) & flag == 0
    }

    /// Records the last client that connected.
    pub fn set_client(&self, client: MemberId) {
        self.client.store(client, Ordering::Relaxed);
    }

    /// The last client that connected.
    pub fn client(&self) -> Option<MemberId> {
        Some(self.client.load(Ordering::Relaxed)).filter(|client| *client != 0)
    }

    /// Its WebSocket connection; `None` while it polls.
    pub fn websocket(&self) -> Option<Arc<Connection>> {
        match &self.polling {
            None => Some(self.peer.connection.clone()),
            Some(polling) => polling.upgraded.lock().upgrade(),
        }
    }

    /// Waits until the engine has taken something from the session's queue, or a client of the session has
    /// disconnected, counting from this call.
    pub fn has_room(&self) -> Notified<'_> {
        let taken = self.taken.get_or_init(Box::default).notified();
        // Pairs with the fence in `note_taken`: either the caller finds room, or it is woken.
        fence(Ordering::SeqCst);
        taken
    }

    /// Wakes the waiters of [`Session::has_room`]: the engine has taken something from the queue, or a client
    /// has disconnected.
    pub fn note_taken(&self) {
        fence(Ordering::SeqCst);
        if let Some(taken) = self.taken.get() {
            taken.notify_waiters();
        }
    }

    /// Slows the client down because its messages pile up, or resumes it. Slowed down, its connection is not
    /// read, or its next POST is not answered.
    pub fn slow_down(&self, slow: bool) {
        let Some(polling) = &self.polling else { return self.peer.connection.pause_reading(slow) };
        // Under the lock, so that a concurrent upgrade sees it.
        let mut is_backlogged = polling.is_backlogged.lock();
        *is_backlogged = slow;
        if let Some(connection) = polling.upgraded.lock().upgrade() {
            connection.pause_reading(slow);
        }
        if !slow {
            polling.backlog_cleared.notify_waiters();
        }
    }
}

impl Polling {
    /// The engine's id of the session, once the client has received it.
    pub fn sid(&self) -> Option<Sid> {
        self.sid.get().copied()
    }

    /// Switches the session to this WebSocket connection. Returns false if it already uses another one.
    #[must_use]
    pub fn upgrade(&self, connection: &Arc<Connection>) -> bool {
        let is_backlogged = self.is_backlogged.lock();
        let mut upgraded = self.upgraded.lock();
        if upgraded.strong_count() > 0 {
            return false;
        }
        *upgraded = Arc::downgrade(connection);
        if *is_backlogged {
            connection.pause_reading(true);
        }
        true
    }

    /// Whether the session uses a WebSocket.
    pub fn is_upgraded(&self) -> bool {
        self.upgraded.lock().strong_count() > 0
    }

    /// Waits until the client's messages no longer pile up.
    pub async fn backlog_cleared(&self) {
        loop {
            let backlog_cleared = self.backlog_cleared.notified();
            if !*self.is_backlogged.lock() {
                return;
            }
            backlog_cleared.await;
        }
    }
}

/// The sessions that began with polling, by the engine's id.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<Sid, Weak<Session>>>);

impl Sessions {
    /// Adds a session that began with polling. It stays until the engine drops it.
    pub fn add(&self, sid: Sid, session: &Arc<Session>) {
        let Some(polling) = session.polling() else { return };
        let _ = polling.sid.set(sid);
        let mut sessions = self.0.lock();
        if sessions.len() == sessions.capacity() {
            sessions.retain(|_, session| session.strong_count() > 0);
        }
        sessions.insert(sid, Arc::downgrade(session));
    }

    /// The session with this id.
    pub fn find(&self, sid: Sid) -> Option<Arc<Session>> {
        self.0.lock().get(&sid)?.upgrade()
    }
}
