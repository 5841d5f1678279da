//! Answering a message: by its acknowledgement, or without one by a message.

use serde::Serialize;
use serde_json::value::to_raw_value;
use socketioxide::ProtocolVersion;
use socketioxide::extract::{AckSender, SocketRef};

use super::protocol::{Exception, NotOk, Ok as Yes, Pong};
use crate::live::message::{Args, to_ascii};
use crate::transport::error::Failure;

/// The one answer to a message.
pub struct Answer {
    socket: SocketRef,
    name: String,
    /// Present if the client asked for an acknowledgement.
    ack: Option<AckSender>,
}

/// The answer cannot be queued: the client does not read, or has gone.
#[derive(Debug)]
pub struct Unanswerable;

impl Answer {
    /// The answer to a message of this name.
    #[must_use]
    pub fn new(socket: SocketRef, name: String, ack: Option<AckSender>) -> Self {
        Self { socket, name, ack }
    }

    /// Says yes, with this. A message without acknowledgement needs no such answer.
    ///
    /// # Errors
    /// [`Unanswerable`].
    pub fn yes(self, body: impl Serialize) -> Result<(), Unanswerable> {
        self.send(&Yes::with(body))
    }

    /// Sends a whole answer, if one was asked for.
    ///
    /// # Errors
    /// [`Unanswerable`].
    pub fn send(self, answer: &impl Serialize) -> Result<(), Unanswerable> {
        match self.ack {
            Some(ack) => ack.send(&arguments(&self.socket, answer)).map_err(|_| Unanswerable),
            None => Ok(()),
        }
    }

    /// Says the time: the one success that is told without an acknowledgement too.
    ///
    /// # Errors
    /// [`Unanswerable`].
    pub fn pong(self, pong: Pong) -> Result<(), Unanswerable> {
        if self.ack.is_some() { self.yes(pong) } else { emit(&self.socket, "pong", &pong) }
    }

    /// Says no, and why.
    ///
    /// # Errors
    /// [`Unanswerable`].
    pub fn no(self, failure: Failure) -> Result<(), Unanswerable> {
        if self.ack.is_some() {
            self.send(&NotOk { ok: false, error: &failure })
        } else {
            emit(&self.socket, "exception", &Exception { event: self.name, error: failure })
        }
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
/// [`Unanswerable`].
pub fn emit(socket: &SocketRef, name: &str, argument: &impl Serialize) -> Result<(), Unanswerable> {
    socket.emit(name, &arguments(socket, argument)).map_err(|_| Unanswerable)
}

fn arguments(socket: &SocketRef, argument: &impl Serialize) -> Args {
    let json =
        to_raw_value(argument).expect("wire types have text keys, and are written without error").into();
    Args(if needs_ascii(socket) { to_ascii(&json) } else { json }, None)
}
