//! The Socket.IO side: the handshake, the namespaces, their messages.

pub(crate) mod direct_write;
pub mod encoding;
pub mod flood;
pub mod member;
pub mod msgpack;
pub mod namespaces;
pub mod polls;
pub mod request;
pub(crate) mod upgrade;
pub mod workarounds;
