//! The Engine.IO services behind the Socket.IO path, and their shared state.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::Request;
use socketioxide::service::SocketIoService;
use socketioxide::socket::Sid;
use tower::ServiceExt as _;

use super::session::{Polling, Session, Sessions};
use super::workarounds::polling_secret::PollingSecret;
use crate::config::bytes;
use crate::domain::entropy;
use crate::transport::client::close_reason::{ClientName, CloseReason};
use crate::transport::handlers::context::Context;
use crate::transport::tcp::connection::{Connection, frame};

/// The Engine.IO service that handles requests.
pub type Engine = SocketIoService<Router>;

/// One service for each argument encoding and each initial transport.
#[derive(Clone)]
pub struct EngineServices {
    /// JSON, over a WebSocket from the start.
    pub json: Engine,
    /// JSON, for sessions that began with polling.
    pub polling_json: Engine,
    /// MessagePack, over a WebSocket from the start.
    pub msgpack: Engine,
    /// MessagePack, for sessions that began with polling.
    pub polling_msgpack: Engine,
}

/// The engines and their sessions.
pub struct Engines {
    services: EngineServices,
    /// State for the handlers.
    pub context: Arc<Context>,
    /// The sessions that began with polling.
    pub sessions: Sessions,
    /// The key that authenticates the `sid` of polling sessions.
    pub polling_secret: PollingSecret,
}

impl Engines {
    /// The engines, without sessions.
    pub fn new(services: EngineServices, context: Arc<Context>) -> Self {
        let polling_secret = PollingSecret::generate(&mut entropy::source());
        Self { services, context, sessions: Sessions::default(), polling_secret }
    }

    /// The service of a client.
    pub fn service(&self, reads_msgpack: bool, began_with_websocket: bool) -> &Engine {
        match (reads_msgpack, began_with_websocket) {
            (false, true) => &self.services.json,
            (false, false) => &self.services.polling_json,
            (true, true) => &self.services.msgpack,
            (true, false) => &self.services.polling_msgpack,
        }
    }

    /// The largest packet accepted from clients outside `/admin`, in bytes.
    pub fn max_packet(&self) -> usize {
        bytes(self.context.settings.max_packet)
    }

    /// The largest packet that a session may send now, in bytes: at least `MAX_ADMIN_PACKET` while its client
    /// is in `/admin`. The engines' own limit is the larger of the two, because they cannot tell clients
    /// apart.
    pub fn max_packet_of(&self, session: &Session) -> usize {
        if session.takes_large() {
            self.max_packet().max(bytes(self.context.settings.max_admin_packet))
        } else {
            self.max_packet()
        }
    }

    /// The ids for the log of the last client that connected in a session.
    pub fn client_of(&self, session: &Session) -> Option<ClientName> {
        let id = session.client()?;
        Some(self.context.connections.name_of(id).unwrap_or(ClientName { id, account: None }))
    }

    /// Closes a session's connection, whatever it is waiting for. `websocket` is its WebSocket connection;
    /// without one, it is closed as a polling session. The log names `client`.
    pub fn close(
        &self,
        session: &Session,
        websocket: Option<&Arc<Connection>>,
        reason: CloseReason,
        client: Option<ClientName>,
    ) {
        session.note_close(reason, client);
        if let Some(connection) = websocket {
            // The engine ends when the client answers with its own close frame.
            let is_told = |code| connection.try_send([&frame::close(code)]) == Some(1);
            if !reason.form().socketio.is_some_and(is_told) {
                connection.kill();
            }
        } else if let Some(sid) = session.polling().and_then(Polling::sid) {
            self.close_polling(sid, session);
        }
    }

    /// Closes a polling session in the only way the engine offers: with the packet that a client would send.
    fn close_polling(&self, sid: Sid, session: &Session) {
        let engine = self.service(session.reads_msgpack, false).clone();
        let is_legacy = session.is_legacy();
        let version = if is_legacy { 3 } else { 4 };
        let uri = format!("/socket.io/?EIO={version}&transport=polling&sid={sid}");
        let packet = Body::from(close_packet(is_legacy));
        let request = Request::post(uri).body(packet).expect("a session id is plain ASCII");
        // The session may have ended in the meantime; that is fine.
        tokio::spawn(async move { engine.oneshot(request).await });
    }
}

/// The packet that closes a polling session; legacy clients speak Engine.IO 3.
pub fn close_packet(is_legacy: bool) -> &'static str {
    if is_legacy { "1:1" } else { "1" }
}
