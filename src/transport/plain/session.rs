//! A plain client that was admitted.

use std::sync::Arc;

use serde_json::{Map, Value};
use tracing::Instrument as _;

use super::link::JoinReply;
use super::queue::PlainLink;
use crate::domain::{entropy, json};
use crate::transport::client::Client;
use crate::transport::client::reply::{Answer, Reply};
use crate::transport::error::Failure;
use crate::transport::handlers::call::Call;
use crate::transport::handlers::context::{Context, Namespace};
use crate::transport::handlers::dispatch::handle_viewer;
use crate::transport::handlers::inbox;
use crate::transport::handlers::lifecycle::{DisconnectCause, identify, on_connect, on_disconnect, span};
use crate::transport::wire::payload::Payload;

/// The message that a plain client sends by its address.
#[derive(Debug)]
pub enum FirstMessage {
    /// `join`; the answer comes as `joined`.
    Join(Value),
    /// `events:watch`; the first page comes as `events`.
    Watch(Map<String, Value>),
}

impl FirstMessage {
    fn call(self, session: &PlainSession) -> Call<'_> {
        let PlainSession { context, client, plain } = session;
        let (name, payload, reply): (_, _, Option<Box<dyn Reply>>) = match self {
            Self::Join(join) => ("join", json::raw(&join), Some(Box::new(JoinReply(plain.clone())))),
            Self::Watch(watch) => ("events:watch", json::raw(&watch), None),
        };
        let answer = Answer::new(plain.clone(), name.to_owned(), reply);
        Call { context, client, payload: Payload::made(name, payload), answer: Some(answer) }
    }
}

/// A plain client that was admitted. Dropping this disconnects it.
pub struct PlainSession {
    /// State for the handlers.
    pub context: Arc<Context>,
    /// The client.
    pub client: Arc<Client>,
    /// The client's queue and connection.
    pub plain: Arc<PlainLink>,
}

impl PlainSession {
    /// Admits a client and handles its first message, if there is one, through the same handler as all clients'.
    ///
    /// # Errors
    /// The error of its token, or of that message.
    pub async fn enter(
        context: &Arc<Context>,
        plain: &Arc<PlainLink>,
        token: Option<String>,
        first: Option<FirstMessage>,
    ) -> Result<Self, Failure> {
        let id = entropy::id(&mut entropy::source());
        let identity = identify(context, Namespace::Viewer, &plain.peer, token);
        let identity = identity.instrument(span(id, plain.id)).await?;
        let client = Arc::new(Client::new(id, Namespace::Viewer, identity, plain.id, plain.clone()));
        plain.set_client(client.name());
        on_connect(context, &client);
        let session = Self { context: context.clone(), client, plain: plain.clone() };
        if let Some(first) = first {
            let mut call = first.call(&session);
            handle_viewer(&mut call).await?;
        }
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
