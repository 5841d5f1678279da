//! The sockets of this node: found, watched over for silence, and closed whatever state they are in.

pub(crate) mod counts;
pub(crate) mod drain;
pub mod ended_sessions;
pub(crate) mod idle_check;
pub(crate) mod packets;

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use axum::body::Body;
use http::Request;
use parking_lot::Mutex;
use socketioxide::extract::SocketRef;
use socketioxide::service::SocketIoService;
use socketioxide::socket::Sid;
use socketioxide::{ProtocolVersion, TransportType};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use self::ended_sessions::Holders;
use super::Client;
use super::link::Line;
use crate::domain::entropy;
use crate::domain::limit::Rate;
use crate::live::member::MemberId;
use crate::transport::error::{Code, Failure};
use crate::transport::socketio::polls::Polls;
use crate::transport::socketio::request::Peer;
use crate::transport::socketio::workarounds::eio3_query::NamespaceQuery;
use crate::transport::socketio::workarounds::polling_secret::PollingSecret;
use crate::transport::tcp::connection::{Outlet, frame};
use crate::transport::tcp::handshakes::Handshakes;
use packets::PollingClient;

pub use self::counts::Census;
pub use self::idle_check::Patience;
pub use super::close_reason::CloseReason;
pub use packets::Sender;

/// The code of a WebSocket's close frame when the server ends (RFC 6455 section 7.4.1).
const GOING_AWAY: u16 = 1001;

/// The Engine.IO service that requests are handed to.
pub type Engine = SocketIoService<axum::Router>;

/// The Engine.IO services, one for each way in which arguments are written and each transport with which a session
/// may begin.
#[derive(Clone)]
pub struct Engines {
    /// JSON, over a WebSocket from the start.
    pub json: Engine,
    /// JSON, over polling and what follows it.
    pub polling_json: Engine,
    /// MessagePack, over a WebSocket from the start.
    pub msgpack: Engine,
    /// MessagePack, over polling and what follows it.
    pub polling_msgpack: Engine,
}

impl Engines {
    /// The one of a client.
    #[must_use]
    pub fn of(&self, reads_msgpack: bool, began_with_websocket: bool) -> &Engine {
        match (reads_msgpack, began_with_websocket) {
            (false, true) => &self.json,
            (false, false) => &self.polling_json,
            (true, true) => &self.msgpack,
            (true, false) => &self.polling_msgpack,
        }
    }
}

/// What is taken at most.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The largest packet from a client, in bytes.
    pub max_packet: usize,
    /// The same from a client that was accepted at `/admin`, if that is larger.
    pub max_admin_packet: usize,
    /// Packets that wait for one socket.
    pub queue_size: usize,
    /// New sessions.
    pub handshake_rate: Rate,
    /// Within which a client that tries a WebSocket has to switch to it.
    pub upgrade_timeout: Duration,
    /// Whether rooms write beside the engine.
    pub direct_writes: bool,
}

/// The sockets of this node.
pub struct Connections {
    started: Instant,
    patience: Patience,
    bounds: Bounds,
    handshakes: Handshakes,
    polling_secret: PollingSecret,
    sockets: Mutex<HashMap<MemberId, Entry>>,
    /// What proved who stands behind them.
    holders: Holders,
    /// The connections of sessions that began with polling and were upgraded, by session id.
    upgraded: Mutex<HashMap<Sid, Weak<Outlet>>>,
    /// A client of each session that began with polling.
    polling_clients: Mutex<HashMap<Sid, PollingClient>>,
    /// The clients of `/admin` whose sessions began with polling.
    operators: Mutex<HashMap<Sid, Weak<Client>>>,
    /// The requests of sessions that poll.
    polls: Polls,
    /// The polling sessions whose messages pile up.
    piling: Mutex<HashSet<Sid>>,
    /// How often each polling session has fetched what was sent.
    fetches: Mutex<HashMap<String, Weak<AtomicU32>>>,
    engines: OnceLock<Engines>,
    /// Set when the server begins to shut down: no new sessions.
    draining: CancellationToken,
    /// Clients without Socket.IO that are on a WebSocket: nobody else waits for these.
    plain_tasks: TaskTracker,
}

struct Entry {
    line: Line,
    client: Arc<Client>,
    since: u32,
    /// The client's connection, for good. `None`: it polled when it came.
    outlet: Option<Arc<Outlet>>,
}

impl Entry {
    /// Whether this is a socket of a session of the engine's.
    fn is_of(&self, session: &str) -> bool {
        matches!(&self.line, Line::Socket(socket) if socket.id.as_str() == session)
    }
}

