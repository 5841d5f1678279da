//! Answering a message: by its acknowledgement, or without one by a message.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::to_raw_value;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::handler::{FromMessageParts as _, Value};
use socketioxide::socket::Socket;
use socketioxide::{ProtocolVersion, SendError, SocketError};

use super::protocol::{Exception, NotOk, Ok as Yes, Pong};
use crate::live::message::{Args, to_ascii};
use crate::transport::error::Failure;

/// The one answer to a message.
pub struct Answer {
    socket: SocketRef,
    name: String,
    ack: Option<AckRequest>,
}

/// A client asked for an acknowledgement.
pub struct AckRequest {
    /// Through which socket.
    pub socket: Arc<Socket>,
    /// Under which id.
    pub id: Option<i64>,
}

/// Why an answer is not on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// The client's queue is full.
    Full,
    /// The client has gone.
    Gone,
}

impl Answer {
    /// The answer to a message of this name.
    #[must_use]
    pub fn new(socket: SocketRef, name: String, ack: Option<AckRequest>) -> Self {
        Self { socket, name, ack }
    }

    /// Says yes, with this. A message without acknowledgement needs no such answer.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn yes(&self, body: impl Serialize) -> Result<(), Unsent> {
        self.send(&Yes::with(body))
    }

    /// Sends a whole answer, if one was asked for.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn send(&self, answer: &impl Serialize) -> Result<(), Unsent> {
        let Some(sender) = self.sender() else { return Ok(()) };
        sent(sender.send(&arguments(&self.socket, answer)))
    }

    /// Says the time: the one success that is told without an acknowledgement too.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn pong(&self, pong: Pong) -> Result<(), Unsent> {
        if self.ack.is_some() { self.yes(pong) } else { emit(&self.socket, "pong", &pong) }
    }

    /// Says no, and why.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn no(&self, failure: &Failure) -> Result<(), Unsent> {
        if self.ack.is_some() {
            self.send(&NotOk { ok: false, error: failure })
        } else {
            emit(&self.socket, "exception", &Exception { event: &self.name, error: failure })
        }
    }

    /// The engine's way to acknowledge, which is used up by a try.
    fn sender(&self) -> Option<AckSender> {
        let AckRequest { socket, id } = self.ack.as_ref()?;
        // This extractor looks at the id alone.
        let Ok(sender) = AckSender::from_message_parts(socket, &mut Value::Bytes(Bytes::new()), id);
        Some(sender)
    }
}

/// Whether a client takes JSON in ASCII alone: Engine.IO 3 clients over polling decode UTF-8 twice.
#[must_use]
pub fn needs_ascii(socket: &SocketRef) -> bool {
    socket.protocol() == ProtocolVersion::V4
}

/// Sends one message of one argument.
///
/// # Errors
/// [`Unsent`].
pub fn emit(socket: &SocketRef, name: &str, argument: &impl Serialize) -> Result<(), Unsent> {
    sent(socket.emit(name, &arguments(socket, argument)))
}

fn sent(result: Result<(), SendError>) -> Result<(), Unsent> {
    result.map_err(|error| match error {
        SendError::Socket(SocketError::InternalChannelFull) => Unsent::Full,
        SendError::Socket(SocketError::Closed) | SendError::Serialize(_) => Unsent::Gone,
    })
}

fn arguments(socket: &SocketRef, argument: &impl Serialize) -> Args {
    let json =
        to_raw_value(argument).expect("wire types have text keys, and are written without error").into();
    Args(if needs_ascii(socket) { to_ascii(&json) } else { json }, None)
}
