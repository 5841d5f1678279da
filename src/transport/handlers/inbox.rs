//! Takes what a client sends, and has it handled: one message after the other, in the order sent.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::SocketRef;
use socketioxide::handler::{MessageHandler, Value};
use socketioxide::socket::Socket;
use tracing::Instrument as _;

use super::call::Call;
use super::lifecycle;
use crate::transport::client::link::Line;
use crate::transport::client::registry::CloseReason;
use crate::transport::client::reply::{Ack, Acknowledgement, Answer};
use crate::transport::client::{Client, Incoming};
use crate::transport::error::{Code, Failure};
use crate::transport::handlers::context::{Context, Namespace};
use crate::transport::handlers::dispatch::{handle_admin, handle_viewer};
use crate::transport::wire::payload::Payload;

/// The names that the protocol keeps for itself: a message so called is no packet of Socket.IO's.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// Takes a client's messages. It is called on the task that reads the connection: it does not wait.
pub struct Inlet {
    context: Arc<Context>,
    namespace: Namespace,
    client: Arc<Client>,
}

impl MessageHandler<LocalAdapter, Inlet> for Inlet {
    fn call(&self, socket: Arc<Socket>, value: Value, ack_id: Option<i64>) {
        let line = Line::Socket(SocketRef::from(socket.clone()));
        let payload = Payload::read(&value);
        if matches!(&payload, Ok(payload) if RESERVED.contains(&payload.name.as_str())) {
            return self.give_up(&line, CloseReason::Malformed);
        }
        let connections = self.context.connections.clone();
        let ack = ack_id.map(|id| Ack::Socket(Acknowledgement { socket, id, connections }));
        self.take(&line, value.len(), || (payload, ack));
    }
}

impl Inlet {
    /// Where the messages of this client go.
    #[must_use]
    pub fn new(context: Arc<Context>, namespace: Namespace, client: Arc<Client>) -> Self {
        Self { context, namespace, client }
    }

    /// Takes a message of so many bytes, which is read unless the client sends so much that it is closed.
    pub fn take(
        &self,
        line: &Line,
        size: usize,
        read: impl FnOnce() -> (Result<Payload, (String, Failure)>, Option<Ack>),
    ) {
        let Self { context, namespace, client } = self;
        if self.is_flooding() {
            return self.give_up(line, CloseReason::Flooding);
        }
        let (mut payload, ack) = read();
        if let (Ok(read), true) = (&payload, self.is_too_large(size)) {
            let limit = context.settings.max_message;
            payload = Err((
                read.name.clone(),
                Failure::new(Code::TooLarge, format!("a message here is at most {limit}")),
            ));
        }
        let is_ping =
            matches!(&payload, Ok(payload) if payload.name == "ping" || payload.name == "heartbeat");
        client.hear(context.connections.now(), is_ping);
        let incoming = Incoming { payload, ack, line: line.clone() };
        if client.push(incoming, || line.slow_down(&context.connections, true)) {
            tokio::spawn(handle_all(context.clone(), *namespace, client.clone()));
        }
    }

    /// Counts something that the client sent and that is no message: it may be a flood too.
    pub fn count(&self, line: &Line) {
        if self.is_flooding() {
            self.give_up(line, CloseReason::Flooding);
        }
    }

    fn give_up(&self, line: &Line, reason: CloseReason) {
        if self.client.give_up() {
            line.close(&self.context.connections, reason);
        }
    }

    /// Whether the client sends so much that it is not even answered.
    fn is_flooding(&self) -> bool {
        self.namespace == Namespace::Viewer
            && self.context.limits.flood.take(&self.client.connection).is_err()
    }

    fn is_too_large(&self, size: usize) -> bool {
        self.namespace == Namespace::Viewer && size as u64 > self.context.settings.max_message.as_u64()
    }
}

/// Handles a client's messages until none is left.
pub async fn handle_all(context: Arc<Context>, namespace: Namespace, client: Arc<Client>) {
    let span = lifecycle::span(client.id, client.connection);
    handle_each(context, namespace, client).instrument(span).await;
}

async fn handle_each(context: Arc<Context>, namespace: Namespace, client: Arc<Client>) {
    while let Some(incoming) = client.pop(|line| line.slow_down(&context.connections, false)) {
        let line = incoming.line.clone();
        let handled = AssertUnwindSafe(handle(&context, namespace, &client, incoming)).catch_unwind().await;
        if handled.is_err() {
            tracing::error!("a message handler panicked");
            line.close(&context.connections, CloseReason::Unanswerable);
        }
    }
}

async fn handle(context: &Context, namespace: Namespace, client: &Arc<Client>, incoming: Incoming) {
    let Incoming { payload, ack, line } = incoming;
    let (payload, refused) = match payload {
        Ok(payload) => (payload, None),
        Err((name, failure)) => (Payload::unreadable(name), Some(failure)),
    };
    let answer = Some(Answer::new(line.clone(), payload.name.clone(), ack));
    let mut call = Call { context, client, line: line.clone(), payload, answer };
    let refused = refused.or_else(|| client.check_credential().err());
    let outcome = match (refused, namespace) {
        (Some(failure), _) => Err(failure),
        (None, Namespace::Viewer) => match context.limits.socket.take(&client.connection) {
            Ok(()) => handle_viewer(&mut call).await,
            Err(limited) => Err(limited),
        },
        (None, Namespace::Admin) => handle_admin(&mut call).await,
    };
    if let (Err(failure), Some(account)) = (&outcome, client.account()) {
        let asked = format!("message {:?}", short(&call.payload.name));
        lifecycle::note_refusal(context, &line, Some(account), &asked, failure.code);
    }
    if call.finish(&outcome).await.is_err() {
        line.close_if_connected(&context.connections);
    }
}

/// A name of the client's, as far as it is repeated.
fn short(name: &str) -> &str {
    &name[..name.floor_char_boundary(40)]
}
