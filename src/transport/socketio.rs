//! Socket.IO: the handshake, the namespaces and their messages.

pub(crate) mod ack;
pub(crate) mod decode;
pub(crate) mod direct_write;
pub mod encoding;
pub mod engines;
pub(crate) mod flood;
pub(crate) mod hello;
pub(crate) mod link;
pub mod member;
pub mod msgpack;
pub mod namespaces;
pub mod polls;
pub(crate) mod receive;
pub mod request;
pub mod session;
pub(crate) mod upgrade;
pub mod workarounds;