impl Connections {
    /// No sockets yet.
    #[must_use]
    pub fn new(patience: Patience, bounds: Bounds) -> Self {
        Self {
            started: Instant::now(),
            patience,
            bounds,
            handshakes: Handshakes::new(bounds.handshake_rate),
            polling_secret: PollingSecret::generate(&mut entropy::source()),
            sockets: Mutex::default(),
            holders: Holders::default(),
            upgraded: Mutex::default(),
            polling_clients: Mutex::default(),
            operators: Mutex::default(),
            polls: Polls::default(),
            piling: Mutex::default(),
            fetches: Mutex::default(),
            engines: OnceLock::new(),
            draining: CancellationToken::new(),
            plain_tasks: TaskTracker::new(),
        }
    }

    /// The services through which polling sessions are closed. Called once.
    pub fn use_engines(&self, engines: Engines) {
        assert!(self.engines.set(engines).is_ok(), "the engines are set once, at start");
    }

    /// What the `sid` of a session that polls is known by.
    #[must_use]
    pub fn polling_secret(&self) -> &PollingSecret {
        &self.polling_secret
    }

    /// No new sessions from now on.
    pub fn drain(&self) {
        self.draining.cancel();
    }

    /// Whether the server shuts down.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Waits until the server shuts down.
    pub async fn draining(&self) {
        self.draining.cancelled().await;
    }

    /// Where the namespace queries of a session of Engine.IO 3 are kept. Such a session is in `/` from its
    /// start.
    #[must_use]
    pub fn namespace_query(&self, session: &str) -> Option<NamespaceQuery> {
        let sockets = self.sockets.lock();
        let entry = sockets.values().find(|entry| entry.is_of(session))?;
        entry.line.peer()?.namespace_query.clone()
    }

    /// Seconds since the registry was made.
    #[must_use]
    pub fn now(&self) -> u32 {
        u32::try_from(self.started.elapsed().as_secs()).unwrap_or(u32::MAX - 1)
    }

    /// Takes up a client that has connected.
    pub fn add(&self, line: Line, client: Arc<Client>) {
        let (since, outlet) = (self.now(), line.outlet(self));
        self.holders.add(&client);
        if let Line::Socket(socket) = &line
            && Peer::of(socket).is_some_and(|peer| !peer.began_with_websocket)
        {
            let mut clients = self.polling_clients.lock();
            let known = clients.entry(socket.id).or_insert_with(|| PollingClient::new(&client));
            known.client = Arc::downgrade(&client);
        }
        let replaced = self.sockets.lock().insert(client.id, Entry { line, client, since, outlet });
        debug_assert!(replaced.is_none(), "ids are random");
    }

    /// Forgets a client.
    pub fn remove(&self, id: MemberId) {
        let removed = self.sockets.lock().remove(&id);
        if let Some(entry) = removed {
            self.holders.remove(&entry.client);
        }
    }

    /// A session that began with polling goes on over this connection. False if it does so over another one.
    #[must_use]
    pub fn upgrade(&self, session: Sid, outlet: &Arc<Outlet>) -> bool {
        let mut upgraded = self.upgraded.lock();
        if upgraded.get(&session).is_some_and(|other| other.strong_count() > 0) {
            return false;
        }
        upgraded.insert(session, Arc::downgrade(outlet));
        drop(upgraded);
        if self.piling.lock().contains(&session) {
            outlet.pause_reading(true);
        }
        true
    }

    /// Whether a session that began with polling goes on over a WebSocket.
    #[must_use]
    pub fn is_upgraded(&self, session: Sid) -> bool {
        self.upgraded.lock().get(&session).is_some_and(|outlet| outlet.strong_count() > 0)
    }

    /// The requests of sessions that poll.
    #[must_use]
    pub fn polls(&self) -> &Polls {
        &self.polls
    }

    /// Within which a client that tries a WebSocket has to switch to it.
    #[must_use]
    pub fn upgrade_timeout(&self) -> Duration {
        self.bounds.upgrade_timeout
    }

    /// The WebSocket connection of a socket; `None` while it polls.
    #[must_use]
    pub fn outlet(&self, socket: &SocketRef) -> Option<Arc<Outlet>> {
        let is_websocket = socket.transport_type() == TransportType::Websocket;
        if is_websocket { self.websocket(socket) } else { None }
    }

    /// The same, also while the engine is being given the connection.
    fn websocket(&self, socket: &SocketRef) -> Option<Arc<Outlet>> {
        let peer = Peer::of(socket)?;
        if peer.began_with_websocket {
            return Some(peer.outlet.clone());
        }
        self.upgraded.lock().get(&socket.id).and_then(Weak::upgrade)
    }

    /// Whether rooms write beside the engine where they may.
    #[must_use]
    pub fn writes_directly(&self) -> bool {
        self.bounds.direct_writes
    }

    /// Packets that wait for one socket at most.
    #[must_use]
    pub fn queue_size(&self) -> usize {
        self.bounds.queue_size
    }

