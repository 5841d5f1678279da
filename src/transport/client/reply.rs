//! Answering a message: by its acknowledgement, or without one by a message.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::handler::{FromMessageParts as _, Value};
use socketioxide::socket::Socket;
use socketioxide::{SendError, SocketError, TransportType};

use super::link::Line;
use super::registry::Connections;
use crate::live::message::Args;
use crate::transport::error::Failure;
use crate::transport::plain::queue::Plain;
use crate::transport::socketio::direct_write::Way;
use crate::transport::socketio::encoding::{Encoded, Encoding};
use crate::transport::socketio::workarounds::reserved_slots;
use crate::transport::tcp::connection::frame;
use crate::transport::wire::{Exception, NotOk, Ok as Yes, Pong};

/// The one answer to a message.
pub struct Answer {
    line: Line,
    name: String,
    ack: Option<Ack>,
}

/// How a client asked to be answered.
pub enum Ack {
    /// By an acknowledgement of Socket.IO.
    Socket(Acknowledgement),
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
            Some(Ack::Socket(acknowledgement)) => acknowledgement.send(answer),
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

/// An acknowledgement of Socket.IO.
pub struct Acknowledgement {
    /// Through which socket.
    pub socket: Arc<Socket>,
    /// Under which id.
    pub id: i64,
    /// Where the socket's connection is found.
    pub connections: Arc<Connections>,
}

impl Acknowledgement {
    /// Sends it: beside the engine where that may be. What a room sends later comes behind it in any case.
    fn send(&self, answer: &impl Serialize) -> Result<(), Unsent> {
        let socket = SocketRef::from(self.socket.clone());
        let encoding = Encoding::of(&socket);
        let way = Way::new(&socket, encoding, &self.connections);
        let encoded = encoding.encode_one(answer);
        let (Some(form), Some(outlet), Encoded::OwnJson(Args(argument, _))) =
            (way.form(), way.outlet(&socket, &self.connections), &encoded)
        else {
            return self.emit(&encoded);
        };
        if !socket.connected() {
            return Err(Unsent::Gone);
        }
        let id = self.id.to_string();
        let payload = form.acknowledgement(&id, argument);
        match outlet.try_send([&frame::text(&payload)]) {
            Some(1) => Ok(()),
            _ => outlet.queue(frame::mark(&payload), || self.emit(&encoded)),
        }
    }

    fn emit(&self, encoded: &Encoded<'_>) -> Result<(), Unsent> {
        check_place(&SocketRef::from(self.socket.clone()))?;
        // This extractor looks at the id alone.
        let Ok(sender) =
            AckSender::from_message_parts(&self.socket, &mut Value::Bytes(Bytes::new()), &Some(self.id));
        sent(sender.send(encoded))
    }
}

/// Sends one message of one argument.
///
/// # Errors
/// [`Unsent`].
pub fn emit(socket: &SocketRef, name: &str, argument: &impl Serialize) -> Result<(), Unsent> {
    check_place(socket)?;
    sent(socket.emit(name, &Encoding::of(socket).encode_one(argument)))
}

/// Whether the queue of a socket that polls has a place for an answer.
///
/// # Errors
/// [`Unsent::Full`].
fn check_place(socket: &SocketRef) -> Result<(), Unsent> {
    let polls = socket.transport_type() == TransportType::Polling;
    if polls && socket.connected() && !reserved_slots::takes_an_answer(socket) {
        Err(Unsent::Full)
    } else {
        Ok(())
    }
}

fn sent(result: Result<(), SendError>) -> Result<(), Unsent> {
    result.map_err(|error| match error {
        SendError::Socket(SocketError::InternalChannelFull) => Unsent::Full,
        SendError::Socket(SocketError::Closed) | SendError::Serialize(_) => Unsent::Gone,
    })
}
