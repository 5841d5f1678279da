//! Answering a message: by its acknowledgement, or without one by a message.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::handler::{FromMessageParts as _, Value};
use socketioxide::socket::Socket;
use socketioxide::{SendError, SocketError};

use super::encoding::Encoding;
use super::line::Line;
use super::protocol::{Exception, NotOk, Ok as Yes, Pong};
use crate::transport::error::Failure;
use crate::transport::plain::Plain;

/// The one answer to a message.
pub struct Answer {
    line: Line,
    name: String,
    ack: Option<Ack>,
}

/// How a client asked to be answered.
pub enum Ack {
    /// By an acknowledgement of Socket.IO: through which socket, and under which id.
    Socket(Arc<Socket>, i64),
    /// By the `id` of its command.
    Command(Arc<Plain>, Box<RawValue>),
    /// By the first message of a plain connection.
    Joined(Arc<Plain>),
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
    pub fn new(line: Line, name: String, ack: Option<Ack>) -> Self {
        Self { line, name, ack }
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
        match &self.ack {
            None => Ok(()),
            Some(Ack::Socket(socket, id)) => {
                let sender = acknowledgement(socket, *id);
                let encoding = Encoding::of(&SocketRef::from(socket.clone()));
                sent(sender.send(&encoding.encode_one(answer)))
            }
            Some(Ack::Command(plain, id)) => plain.answer(id, answer),
            Some(Ack::Joined(plain)) => plain.emit("joined", answer),
        }
    }

    /// Says the time: the one success that is told without an acknowledgement too.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn pong(&self, pong: Pong) -> Result<(), Unsent> {
        if self.ack.is_some() { self.yes(pong) } else { self.line.emit("pong", &pong) }
    }

    /// Says no, and why.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn no(&self, failure: &Failure) -> Result<(), Unsent> {
        if self.ack.is_some() {
            self.send(&NotOk { ok: false, error: failure })
        } else {
            self.line.emit("exception", &Exception { event: &self.name, error: failure })
        }
    }
}

/// The engine's way to acknowledge, which is used up by a try.
fn acknowledgement(socket: &Arc<Socket>, id: i64) -> AckSender {
    // This extractor looks at the id alone.
    let Ok(sender) = AckSender::from_message_parts(socket, &mut Value::Bytes(Bytes::new()), &Some(id));
    sender
}

/// Sends one message of one argument.
///
/// # Errors
/// [`Unsent`].
pub fn emit(socket: &SocketRef, name: &str, argument: &impl Serialize) -> Result<(), Unsent> {
    sent(socket.emit(name, &Encoding::of(socket).encode_one(argument)))
}

fn sent(result: Result<(), SendError>) -> Result<(), Unsent> {
    result.map_err(|error| match error {
        SendError::Socket(SocketError::InternalChannelFull) => Unsent::Full,
        SendError::Socket(SocketError::Closed) | SendError::Serialize(_) => Unsent::Gone,
    })
}
