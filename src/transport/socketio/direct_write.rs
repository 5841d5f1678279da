//! Decides how messages reach a socket: through the engine's queue, or as frames written directly, bypassing
//! the engine. A room's frame is built once for all members.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::encoding::Encoding;
use crate::live::message::{Args, Message, PACKET_FORMATS};
use crate::transport::tcp::connection::Connection;
use crate::transport::tcp::connection::frame;
use crate::transport::tcp::connection::frame::Fingerprint;

/// The packet format of a Socket.IO client: an Engine.IO message (`4`) that is a CONNECT (`0`), an event
/// (`2`) or an acknowledgement (`3`) of its namespace, in UTF-8 or in ASCII.
#[derive(Debug, Clone, Copy)]
pub struct PacketFormat {
    is_admin: bool,
    is_ascii: bool,
}

/// Writes frames directly to one socket, if its encoding and the packet order allow it.
pub struct DirectWriter {
    /// The encoding its client reads.
    pub encoding: Encoding,
    /// `None`: everything goes through the engine.
    format: Option<PacketFormat>,
    /// The connection, once it is a WebSocket.
    connection: OnceLock<Arc<Connection>>,
}

impl DirectWriter {
    /// The writer of a socket. Unless `is_enabled`, everything goes through the engine.
    pub fn new(is_admin: bool, encoding: Encoding, is_enabled: bool) -> Self {
        let is_ascii = match encoding {
            Encoding::Json => Some(false),
            Encoding::Ascii => Some(true),
            // The engine encodes it.
            Encoding::MsgPack => None,
        };
        let format = is_ascii.map(|is_ascii| PacketFormat { is_admin, is_ascii });
        Self { encoding, format: format.filter(|_| is_enabled), connection: OnceLock::new() }
    }

    /// The socket's WebSocket connection. Until it is known, `find` looks it up.
    pub fn connection(&self, find: impl FnOnce() -> Option<Arc<Connection>>) -> Option<&Arc<Connection>> {
        self.connection.get().or_else(|| {
            let connection = find()?;
            Some(self.connection.get_or_init(|| connection))
        })
    }

    /// Prefetches the memory that a direct write touches.
    pub fn prefetch(&self) {
        if let Some(connection) = self.connection.get() {
            connection.prefetch();
        }
    }

    /// The format for packets written directly. `None`: they go through the engine.
    pub fn format(&self) -> Option<PacketFormat> {
        self.format
    }
}

impl PacketFormat {
    fn place(self) -> usize {
        let place = usize::from(self.is_admin) * 2 + usize::from(self.is_ascii);
        debug_assert!(place < PACKET_FORMATS);
        place
    }

    /// A message as a frame.
    pub fn frame(self, message: &Message) -> &Bytes {
        message.packet(self.place(), |message| frame::text(&self.payload(message)))
    }

    /// The fingerprint that recognises the engine's frame of a message.
    pub fn fingerprint(self, message: &Message) -> Fingerprint {
        message.fingerprint(self.place(), |message| frame::fingerprint(&self.payload(message)))
    }

    fn namespace(self) -> &'static str {
        if self.is_admin { "/admin," } else { "" }
    }

    /// The fingerprint that recognises the engine's answer to a socket's CONNECT. In protocol version 4 it
    /// has no `sid`.
    pub fn fingerprint_of_connect(self, sid: Option<&str>) -> Fingerprint {
        let sid = sid.map(|sid| format!("{{\"sid\":\"{sid}\"}}")).unwrap_or_default();
        frame::fingerprint(&["40", self.namespace(), &sid].map(str::as_bytes))
    }

    /// The payload of an acknowledgement with this id, byte for byte as the engine writes it.
    pub fn acknowledgement<'a>(self, id: &'a str, argument: &'a RawValue) -> [&'a [u8]; 6] {
        ["43", self.namespace(), id, "[", argument.get(), "]"].map(str::as_bytes)
    }

    /// The payload of a message, byte for byte as the engine writes it.
    fn payload(self, message: &Message) -> [&[u8]; 9] {
        let namespace = self.namespace();
        let Args(first, second) = if self.is_ascii { message.ascii_args() } else { message.args() };
        let comma = if second.is_some() { "," } else { "" };
        let second = second.as_ref().map_or("", |second| second.get());
        let name = message.name;
        ["42", namespace, "[\"", name, "\",", first.get(), comma, second, "]"].map(str::as_bytes)
    }
}
