//! Takes what a client sends, and has it handled: one message after the other, in the order sent.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::call::Call;
use super::context::{Context, Namespace};
use super::dispatch::{handle_admin, handle_viewer};
use super::lifecycle;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::reply::{Answer, Reply};
use crate::transport::client::{Client, Incoming};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::wire::payload::Payload;

/// What was read of a message, or its name and what is wrong with it; and how the client asked to be answered.
pub type Read = (Result<Payload, (String, Failure)>, Option<Box<dyn Reply>>);

/// Takes a client's messages. It is called on the task that reads the connection: it does not wait.
pub struct Inbox {
    context: Arc<Context>,
    client: Arc<Client>,
}

impl Inbox {
    /// Where the messages of this client go.
    #[must_use]
    pub fn new(context: Arc<Context>, client: Arc<Client>) -> Self {
        Self { context, client }
    }

    /// Takes a message of so many bytes, which is read unless the client sends so much that it is closed.
    pub fn take(&self, size: usize, read: impl FnOnce() -> Read) {
        let Self { context, client } = self;
        if self.is_flooding() {
            return self.give_up(CloseReason::Flooding);
        }
        let (mut payload, reply) = read();
        if let (Ok(read), true) = (&payload, self.is_too_large(size)) {
            let limit = context.settings.max_message;
            payload = Err((
                read.name.clone(),
                Failure::new(ErrorCode::TooLarge, format!("a message here is at most {limit}")),
            ));
        }
        let is_ping =
            matches!(&payload, Ok(payload) if payload.name == "ping" || payload.name == "heartbeat");
        client.mark_active(context.connections.now(), is_ping);
        if client.push(Incoming { payload, reply }) {
            tokio::spawn(handle_all(context.clone(), client.clone()));
        }
    }

    /// Counts something that the client sent and that is no message: it may be a flood too.
    pub fn count(&self) {
        if self.is_flooding() {
            self.give_up(CloseReason::Flooding);
        }
    }

    /// Closes the client, once.
    pub fn give_up(&self, reason: CloseReason) {
        if self.client.give_up() {
            self.client.close(reason);
        }
    }

    /// Whether the client sends so much that it is not even answered.
    fn is_flooding(&self) -> bool {
        self.client.namespace == Namespace::Viewer
            && self.context.limits.flood.take(&self.client.connection).is_err()
    }

    fn is_too_large(&self, size: usize) -> bool {
        self.client.namespace == Namespace::Viewer && size as u64 > self.context.settings.max_message.as_u64()
    }
}

/// Handles a client's messages until none is left.
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
    let refused = refused.or_else(|| client.check_credential().err());
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

/// A name of the client's, as far as it is repeated.
fn short(name: &str) -> &str {
    &name[..name.floor_char_boundary(40)]
}
