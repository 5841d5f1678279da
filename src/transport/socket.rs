//! The Socket.IO side: the handshake, the namespaces, their messages.

mod admin;
pub mod answer;
mod arrivals;
pub mod call;
pub mod client;
pub mod connections;
pub mod encoding;
pub mod frames;
pub mod handshake;
pub mod inlet;
pub mod introduction;
pub mod legacy;
pub mod limits;
pub mod line;
pub mod member;
pub mod msgpack;
pub mod namespaces;
pub mod open_packet;
pub mod payload;
pub mod polls;
pub mod presence;
pub mod protocol;
mod refusal;
pub mod spare;
mod upgrade;
mod viewer;
mod way;
