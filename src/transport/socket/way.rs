//! Which way a room's messages go to a socket: through the engine's queue, or as frames that are made once and
//! written beside the engine. This is decided here alone.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use socketioxide::extract::SocketRef;

use super::connections::Connections;
use super::encoding::Encoding;
use crate::live::message::{Args, FORMS, Message};
use crate::transport::outlet::Outlet;
use crate::transport::outlet::frame::{self, Mark};

/// What a Socket.IO client takes a message in: an Engine.IO message (`4`) that is an event (`2`) of its
/// namespace, in UTF-8 or in ASCII.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    is_admin: bool,
    is_ascii: bool,
}

/// The way to one socket.
pub struct Way {
    /// `None`: all goes through the engine.
    form: Option<Form>,
    /// The connection, once it is a WebSocket.
    outlet: OnceLock<Arc<Outlet>>,
}

impl Way {
    /// The way to a socket.
    #[must_use]
    pub fn new(socket: &SocketRef, encoding: Encoding, connections: &Connections) -> Self {
        let is_ascii = match encoding {
            Encoding::Json => Some(false),
            Encoding::Ascii => Some(true),
            // The engine encodes it.
            Encoding::MsgPack => None,
        };
        let form = is_ascii.map(|is_ascii| Form { is_admin: socket.ns() == "/admin", is_ascii });
        Self { form: form.filter(|_| connections.writes_directly()), outlet: OnceLock::new() }
    }

    /// The WebSocket connection of the socket; `None` while it polls.
    pub fn outlet(&self, socket: &SocketRef, connections: &Connections) -> Option<&Arc<Outlet>> {
        // From a WebSocket a session never goes back.
        self.outlet.get().or_else(|| {
            let outlet = connections.outlet(socket)?;
            Some(self.outlet.get_or_init(|| outlet))
        })
    }

    /// Has the processor fetch what writing beside the engine takes.
    pub fn approach(&self) {
        if let Some(outlet) = self.outlet.get() {
            outlet.approach();
        }
    }

    /// The form in which a message may be written beside the engine. `None`: it goes through the engine.
    #[must_use]
    pub fn form(&self, message: &Message) -> Option<Form> {
        // A frame for one person would be made for nothing.
        self.form.filter(|_| !message.is_personal())
    }
}

impl Form {
    fn place(self) -> usize {
        let place = usize::from(self.is_admin) * 2 + usize::from(self.is_ascii);
        debug_assert!(place < FORMS);
        place
    }

    /// A message as a frame.
    #[must_use]
    pub fn frame(self, message: &Message) -> &Bytes {
        message.packet(self.place(), |message| frame::text(&self.payload(message)))
    }

    /// What the engine's frame of a message is recognised by.
    #[must_use]
    pub fn mark(self, message: &Message) -> Mark {
        message.mark(self.place(), |message| frame::mark(&self.payload(message)))
    }

    /// The bytes are those that the engine would write.
    fn payload(self, message: &Message) -> [&[u8]; 9] {
        let namespace = if self.is_admin { "/admin," } else { "" };
        let Args(first, second) = if self.is_ascii { message.ascii_args() } else { message.args() };
        let comma = if second.is_some() { "," } else { "" };
        let second = second.as_ref().map_or("", |second| second.get());
        let name = message.name;
        ["42", namespace, "[\"", name, "\",", first.get(), comma, second, "]"].map(str::as_bytes)
    }
}
