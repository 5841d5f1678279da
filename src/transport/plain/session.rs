//! A plain client that has joined its event.

use std::sync::Arc;

use tracing::Instrument as _;

use super::link::JoinReply;
use super::queue::PlainLink;
use crate::domain::{entropy, json};
use crate::transport::client::Client;
use crate::transport::client::hello::Hello;
use crate::transport::client::reply::Answer;
use crate::transport::error::Failure;
use crate::transport::handlers::call::Call;
use crate::transport::handlers::context::{Context, Namespace};
use crate::transport::handlers::dispatch::handle_viewer;
use crate::transport::handlers::inbox;
use crate::transport::handlers::lifecycle::{DisconnectCause, identify, on_connect, on_disconnect, span};
use crate::transport::wire::payload::Payload;

/// A plain client that has joined its event. Dropping this disconnects it.
pub struct PlainSession {
    /// State for the handlers.
    pub context: Arc<Context>,
    /// The client.
    pub client: Arc<Client>,
    /// The client's queue and connection.
    pub plain: Arc<PlainLink>,
}

impl PlainSession {
    /// Admits a client and joins it to its event, through the same handler as all clients.
    ///
    /// # Errors
    /// The error of its token, or of its `join`.
    pub async fn enter(
        context: &Arc<Context>,
        plain: &Arc<PlainLink>,
        hello: Hello,
    ) -> Result<Self, Failure> {
        let Hello { token, join } = hello;
        let join = join.ok_or_else(|| Failure::bad_request("eventId is missing: set ?eventId=…"))?;
        let id = entropy::id(&mut entropy::source());
        let identity = identify(context, Namespace::Viewer, &plain.peer, token);
        let identity = identity.instrument(span(id, plain.id)).await?;
        let client = Arc::new(Client::new(id, Namespace::Viewer, identity, plain.id, plain.clone()));
        plain.set_client(client.name());
        on_connect(context, &client);
        let session = Self { context: context.clone(), client, plain: plain.clone() };
        let payload = json::raw(&join);
        let payload = Payload::made("join", payload);
        let answer = Answer::new(plain.clone(), "join".to_owned(), Some(Box::new(JoinReply(plain.clone()))));
        let mut call = Call { context, client: &session.client, payload, answer: Some(answer) };
        handle_viewer(&mut call).await?;
        inbox::handle_all(context.clone(), session.client.clone()).await;
        Ok(session)
    }
}

impl Drop for PlainSession {
    fn drop(&mut self) {
        self.plain.mark_gone();
        on_disconnect(&self.context, &self.client, DisconnectCause::Lost("transport close"));
    }
}
