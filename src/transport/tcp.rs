//! TCP connections: accepting them, their addresses, and the reading and writing beneath every protocol.

pub mod connection;
pub mod connection_slots;
pub(crate) mod forwarded;
pub(crate) mod handshakes;
pub mod host;
pub mod listener;
pub mod origins;
pub mod peer;
pub mod subprotocol;
pub(crate) mod sync;
pub(crate) mod websocket_handshake;
