//! Receives a client's messages and handles them one at a time, in the order sent.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::call::Call;
use super::context::{Context, Namespace};
use super::dispatch::{handle_admin, handle_viewer};
use super::lifecycle;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::reply::Answer;
use crate::transport::client::{Client, Incoming};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::wire::payload::Payload;

/// Receives a client's messages. It runs on the task that reads the connection, so it never waits.
pub struct Inbox {
    context: Arc<Context>,
    client: Arc<Client>,
}

impl Inbox {
    /// The inbox of one client.
    pub fn new(context: Arc<Context>, client: Arc<Client>) -> Self {
        Self { context, client }
    }

    /// Receives a message of `size` bytes. A client over its flood limit is closed, and the message is not
    /// parsed.
    pub fn take(&self, size: usize, read: impl FnOnce() -> Incoming) {
        let Self { context, client } = self;
        if self.is_flooding() {
            return self.give_up(CloseReason::Flooding);
        }
        let mut incoming = read();
        if let (Ok(read), true) = (&incoming.payload, self.is_too_large(size)) {
            let limit = context.settings.max_message;
            let failure =
                Failure::new(ErrorCode::TooLarge, format!("message too large: the limit is {limit}"));
            incoming.payload = Err((read.name.clone(), failure));
        }
        let is_ping =
            matches!(&incoming.payload, Ok(payload) if matches!(&*payload.name, "ping" | "heartbeat"));
        client.mark_active(context.connections.now(), is_ping);
        if client.push(incoming) {
            tokio::spawn(handle_all(context.clone(), client.clone()));
        }
    }

    /// Counts a packet that is not a message towards the flood limit.
    pub fn count(&self) {
        if self.is_flooding() {
            self.give_up(CloseReason::Flooding);
        }
    }

    /// Closes the client. Later calls do nothing.
    pub fn give_up(&self, reason: CloseReason) {
        if self.client.give_up() {
            self.client.close(reason);
        }
    }

    /// Whether the client is over the flood limit, past which it gets no answer.
    fn is_flooding(&self) -> bool {
        self.client.namespace == Namespace::Viewer
            && self.context.limits.flood.take(&self.client.connection).is_err()
    }

    fn is_too_large(&self, size: usize) -> bool {
        self.client.namespace == Namespace::Viewer && size as u64 > self.context.settings.max_message.as_u64()
    }
}

/// Handles a client's messages until its queue is empty.
pub async fn handle_all(context: Arc<Context>, client: Arc<Client>) {
    let span = lifecycle::span(client.id, client.connection);
    handle_each(context, client).instrument(span).await;
}

async fn handle_each(context: Arc<Context>, client: Arc<Client>) {
    while let Some(incoming) = client.pop() {
        let handled = AssertUnwindSafe(handle(&context, &client, incoming)).catch_unwind().await;
        if handled.is_err() {
            tracing::error!("a message handler panicked");
            client.close(CloseReason::Unanswerable);
        }
    }
}

async fn handle(context: &Context, client: &Arc<Client>, incoming: Incoming) {
    let Incoming { payload, reply } = incoming;
    let (payload, refused) = match payload {
        Ok(payload) => (payload, None),
        Err((name, failure)) => (Payload::unreadable(name), Some(failure)),
    };
    let answer = Some(Answer::new(client.link.clone(), payload.name.clone(), reply));
    let mut call = Call { context, client, payload, answer };
    let refused = refused.or_else(|| client.lifetime.check().err());
    let outcome = match (refused, client.namespace) {
        (Some(failure), _) => Err(failure),
        (None, Namespace::Viewer) => match context.limits.socket.take(&client.connection) {
            Ok(()) => handle_viewer(&mut call).await,
            Err(limited) => Err(limited),
        },
        (None, Namespace::Admin) => handle_admin(&mut call).await,
    };
    if let (Err(failure), Some(account)) = (&outcome, client.account()) {
        let asked = format!("message {:?}", short(&call.payload.name));
        lifecycle::note_refusal(context, client.link.peer(), Some(account), &asked, failure.code);
    }
    if call.finish(&outcome).await.is_err() {
        client.close_if_connected();
    }
}

/// A name the client chose, cut to at most 40 bytes.
fn short(name: &str) -> &str {
    &name[..name.floor_char_boundary(40)]
}
