//! One message being handled: what it says, who sent it, and how it is answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::operations::{Kind, Operation};
use crate::domain::id::OpId;
use crate::services::accounts::Credential;
use crate::transport::client::link::Unsent;
use crate::transport::client::reply::Answer;
use crate::transport::client::{Client, Identity};
use crate::transport::error::{Code, Failure};
use crate::transport::handlers::context::Context;
use crate::transport::wire;
use crate::transport::wire::payload::Payload;
use crate::transport::wire::{Nothing, Pong};

/// How often an answer is tried while the client's queue is full.
const RETRY_ANSWER: Duration = Duration::from_millis(5);

/// A message being handled.
pub struct Call<'a> {
    /// What the handlers work with.
    pub context: &'a Context,
    /// Who sent it.
    pub client: &'a Arc<Client>,
    /// What it says.
    pub payload: Payload,
    /// How it is answered. A handler that must answer at a certain moment takes it.
    pub answer: Option<Answer>,
}

/// What a handler answers.
pub enum Handled {
    /// Yes: the whole answer.
    Yes(Box<RawValue>),
    /// The time.
    Pong(Pong),
    /// The handler has answered already.
    Answered,
}

/// What comes of handling a message.
pub type Outcome = Result<Handled, Failure>;

impl Call<'_> {
    /// The payload as a wire type.
    ///
    /// # Errors
    /// `bad_request`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        self.payload.parse()
    }

    /// What the client proved, for a handler that takes no guests.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub fn credential(&self) -> Result<Credential, Failure> {
        match &self.client.identity {
            Identity::Account(_, credential) => Ok(*credential),
            Identity::Guest => Err(Failure::new(Code::Unauthenticated, "sign in first")),
        }
    }

    /// Begins what the client has named by `op_id`; `None` if it was done within the last minute.
    #[must_use]
    pub fn begin(&self, kind: Kind, op_id: Option<OpId>) -> Option<Operation<'_>> {
        self.context.operations.begin(self.client.sender(), kind, op_id, Instant::now())
    }

    /// Sends the answer to what a handler made of the message. While the client's queue is full, waits for it
    /// to drain: so the next of its messages waits too.
    ///
    /// # Errors
    /// [`Unsent`]: the queue did not drain in time, or the client has gone.
    pub async fn finish(self, outcome: &Outcome) -> Result<(), Unsent> {
        let Some(answer) = self.answer else { return Ok(()) };
        let deadline = Instant::now() + self.context.settings.behind_timeout;
        loop {
            let sent = match outcome {
                Ok(Handled::Yes(body)) => answer.send(body),
                Ok(Handled::Pong(pong)) => answer.pong(*pong),
                Ok(Handled::Answered) => Ok(()),
                Err(failure) => answer.no(failure),
            };
            if sent != Err(Unsent::Full) || Instant::now() > deadline {
                return sent;
            }
            tokio::time::sleep(RETRY_ANSWER).await;
        }
    }
}

/// Yes, with nothing to add.
///
/// # Errors
/// None; the type is that of a handler.
pub fn done() -> Outcome {
    yes(&Nothing {})
}

/// Yes, and this.
///
/// # Errors
/// None; the type is that of a handler.
pub fn yes(body: &impl Serialize) -> Outcome {
    Ok(Handled::Yes(
        to_raw_value(&wire::Ok::with(body))
            .expect("wire types have text keys, and are written without error"),
    ))
}
