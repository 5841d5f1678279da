//! The two namespaces: who may connect to them, and what happens when a socket comes and goes.

use std::sync::Arc;

use serde_json::Value;
use socketioxide::SocketIo;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::handler::{ConnectHandler as _, DisconnectHandler};
use socketioxide::socket::{DisconnectReason, Socket};
use tracing::Instrument as _;

use super::direct_write::Way;
use super::encoding::Encoding;
use super::request::Peer;
use super::workarounds::pending_connects::Arrivals;
use crate::domain::entropy;
use crate::domain::json;
use crate::transport::client::hello::Introduction;
use crate::transport::client::link::Line;
use crate::transport::client::registry::CloseReason;
use crate::transport::client::{Client, Incoming};
use crate::transport::error::{Code, Failure};
use crate::transport::handlers::context::{Context, Namespace};
use crate::transport::handlers::inbox;
use crate::transport::handlers::inbox::Inlet;
use crate::transport::handlers::lifecycle::Departed;
use crate::transport::handlers::{admin, lifecycle};
use crate::transport::wire::payload::Payload;

/// The namespaces, by name.
pub const NAMESPACES: [(&str, Namespace); 2] = [("/", Namespace::Viewer), ("/admin", Namespace::Admin)];

/// Sets the namespaces up.
pub fn register(io: &SocketIo, context: &Arc<Context>) {
    for (path, namespace) in NAMESPACES {
        let arrivals = Arc::new(Arrivals::default());
        let (for_connect, expected) = (context.clone(), arrivals.clone());
        let connect = async move |socket: SocketRef| {
            if let Some(client) = expected.take(&socket) {
                connected(&for_connect, namespace, socket, client).await;
            }
        };
        let for_admission = context.clone();
        // Handlers are there before the client is told that it is connected, so that its first message is not
        // lost.
        let admission = async move |socket: SocketRef, TryData(auth): TryData<Value>| {
            let Ok(auth @ (Value::Object(_) | Value::Null)) = auth else {
                for_admission.connections.close(&socket, CloseReason::Malformed);
                return Err(Code::BadRequest.as_str());
            };
            let introduction = Introduction::of_socket(&socket, Some(auth));
            match admit(&for_admission, namespace, socket.clone(), introduction).await {
                Ok(client) => arrivals.expect(&socket, &client),
                Err(failure) => {
                    if let Some(peer) = Peer::of(&socket) {
                        peer.outlet.let_go_once_told();
                    }
                    return Err(failure.code.as_str());
                }
            }
            Ok(())
        };
        io.ns(path, connect.with(admission));
    }
}

/// Decides whether a socket may connect, and prepares it.
async fn admit(
    context: &Arc<Context>,
    namespace: Namespace,
    socket: SocketRef,
    introduction: Introduction,
) -> Result<Arc<Client>, Failure> {
    let peer = Peer::of(&socket).ok_or_else(Failure::without_peer)?;
    if !peer.session.connects_first(namespace) {
        context.limits.socket.take(&peer.session.id)?;
    }
    let (id, line) = (entropy::id(&mut entropy::source()), Line::Socket(socket.clone()));
    let identity = lifecycle::identify(context, namespace, &line, introduction.token);
    let identity = identity.instrument(lifecycle::span(id, peer.session.id)).await?;
    let client = Arc::new(Client::new(id, identity, peer.session.id, peer.network()));
    if namespace == Namespace::Viewer
        && let Some(join) = introduction.join
    {
        let payload = json::raw(&join);
        let payload = Ok(Payload::made("join", payload));
        client.push_first(Incoming { payload, ack: None, line: Line::Socket(socket.clone()) });
    }
    if namespace == Namespace::Admin {
        context.connections.allow_large(&socket, &client);
    }
    socket.on_fallback(Inlet::new(context.clone(), namespace, client.clone()));
    socket.on_disconnect(Departure { context: context.clone(), namespace, client: client.clone() });
    Way::new(&socket, Encoding::of(&socket), &context.connections)
        .await_connect(&socket, &context.connections);
    Ok(client)
}

/// The socket is connected: its messages are handled from now on.
async fn connected(context: &Arc<Context>, namespace: Namespace, socket: SocketRef, client: Arc<Client>) {
    if let Some(peer) = Peer::of(&socket) {
        peer.outlet.let_go();
    }
    lifecycle::arrive(context, namespace, &Line::Socket(socket.clone()), &client);
    if client.has_gone() || !socket.connected() {
        // It was disconnected before it was added. The engine may take a socket for connected though its DISCONNECT
        // came first (socketioxide 0.18.9, ns.rs: it says so after it has sent CONNECT).
        if namespace == Namespace::Admin {
            context.connections.forbid_large(&socket);
        }
        lifecycle::forget(context, namespace, &client);
        return;
    }
    if namespace == Namespace::Admin
        && let Err(error) = admin::desk::open(context, &client, &socket).await
    {
        error.warn("cannot read what a scorer may score");
    }
    inbox::handle_all(context.clone(), namespace, client).await;
}

/// What is done when a socket leaves: at once, on the task that reads the connection. Done later, the engine would
/// still know the socket when its client joins again with its next packet, and pass that over.
struct Departure {
    context: Arc<Context>,
    namespace: Namespace,
    client: Arc<Client>,
}

impl DisconnectHandler<LocalAdapter, Departure> for Departure {
    fn call_with_defer(&self, socket: Arc<Socket>, reason: DisconnectReason, forget: fn(Arc<Socket>)) {
        if self.namespace == Namespace::Admin {
            self.context.connections.forbid_large(&SocketRef::from(socket.clone()));
        }
        let name = name_of(reason);
        if matches!(reason, DisconnectReason::ClientNSDisconnect) {
            lifecycle::depart(&self.context, self.namespace, &self.client, Departed::Left(name));
            let socket = SocketRef::from(socket.clone());
            if let Some(peer) = Peer::of(&socket) {
                // A DISCONNECT cannot be refused: over the limit, what comes next is.
                let _ = self.context.limits.socket.take(&peer.session.id);
            }
        } else {
            lifecycle::depart(&self.context, self.namespace, &self.client, Departed::Lost(name));
        }
        forget(socket);
    }
}

/// Why a socket went, as the metrics name it: with the words of the reference implementation.
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