    /// Whether one more session may begin now, for a client at this address. To be asked once a request is known to be a
    /// handshake.
    ///
    /// # Errors
    /// `unavailable`: the server shuts down, or too many come at once; then with the time to come back after.
    pub fn may_begin(&self, ip: IpAddr) -> Result<(), Failure> {
        if self.is_draining() {
            return Err(Failure::new(Code::Unavailable, "the server is shutting down"));
        }
        self.handshakes.take(ip)
    }

    /// The count of a polling session's fetches; `None` for a session on a WebSocket.
    pub fn fetches(&self, socket: &SocketRef) -> Option<Arc<AtomicU32>> {
        if socket.transport_type() == TransportType::Websocket {
            return None;
        }
        let mut fetches = self.fetches.lock();
        let known = fetches.entry(socket.id.to_string()).or_default();
        Some(known.upgrade().unwrap_or_else(|| {
            let count = Arc::new(AtomicU32::new(0));
            *known = Arc::downgrade(&count);
            count
        }))
    }

    /// A polling session has fetched what was sent.
    pub fn fetched(&self, session: &str) {
        if let Some(count) = self.fetches.lock().get(session).and_then(Weak::upgrade) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Slows a client down whose messages pile up, or lets it go on: its connection is not read, its next POST
    /// is not answered.
    pub fn slow_down(&self, socket: &SocketRef, slow: bool) {
        // Under the lock, so that an upgrade at the same time knows of it.
        let mut piling = self.piling.lock();
        if let Some(outlet) = self.websocket(socket) {
            outlet.pause_reading(slow);
        }
        if slow && socket.transport_type() == TransportType::Polling {
            piling.insert(socket.id);
        } else {
            piling.remove(&socket.id);
        }
    }

    /// Whether the messages of a polling session pile up.
    #[must_use]
    pub fn is_piling(&self, session: Sid) -> bool {
        self.piling.lock().contains(&session)
    }

    /// The first client whose line is as wanted.
    pub fn client_where(&self, is_wanted: impl Fn(&Line) -> bool) -> Option<Arc<Client>> {
        let sockets = self.sockets.lock();
        let entry = sockets.values().find(|entry| is_wanted(&entry.line))?;
        Some(entry.client.clone())
    }

    /// Ends a socket's connection, whatever it waits for.
    pub fn close(&self, socket: &SocketRef, reason: CloseReason) {
        let address = Peer::of(socket).map(|peer| peer.ip);
        // A shutdown closes all of them: to look for each among all would take long, and nobody asks whose they were.
        let client = (reason != CloseReason::Draining)
            .then(|| self.client_where(|line| matches!(line, Line::Socket(it) if it.id == socket.id)));
        reason.note(address, client.flatten().as_deref());
        if let Some(outlet) = self.outlet(socket) {
            // Who has nothing to be blamed for closes properly: the engine ends with the client's own close frame.
            let told =
                reason == CloseReason::Draining && outlet.try_send([&frame::close(GOING_AWAY)]) == Some(1);
            if !told {
                outlet.kill();
            }
        } else if let Some(engines) = self.engines.get() {
            let reads_msgpack = Peer::of(socket).is_some_and(|peer| peer.reads_msgpack);
            tokio::spawn(close_polling(engines.of(reads_msgpack, false).clone(), socket.clone()));
        }
    }

    /// The tasks of clients without Socket.IO that are on a WebSocket.
    #[must_use]
    pub fn plain_tasks(&self) -> TaskTracker {
        self.plain_tasks.clone()
    }

    /// Ends every WebSocket connection that is still there.
    pub fn cut_all(&self) {
        for line in self.all() {
            line.cut(self);
        }
    }

    /// The clients.
    #[must_use]
    pub fn all(&self) -> Vec<Line> {
        self.sockets.lock().values().map(|entry| entry.line.clone()).collect()
    }
}

/// What a client closes its polling session with; a legacy one is of Engine.IO 3.
#[must_use]
pub fn close_packet(is_legacy: bool) -> &'static str {
    if is_legacy { "1:1" } else { "1" }
}

/// Closes a polling session in the one way that the engine has for it: by the packet with which a client does.
async fn close_polling(engine: Engine, socket: SocketRef) {
    let is_legacy = matches!(socket.protocol(), ProtocolVersion::V4);
    let (version, packet) = (if is_legacy { 3 } else { 4 }, close_packet(is_legacy));
    let uri = format!("/socket.io/?EIO={version}&transport=polling&sid={}", socket.id);
    let request = Request::post(uri).body(Body::from(packet)).expect("a session id is plain ASCII");
    // A session that is gone meanwhile is closed as well as can be.
    let _ = engine.oneshot(request).await;
}
