//! Clients without Socket.IO: plain WebSocket and server-sent events.

pub mod admission;
pub(crate) mod close_code;
pub(crate) mod link;
pub mod queue;
pub mod session;
pub mod sse;
pub mod websocket;
