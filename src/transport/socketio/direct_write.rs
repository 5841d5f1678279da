//! How messages go to a socket: through the engine's queue, or as frames that are written beside the engine,
//! those of rooms made once for all. This is decided here alone.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::encoding::Encoding;
use crate::live::message::{Args, Message, PACKET_FORMATS};
use crate::transport::tcp::connection::Connection;
use crate::transport::tcp::connection::frame;
use crate::transport::tcp::connection::frame::Fingerprint;

/// What a Socket.IO client takes a packet in: an Engine.IO message (`4`) that is a CONNECT (`0`), an event (`2`) or
/// an acknowledgement (`3`) of its namespace, in UTF-8 or in ASCII.
#[derive(Debug, Clone, Copy)]
pub struct PacketFormat {
    is_admin: bool,
    is_ascii: bool,
}

/// Writes frames to one socket directly, where its encoding and its order allow that.
pub struct DirectWriter {
    /// What its client reads.
    pub encoding: Encoding,
    /// `None`: all goes through the engine.
    format: Option<PacketFormat>,
    /// The connection, once it is a WebSocket.
    connection: OnceLock<Arc<Connection>>,
}

impl DirectWriter {
    /// The writer of a socket. Unless `is_enabled`, all goes through the engine.
    #[must_use]
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

    /// The WebSocket connection of the socket, which `find` looks for until it is known.
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

    /// The format in which packets may be written beside the engine. `None`: they go through the engine.
    #[must_use]
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
    #[must_use]
    pub fn frame(self, message: &Message) -> &Bytes {
        message.packet(self.place(), |message| frame::text(&self.payload(message)))
    }

    /// What the engine's frame of a message is recognised by.
    #[must_use]
    pub fn fingerprint(self, message: &Message) -> Fingerprint {
        message.fingerprint(self.place(), |message| frame::fingerprint(&self.payload(message)))
    }

    fn namespace(self) -> &'static str {
        if self.is_admin { "/admin," } else { "" }
    }

    /// What the engine's answer to the CONNECT of a socket is recognised by. In protocol version 4 it has no `sid`.
    #[must_use]
    pub fn fingerprint_of_connect(self, sid: Option<&str>) -> Fingerprint {
        let sid = sid.map(|sid| format!("{{\"sid\":\"{sid}\"}}")).unwrap_or_default();
        frame::fingerprint(&["40", self.namespace(), &sid].map(str::as_bytes))
    }

    /// The payload of an acknowledgement, under its id as text: the bytes are those that the engine would write.
    #[must_use]
    pub fn acknowledgement<'a>(self, id: &'a str, argument: &'a RawValue) -> [&'a [u8]; 6] {
        ["43", self.namespace(), id, "[", argument.get(), "]"].map(str::as_bytes)
    }

    /// The bytes are those that the engine would write.
    fn payload(self, message: &Message) -> [&[u8]; 9] {
        let namespace = self.namespace();
        let Args(first, second) = if self.is_ascii { message.ascii_args() } else { message.args() };
        let comma = if second.is_some() { "," } else { "" };
        let second = second.as_ref().map_or("", |second| second.get());
        let name = message.name;
        ["42", namespace, "[\"", name, "\",", first.get(), comma, second, "]"].map(str::as_bytes)
    }
}
