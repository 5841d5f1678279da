//! The two namespaces: admitting, connecting and disconnecting sockets.

use std::convert::Infallible;
use std::sync::Arc;

use serde_json::Value;
use socketioxide::SocketIo;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::handler::{ConnectHandler as _, DisconnectHandler, FromConnectParts, Value as Packet};
use socketioxide::socket::{DisconnectReason, Socket};
use tracing::Instrument as _;

use super::engines::Engines;
use super::hello::hello;
use super::link::SocketLink;
use super::receive::Receiver;
use super::session::Session;
use super::workarounds::pending_connects::PendingConnects;
use crate::domain::{entropy, json};
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::{Client, Incoming};
use crate::transport::error::Failure;
use crate::transport::handlers::admin::desk;
use crate::transport::handlers::context::{Context, Namespace};
use crate::transport::handlers::inbox::{self, Inbox};
use crate::transport::handlers::lifecycle::{self, DisconnectCause};
use crate::transport::wire::payload::Payload;

/// The namespaces, by name.
pub const NAMESPACES: [(&str, Namespace); 2] = [("/", Namespace::Viewer), ("/admin", Namespace::Admin)];

/// A connecting socket, as an extractor that keeps it.
struct ConnectingSocket(Arc<Socket>);

impl FromConnectParts<LocalAdapter> for ConnectingSocket {
    type Error = Infallible;

    fn from_connect_parts(socket: &Arc<Socket>, _: &Option<Packet>) -> Result<Self, Infallible> {
        Ok(Self(socket.clone()))
    }
}

/// Sets up the namespaces.
pub fn register(io: &SocketIo, engines: &Arc<Engines>) {
    let context = &engines.context;
    for (path, namespace) in NAMESPACES {
        let pending = Arc::new(PendingConnects::default());
        let (for_connect, expected) = (context.clone(), pending.clone());
        let connect = async move |socket: SocketRef| {
            if let Some(client) = expected.take(&socket) {
                connected(&for_connect, socket, client).await;
            }
        };
        let engines = engines.clone();
        // The middleware registers the handlers before the client learns that it is connected, so that its
        // first message is not lost.
        let admission = async move |ConnectingSocket(socket): ConnectingSocket,
                                    TryData(auth): TryData<Value>| {
            let admitting = ConnectAttempt { engines: &engines, namespace, socket: &socket };
            match admitting.admit(auth.ok()).await {
                Ok(client) => {
                    pending.expect(&SocketRef::from(socket), &client);
                    Ok(())
                }
                Err(failure) => {
                    if let Some(session) = Session::of(&SocketRef::from(socket)) {
                        session.peer.connection.release_reads_after_write();
                    }
                    Err(failure.code.as_str())
                }
            }
        };
        io.ns(path, connect.with(admission));
    }
}

/// A socket that asks to connect.
struct ConnectAttempt<'a> {
    engines: &'a Arc<Engines>,
    namespace: Namespace,
    socket: &'a Arc<Socket>,
}

impl ConnectAttempt<'_> {
    /// Decides whether the socket may connect, and prepares it. `auth` is the data of its CONNECT; `None`: it
    /// could not be parsed.
    async fn admit(&self, auth: Option<Value>) -> Result<Arc<Client>, Failure> {
        let Self { engines, namespace, socket } = self;
        let context = &engines.context;
        let socket_ref = SocketRef::from((*socket).clone());
        let session = Session::of(&socket_ref).ok_or_else(Failure::without_peer)?;
        let Some(auth @ (Value::Object(_) | Value::Null)) = auth else {
            let client = engines.client_of(session);
            engines.close(session, session.websocket().as_ref(), CloseReason::Malformed, client);
            return Err(Failure::bad_request("auth must be an object"));
        };
        if !session.connects_first(*namespace) {
            context.limits.socket.take(&session.id)?;
        }
        let id = entropy::id(&mut entropy::source());
        let hello = hello(&socket_ref, session, Some(auth));
        let identity = lifecycle::identify(context, *namespace, &session.peer, hello.token);
        let identity = identity.instrument(lifecycle::span(id, session.id)).await?;
        let link = Arc::new(SocketLink::new(socket, session, engines));
        let client = Arc::new(Client::new(id, *namespace, identity, session.id, link.clone()));
        session.set_client(id);
        if *namespace == Namespace::Viewer
            && let Some(join) = hello.join
        {
            let payload = Payload::made("join", json::raw(&join));
            client.push_first(Incoming { payload: Ok(payload), reply: None });
        }
        if *namespace == Namespace::Admin {
            session.take_large(true);
        }
        let inbox = Inbox::new(context.clone(), client.clone());
        socket_ref.on_fallback(Receiver { inbox, link: link.clone() });
        socket_ref.on_disconnect(DisconnectHook { context: context.clone(), client: client.clone() });
        link.await_connect(&socket_ref);
        Ok(client)
    }
}

/// Registers a connected socket and handles its messages.
async fn connected(context: &Arc<Context>, socket: SocketRef, client: Arc<Client>) {
    let session = Session::of(&socket);
    if let Some(session) = session {
        session.peer.connection.release_reads();
    }
    lifecycle::on_connect(context, &client);
    if client.has_gone() || !socket.connected() {
        // It disconnected before it was registered. The engine may report a socket as connected although its
        // DISCONNECT came first (socketioxide 0.18.9, ns.rs: it does so after sending CONNECT).
        if let (Namespace::Admin, Some(session)) = (client.namespace, session) {
            session.take_large(false);
        }
        lifecycle::undo_connect(context, &client);
        return;
    }
    if client.namespace == Namespace::Admin {
        desk::open(context, &client).await;
    }
    inbox::handle_all(context.clone(), client).await;
}

/// Handles a disconnect at once, on the task that reads the connection. If it ran later, the engine would
/// still know the socket when the client's next packet reconnects it, and ignore that packet.
struct DisconnectHook {
    context: Arc<Context>,
    client: Arc<Client>,
}

impl DisconnectHandler<LocalAdapter, DisconnectHook> for DisconnectHook {
    fn call_with_defer(&self, socket: Arc<Socket>, reason: DisconnectReason, forget: fn(Arc<Socket>)) {
        let name = name_of(reason);
        let socket_ref = SocketRef::from(socket.clone());
        let session = Session::of(&socket_ref);
        if let (Namespace::Admin, Some(session)) = (self.client.namespace, session) {
            session.take_large(false);
        }
        if matches!(reason, DisconnectReason::ClientNSDisconnect) {
            lifecycle::on_disconnect(&self.context, &self.client, DisconnectCause::Left(name));
            if let Some(session) = session {
                // A DISCONNECT cannot be refused; over the limit, the next packet is.
                let _ = self.context.limits.socket.take(&session.id);
            }
        } else {
            lifecycle::on_disconnect(&self.context, &self.client, DisconnectCause::Lost(name));
        }
        let session = session.cloned();
        forget(socket);
        if let Some(session) = session {
            // Wakes an answer that waits for room, so that it finds the socket gone.
            session.note_taken();
        }
    }
}

/// The disconnect reason in the metrics, in the words of the reference implementation.
fn name_of(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::TransportClose => "transport close",
        DisconnectReason::TransportError => "transport error",
        DisconnectReason::MultipleHttpPollingError => "multiple polls",
        DisconnectReason::PacketParsingError => "parse error",
        DisconnectReason::HeartbeatTimeout => "ping timeout",
        DisconnectReason::ClientNSDisconnect => "client namespace disconnect",
        DisconnectReason::ServerNSDisconnect => "server namespace disconnect",
        DisconnectReason::ClosingServer => "server shutting down",
    }
}
