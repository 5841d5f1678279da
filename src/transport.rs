//! How clients reach the server: connections, HTTP, Socket.IO.

pub mod entrance;
pub mod error;
mod handshakes;
pub mod host;
pub mod http;
pub mod listener;
pub mod origins;
pub mod outlet;
pub mod places;
pub mod plain;
pub mod reads;
pub mod socket;
pub mod sse;
pub mod subprotocol;
mod sync;
mod websocket_handshake;
pub mod ws;
